"""The text of every <p>: an extractor in Python, without a library."""

import json
import sys
from html.parser import HTMLParser


class Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()  # it decodes character references
        self.blocks: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "p":
            self.blocks.append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.blocks[-1] += data


def extract(html: str) -> str:
    parser = Paragraphs()
    parser.feed(html)
    parser.close()
    blocks = (" ".join(block.split()) for block in parser.blocks)
    return "\n".join(block for block in blocks if block)


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever is printed from now on is no answer
    print(json.dumps({"lubb": 1}), file=answers, flush=True)
    for line in sys.stdin.buffer:  # until Lubb closes it
        page = json.loads(line)
        try:
            answer = {"id": page["id"], "text": extract(page["html"])}
        except Exception as error:  # a page that fails is no reason to end
            answer = {"id": page["id"], "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


main()
