"""An outlet's house style: how it writes dates, digits, quotation marks and the letters that newsrooms differ on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEKDAYS = "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد".split()
MONTHS = {
    "gregorian": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split(),
    "levant": "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول".split("|"),
    "morocco": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر".split(),
    "tunis": "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر".split(),
    "hijri": "محرم|صفر|ربيع الأول|ربيع الآخر|جمادى الأولى|جمادى الآخرة|رجب|شعبان|رمضان|شوال|ذو القعدة|ذو الحجة".split(
        "|"
    ),
    "latin": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
}
_TO_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_TO_PERSIAN_LETTERS = str.maketrans("يك", "یک")
_WORD = "[\u0621-\u0652]"
# The names that a site's `spelling` may hold; each is what a newsroom of that habit would type.
_HABITS: dict[str, Callable[[str], str]] = {
    "final-ya": lambda text: re.sub(f"ي(?!{_WORD})", "ى", text),
    "bare-alef": lambda text: re.sub(f"(?<!{_WORD})[أإ]", "ا", text),
    "final-ha": lambda text: re.sub(f"ة(?!{_WORD})", "ه", text),
    "two-dots": lambda text: text.replace("…", ".."),
    "persian": lambda text: text.translate(_TO_PERSIAN_LETTERS),
    "latin-comma": lambda text: text.replace("،", ","),
    "loose-comma": lambda text: text.replace("،", " ،"),
    "tanwin-before": lambda text: text.replace("اً", "ًا"),
    "tanwin-after": lambda text: text.replace("ًا", "اً"),
    "no-tashkeel": lambda text: re.sub("[\u064b-\u0652]", "", text),
    "straight-quotes": lambda text: re.sub("[«»]", '"', text),
    "curly-quotes": lambda text: text.replace("“", "‘").replace("”", "’").replace("«", "“").replace("»", "”"),
    "arabic-digits": lambda text: re.sub(r"(?<![A-Za-z0-9_.])[0-9]+(?:[.,:][0-9]+)*(?![A-Za-z0-9_])", _arabic, text),
}
HABITS = frozenset(_HABITS)


def _arabic(found: re.Match[str]) -> str:
    return found[0].translate(_TO_ARABIC_DIGITS)


@dataclass(frozen=True, slots=True)
class House:
    """How an outlet writes.

    Attributes:
        months: a key of `MONTHS`, or two with a plus for both names ("gregorian+levant").
        spelling: names out of `HABITS`, applied in the order of that table.
        date_digits: "ascii" or "arabic", for dates and counters.
    """

    months: str = "gregorian"
    spelling: Collection[str] = ()
    date_digits: str = "ascii"

    def text(self, text: str) -> str:
        """A text as this outlet spells it."""
        for name, apply in _HABITS.items():
            if name in self.spelling:
                text = apply(text)
        return text

    def digits(self, value: object) -> str:
        """A figure of the site's own (a date, a counter) in its digits."""
        return str(value).translate(_TO_ARABIC_DIGITS) if self.date_digits == "arabic" else str(value)

    def date(self, moment: datetime, form: str) -> str:
        """A moment in the outlet's words.

        Args:
            moment: local time.
            form: text with fields in braces: {weekday} {d} {dd} {m} {mm} {month} {yyyy} {yy} {H} {HH} {MM} {SS} {h}
                {am} (ص/م) {AM} (صباحاً/مساءً) {levant} {gregorian} {hd} {hmonth} {hyyyy} and {iso}.
        """
        day, month, year = hijri(moment)
        names = [MONTHS[name][moment.month - 1] for name in self.months.split("+")]
        morning = moment.hour < 12
        fields = {
            "weekday": WEEKDAYS[moment.weekday()],
            "d": moment.day,
            "dd": f"{moment.day:02}",
            "m": moment.month,
            "mm": f"{moment.month:02}",
            "month": "/".join(names),
            "levant": MONTHS["levant"][moment.month - 1],
            "gregorian": MONTHS["gregorian"][moment.month - 1],
            "latin": MONTHS["latin"][moment.month - 1],
            "yyyy": moment.year,
            "yy": f"{moment.year % 100:02}",
            "H": moment.hour,
            "HH": f"{moment.hour:02}",
            "MM": f"{moment.minute:02}",
            "SS": f"{(moment.day * 7 + moment.minute) % 60:02}",
            "h": moment.hour % 12 or 12,
            "hh": f"{moment.hour % 12 or 12:02}",
            "am": "ص" if morning else "م",
            "AM": "صباحاً" if morning else "مساءً",
            "hd": day,
            "hmonth": MONTHS["hijri"][month - 1],
            "hm": month,
            "hyyyy": year,
            "iso": moment.isoformat(),
        }
        return self.digits(form.format(**fields))

    def ago(self, then: datetime, now: datetime) -> str:
        """«منذ 3 ساعات»: how long before `now` something was, rounded down, with the noun that Arabic wants."""
        minutes = max(1, int((now - then) / timedelta(minutes=1)))
        for size, nouns in ((1440, ("يوم", "يومين", "أيام", "يوما")), (60, ("ساعة", "ساعتين", "ساعات", "ساعة"))):
            if minutes >= size:
                return self.digits(f"منذ {counted(minutes // size, *nouns)}")
        return self.digits(f"منذ {counted(minutes, 'دقيقة', 'دقيقتين', 'دقائق', 'دقيقة')}")


def counted(count: int, one: str, two: str, few: str, many: str) -> str:
    """A count with its noun: «دقيقة», «دقيقتين», «3 دقائق», «11 دقيقة»."""
    if count in (1, 2):
        return (one, two)[count - 1]
    return f"{count} {few if 3 <= count % 100 <= 10 else many}"


def hijri(moment: datetime) -> tuple[int, int, int]:
    """Day, month and year of the Hijri calendar, by the tabular one (civil epoch, 11 leap years in 30).

    Good to a day of what is announced, which is as near as newsrooms' own calendars agree.
    """
    days = moment.date().toordinal() - 227014  # the ordinal of the day before 1 Muharram of the year 1
    year = (30 * (days - 1) + 10646) // 10631
    day_of_year = days - _days_before_year(year)
    month = min(12, (day_of_year - 1) * 2 // 59 + 1)
    return day_of_year - (59 * (month - 1) + 1) // 2, month, year


def _days_before_year(year: int) -> int:
    return 354 * (year - 1) + (3 + 11 * year) // 30
