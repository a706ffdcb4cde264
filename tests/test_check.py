"""Each check passes on a good plug-in, and tells on one that was made to fail it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.check import growth, hostile, pages
from bench.check.prose import LIGHTHOUSE
from bench.check.suite import CHECKS, chosen, finding, findings
from bench.check.trial import Trial
from bench.check.verdict import Check, Result
from bench.cli import main
from bench.errors import BenchError
from bench.extract.registry import Extractor, resolve
from bench.extract.sandbox import Sandbox, probe
from bench.extract.worker import Limits
from bench.model import Status

ROOT = Path(__file__).parents[1]
GOOD = """
import html, os, re, socket, sys, time

def paragraphs(source):
    return "\\n".join(html.unescape(text) for text in re.findall(r"<p>(.*?)</p>", source, re.DOTALL))

def extract(page):
    return paragraphs(page.html)
"""


@dataclass(frozen=True)
class Bad:
    """What `extract` does instead, what must be said of it, and by which result."""

    body: str
    came: str
    result: Result = Result.FAIL
    timeout_s: float = 30.0


GIVES = "return paragraphs(page.html)"
BAD = {
    "returns-text": Bad("return None", "bad-type: returned NoneType, not str"),
    "article": Bad("return ''", "an empty text", Result.WARN),
    "article-no-lang": Bad(f"if 'lang=' in page.html: {GIVES}\n  return ''", "an empty text", Result.WARN),
    "article-lang-en": Bad(
        f"if 'lang=\"en\"' not in page.html: {GIVES}\n  return 'هيئة الموانئ'",
        "1% of the article's words in 12 characters",
        Result.WARN,
    ),
    "empty": Bad(f"page.html[0]\n  {GIVES}", "exception: IndexError: string index out of range", Result.WARN),
    "white-space": Bad(
        f"if not page.html.strip(): return 'لا شيء'\n  {GIVES}", "text, of a document without any: لا شيء", Result.WARN
    ),
    "no-body": Bad(
        "global last\n  last = paragraphs(page.html) or globals().get('last', '')\n  return last",
        "text of a page that was extracted before: .*",
    ),
    "frameset": Bad(
        f"while 'frameset' in page.html: time.sleep(1)\n  {GIVES}", "timeout: no answer within 0.4 s", timeout_s=0.4
    ),
    "fragment": Bad(f"if '<body' not in page.html: return ''\n  {GIVES}", "an empty text", Result.WARN),
    "xhtml": Bad(
        f"if page.html.startswith('<?xml'): raise ValueError('declared')\n  {GIVES}",
        "exception: ValueError: declared",
        Result.WARN,
    ),
    "nul": Bad("return paragraphs(page.html.partition(chr(0))[0])", "an empty text", Result.WARN),
    "surrogates": Bad(f"page.html.encode()\n  {GIVES}", "exception: UnicodeEncodeError: .*", Result.WARN),
    "cp1256": Bad("return paragraphs(page.raw.decode('utf-8', 'replace'))", "another text: .* apart from character .*"),
    "deep": Bad(f"if '<div>' * 1000 in page.html: os._exit(3)\n  {GIVES}", "crash: exit code 3"),
    "one-line": Bad(
        f"if max(map(len, page.html.split(chr(10)))) > 900_000: return ''\n  {GIVES}", "an empty text", Result.WARN
    ),
    "entities": Bad(
        f"if page.html.count('&') > 900_000: raise MemoryError('entities')\n  {GIVES}", "memory: MemoryError: entities"
    ),
    "large": Bad(f"if len(page.html) > 4_000_000: return ''\n  {GIVES}", "an empty text", Result.WARN),
    "twice": Bad(f"global n\n  n = globals().get('n', 0) + 1\n  {GIVES} + str(n)", "another text: .*"),
    "same-address": Bad(
        "return cache.setdefault(page.url, paragraphs(page.html))",
        "the text of the first",
    ),
    "fresh-process": Bad(f"{GIVES} + born", "another text: .*"),
    "hash-seed": Bad("return ' '.join(set(paragraphs(page.html).split()))", "lighthouse: another text: .*"),
    "order": Bad(
        f"global first\n  first = globals().get('first', page.url)\n  {GIVES} + first", "lighthouse: another text: .*"
    ),
    "after-odd": Bad(
        f"global odd\n  odd = globals().get('odd', '') or ('<frameset' in page.html)\n  if odd: return ''\n  {GIVES}",
        "ok, then empty",
    ),
    "no-print": Bad(f"print('parsed')\n  {GIVES}", "21 bytes on standard output: parsed parsed parsed", Result.WARN),
    "no-network": Bad(
        "try: socket.create_connection(('127.0.0.1', 9), 1)\n  except OSError: pass\n  return ''",
        r"it asked for 127\.0\.0\.1:9 \(while it was called\)",
    ),
    "no-writes": Bad(
        "try: open('/lubb-was-here/note', 'w')\n  except OSError: pass\n  return ''",
        r"it wrote to /lubb-was-here/note \(while it was called\)",
    ),
    "input-unchanged": Bad(
        "object.__setattr__(page, 'html', '')\n  return ''", "page.html was another thing after the call"
    ),
    "memory": Bad(
        "kept.append(b'x' * 2**21)\n  return ''", r"\d+ MiB over the first 50 of 160 pages, \d+ .* each page"
    ),
    "time": Bad(
        "sum(range((len(page.html) // 150) ** 2))\n  return ''",
        r"grows faster than linearly: exponent (1\.[5-9]|2\.\d), 800 KB took .*s",
        Result.WARN,
    ),
}


def plugin(folder: Path, body: str = "") -> Extractor:
    """A plug-in with `extract` of that body; a good one without."""
    file = folder / "mine.py"
    changed = f"kept = []\ncache = {{}}\nborn = os.urandom(4).hex()\n\ndef extract(page):\n  {body}\n" if body else ""
    file.write_text(GOOD + changed, encoding="utf-8")
    return Extractor("mine", "file", f"{file}:extract", files=(file,))


def test_a_good_plug_in_passes_every_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "PAGES", 120)
    with Trial(plugin(tmp_path), probe()) as trial:
        found = {f.check.id: f.verdict for f in findings(trial, CHECKS)}
    assert {name: verdict for name, verdict in found.items() if verdict.result is not Result.PASS} == {}
    assert len(found) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_each_check_tells_on_a_plug_in_made_to_fail_it(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "PAGES", 160)
    bad = BAD[check.id]
    with Trial(plugin(tmp_path, bad.body), probe(), limits=Limits(bad.timeout_s)) as trial:
        verdict = finding(trial, check).verdict
    assert (verdict.result, verdict.mend != "") == (bad.result, True), verdict
    assert re.fullmatch(bad.came, verdict.came), verdict.came


def test_an_extractor_that_finds_no_article_is_told_so_once(tmp_path: Path) -> None:
    with Trial(plugin(tmp_path, "return ''"), probe()) as trial:
        found = {f.check.id: f.verdict.result for f in findings(trial, chosen(quick=True))}
    assert [name for name, result in found.items() if result in (Result.WARN, Result.FAIL)] == ["article"]
    assert found["article-no-lang"] is found["deep"] is Result.SKIPPED


# What one check is about and another would not see, or would call by a wrong name.
SUBTLE = {
    "a set of two": (
        "hash-seed",
        f"{GIVES} + ' '.join({{'main', 'aside'}})",
        "lighthouse: another text: .*",
        Result.FAIL,
    ),
    "a set on the second page": (
        "hash-seed",
        f"if 'bread' in page.url: return ' '.join(set(paragraphs(page.html).split()))\n  {GIVES}",
        "bread: another text: .*",
        Result.FAIL,
    ),
    "raises under some seeds": (
        "hash-seed",
        f"if hash('a') % 3: raise KeyError('a')\n  {GIVES}",
        r"lighthouse: (ok, then )?exception \(KeyError: 'a'\)(, then ok)?",
        Result.FAIL,
    ),
    "no seed's doing": (
        "hash-seed",
        f"{GIVES} + born",
        "a new process gives another text with the same seed: see fresh-process",
        Result.SKIPPED,
    ),
    "half a pair": ("hash-seed", f"{GIVES} + chr(0xd800)", "the same text", Result.PASS),
    "set up by the first call": (
        "hash-seed",
        f"first = not kept\n  kept.append(1)\n  if first: return ''\n  {GIVES}",
        "the same text",
        Result.PASS,
    ),
    "learns what is boilerplate": (
        "after-odd",
        "lines = paragraphs(page.html).split('\\n')\n"
        "  for line in lines: cache.setdefault(line, page.url)\n"
        "  return '\\n'.join(line for line in lines if cache[line] == page.url)",
        "ok, then empty",
        Result.FAIL,
    ),
    "no answer in any order": (
        "order",
        "return None",
        "there is nothing to compare: bad-type both times",
        Result.SKIPPED,
    ),
    "raises on another page": (
        "same-address",
        f"if 'مخبز' in page.html: raise KeyError('a')\n  {GIVES}",
        "exception: KeyError: 'a'",
        Result.FAIL,
    ),
}


@pytest.mark.parametrize("name", SUBTLE)
def test_what_is_wrong_is_called_by_its_name(name: str, tmp_path: Path) -> None:
    check, body, came, result = SUBTLE[name]
    with Trial(plugin(tmp_path, body), probe()) as trial:
        assert trial.ordinary  # asked first, as in the whole suite
        verdict = finding(trial, *chosen([check])).verdict
    assert verdict.result is result, verdict
    assert re.fullmatch(came, verdict.came), verdict.came


def test_what_does_not_start_a_second_time_fails_its_checks(tmp_path: Path) -> None:
    extractor = plugin(tmp_path)
    with Trial(extractor, probe()) as trial:
        extractor.files[0].write_text("raise ImportError('gone')", encoding="utf-8")
        found = {f.check.id: f.verdict for f in findings(trial, chosen(["twice", "fresh-process", "memory"]))}
    assert found["twice"].result is Result.PASS
    assert "cannot be started: it does not import: ImportError: gone" in found["fresh-process"].came
    assert found["fresh-process"].result is found["memory"].result is Result.FAIL


def test_a_command_line_at_import_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    reads = (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--fast'{})\nparser.parse_args()\n"
    )
    file.write_text(reads.format("") + GOOD, encoding="utf-8")
    with Trial(resolve(str(file)), probe()) as trial:
        assert finding(trial, *chosen(["hash-seed"])).verdict.result is Result.PASS
    file.write_text(reads.format(", required=True") + GOOD, encoding="utf-8")
    with pytest.raises(
        BenchError, match='SystemExit: 2; keep what a command line does under `if __name__ == "__main__"'
    ):
        resolve(str(file))


def test_what_is_printed_and_reached_at_import_counts_too(tmp_path: Path) -> None:
    extractor = plugin(tmp_path)
    file = extractor.files[0]
    file.write_text("import urllib.request\nprint('hello')\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    with Trial(extractor, probe()) as trial:
        watched = trial.watched
    assert (watched.printed, watched.print_start) == (6, "hello")
    assert watched.network == watched.writes == watched.programs == ()


def test_files_in_the_scratch_folder_are_nobodys_business(tmp_path: Path) -> None:
    body = (
        "open('here', 'w').close()\n  os.makedirs('/tmp', exist_ok=True)\n  open(os.devnull, 'w').close()\n  return ''"
    )
    with Trial(plugin(tmp_path, body), probe()) as trial:
        assert trial.watched.writes == ()


def test_a_plug_in_that_dies_while_it_is_watched_is_skipped(tmp_path: Path) -> None:
    with Trial(plugin(tmp_path, "os._exit(4)"), probe()) as trial:
        found = [finding(trial, check).verdict for check in chosen(["no-print", "hash-seed", "input-unchanged"])]
    assert {verdict.result for verdict in found} == {Result.SKIPPED}
    assert found[0].came == "its process ended while it was watched: exit code 4"


PROGRAM = """
import json, sys
print(json.dumps({"lubb": 1}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if "bread" in asked["url"] and sys.argv[1:]: print("parsing", flush=True)
    print(json.dumps({"id": asked["id"], "text": asked["html"][:200]}), flush=True)
"""


@pytest.mark.parametrize("how", ["", "prints", "ends"])
def test_a_program_is_checked_from_outside(how: str, tmp_path: Path) -> None:
    source = PROGRAM if how != "ends" else PROGRAM.replace('print("parsing", flush=True)', "sys.exit(3)")
    (tmp_path / "mine.py").write_text(source, encoding="utf-8")
    command = json.dumps(["python3", "mine.py", *how.split()])
    (tmp_path / "extractor.toml").write_text(f'name = "mine"\ncommand = {command}\n', encoding="utf-8")
    with Trial(resolve(str(tmp_path / "extractor.toml")), probe()) as trial:
        names = ["no-print", "no-network", "no-writes", "input-unchanged", "hash-seed"]
        found = {f.check.id: f.verdict for f in findings(trial, chosen(names))}
    printed = found.pop("no-print")
    assert printed.result is {"": Result.PASS, "prints": Result.FAIL, "ends": Result.SKIPPED}[how], printed
    assert ("parsing" in printed.came or "it wrote" in printed.came) == (how == "prints"), printed
    assert {verdict.result for verdict in found.values()} == {Result.SKIPPED}


@pytest.mark.parametrize(
    ("peaks", "result"),
    [
        ([100.0] * 500, Result.PASS),
        ([100 + n * 0.03 for n in range(500)], Result.PASS),  # 13 MiB
        ([300 + n * 0.1 for n in range(500)], Result.PASS),  # 45 MiB, but 15 %
        ([100 + n * 0.1 for n in range(500)], Result.WARN),
        ([100 + n * 0.6 for n in range(500)], Result.FAIL),  # 270 MiB, and on it goes
        ([100 + min(n, 150) * 0.5 for n in range(500)], Result.PASS),  # a cache that is full
        ([100 + min(n, 150) * 2.0 for n in range(500)], Result.WARN),  # one that is rather large
    ],
)
def test_memory_is_judged_by_both_ends(peaks: list[float], result: Result) -> None:
    assert growth.grown(peaks).result is result


def test_time_is_judged_by_its_exponent() -> None:
    assert growth.exponent([1, 2, 4, 8], [3, 6, 12, 24]) == pytest.approx(1)
    assert growth.exponent([1, 2, 4, 8], [3, 12, 48, 192]) == pytest.approx(2)
    assert growth.fitted([0.1, 0.2, 0.4, 0.8, 1.6]).result is Result.PASS
    steep = growth.fitted([0.12, 0.48, 1.9, 7.7, 31])
    assert (steep.result, steep.came) == (
        Result.WARN,
        "grows faster than linearly: exponent 2.0, 800 KB took 31.0 s",
    )
    assert growth.fitted([1e-5, 4e-5, 16e-5, 64e-5, 256e-5]).result is Result.PASS  # who waits for that?


def test_the_documents_are_what_they_are_called() -> None:
    assert 4_900_000 < len(pages.large().raw) < 5_100_000
    assert 990_000 < pages.entities().html.count("&") < 1_010_000
    assert pages.one_line().html.count("\n") == 0
    assert pages.WINDOWS.raw.decode("cp1256") == pages.WINDOWS.html
    for size in growth.SIZES:
        assert len(pages.of_size(size).raw) == pytest.approx(size * 1000, rel=0.05)
    assert len({page.html for page in pages.series(30)}) == 30
    assert min(map(len, LIGHTHOUSE.paragraphs)) > 200  # below that some libraries see no paragraph


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["check", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_prints_a_table_and_what_to_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(plugin(tmp_path, "return None if page.url.endswith('nul') else ''").files[0])
    code, out, err = said(capsys, file, "--only", "nul", "--only", "article")
    assert (code, err) == (1, "")
    assert out == (
        f"mine (python, file), {'no sandbox' if probe().level == 'none' else f'sandbox: {probe().level}'}\n"
        "  article          warn     an empty text\n"
        "  nul              fail     bad-type: returned NoneType, not str\n"
        "2 checks in 0 s: 1 warn, 1 fail\n"
        "\n"
        "fail: nul\n"
        "  done: extracted an article with NUL characters in it\n"
        "  came: bad-type: returned NoneType, not str\n"
        '  mend: return a str on every path: `or ""` where a library returns None, decode() where bytes, "\\n".join() '
        "where a list or a generator; extract is no async def\n"
        "  page: python -m bench check --pages FOLDER --only nul writes it\n"
        "\n"
        "warn: article\n"
        "  done: extracted the same article and looked for its words\n"
        "  came: an empty text\n"
        "  mend: see whether the library wants other options; Lubb's pages of this kind will score as they do here\n"
        "  page: python -m bench check --pages FOLDER --only article writes it\n"
    )


def test_the_documents_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "pages"
    assert said(capsys, "--pages", str(folder), "--quick") == (0, f"15 documents in {folder}\n", "")
    assert (folder / "cp1256.html").read_bytes() == pages.WINDOWS.raw
    assert (folder / "empty.html").read_bytes() == b""
    assert said(capsys, "--pages", str(folder / "nul.html"))[0] == 2
    assert said(capsys, "--pages", str(folder), "--only", "memory")[0] == 2


def test_json_and_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(plugin(tmp_path, "return ''").files[0])
    code, out, _ = said(capsys, file, "--only", "article", "--json")
    (found,) = json.loads(out)["extractors"]
    assert code == 0
    assert (found["extractor"], found["result"], found["sandbox"]) == ("mine", "warn", probe().level)
    assert found["digest"] != ""
    (check,) = found["checks"]
    assert check.pop("seconds") >= 0
    assert check == {
        "id": "article",
        "result": "warn",
        "did": "extracted the same article and looked for its words",
        "came": "an empty text",
        "mend": "see whether the library wants other options; Lubb's pages of this kind will score as they do here",
    }
    assert said(capsys, file, "--only", "article", "--json", "--strict")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "there is no extractor to check; name one"),
        (["everything", "--only", "artcle"], "there is no check 'artcle'; did you mean article?"),
        (["nobody-knows-it"], "there is no extractor 'nobody-knows-it'"),
        (["oracle"], "the harness's own"),
        (["everything", "--hostile"], "--hostile has plug-ins of its own"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_checking_leaves_no_folder_of_results_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LUBB_CACHE", raising=False)
    said(capsys, str(plugin(tmp_path).files[0]), "--only", "empty")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


def test_hostile_plug_ins_are_shown_and_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few = [
        hostile.Case("returns_none", "python", Status.BAD_TYPE, detail="returned NoneType, not str"),
        hostile.Case("exits_hard", "python", Status.OK, text="good"),
    ]
    monkeypatch.setattr(hostile, "cases", lambda _: few)
    monkeypatch.setattr(hostile, "levels", lambda: [probe().level])
    code, out, _ = said(capsys, "--hostile")
    assert code == 1
    assert re.search(r"^returns_none  python   bad-type   bad-type$", out, re.MULTILINE), out
    assert re.search(r"^exits_hard    python   ok         \[crash\]$", out, re.MULTILINE), out
    assert "1 of 2 as expected, 0 processes left\n" in out
    assert f"exits_hard (python) at {probe().level}: status crash, not ok: exit code 3\n" in out
    monkeypatch.setattr(hostile, "cases", lambda _: few[:1])
    code, out, _ = said(capsys, "--hostile", "--json")
    assert code == 0
    assert [case["wrong"] for case in json.loads(out)["cases"]] == [""]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('kind = "python"\nstatus = "ok"', "case without a name: no key 'name'"),
        ('name = "a"\nkind = "ruby"\nstatus = "ok"', "case a: unknown kind 'ruby'"),
        ('name = "a"\nkind = "python"\nstatus = "fine"', "case a: 'fine' is not a valid Status"),
        ('name = "a"\nkind = "python"\nstatus = "ok"\nlevel = "none"', "case a: unknown key 'level'"),
    ],
)
def test_a_case_that_makes_no_sense_is_named(entry: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "hostile").mkdir()
    (tmp_path / "hostile" / "cases.toml").write_text(f"[[case]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(BenchError, match=re.escape(words)):
        hostile.cases(tmp_path)


def test_every_check_is_documented() -> None:
    text = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    checks = text.partition("\n## The checks\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([a-z0-9-]+)` \|", checks, re.MULTILINE) == [check.id for check in CHECKS]


def test_without_a_sandbox_a_program_goes_unwatched(tmp_path: Path) -> None:
    extractor = Extractor("mine", "file", str(tmp_path), kind="program", command=("false",), folder=tmp_path)
    trial = Trial(extractor, Sandbox("none"))
    (check,) = chosen(["no-writes"])
    assert "no sandbox works" in finding(trial, check).verdict.came
