"""How letters are numbered: a pattern such as ``{year}/{number:03}``."""

import re
import string

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


# As long as a letter's reference.
LONGEST = 100
# A width, with zeros in front or not.
WIDTH = re.compile(r"0?[0-9]?\Z")


def build_reference(pattern: str, year: int, number: int) -> str:
    """Return the reference of a letter: "2012/007".

    Raises:
        ValidationError: if the pattern is none, see check_reference_pattern().
    """
    check_reference_pattern(pattern)
    return pattern.format(year=year, number=number)


def check_reference_pattern(pattern: str) -> None:
    """Refuse a pattern that gives no number, or could give the same one twice.

    Raises:
        ValidationError: saying what is accepted.
    """
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        parts = []
    fields = [part[1:] for part in parts if part[1] is not None]
    names = [name for name, *_rest in fields]
    is_right = (
        "number" in names
        and set(names) <= {"year", "number"}
        and all(WIDTH.match(spec or "") and not how for _name, spec, how in fields)
    )
    if not is_right or len(pattern.format(year=2000, number=1)) > LONGEST - 10:
        raise ValidationError(
            _(
                "“%(pattern)s” is not a pattern for references. It needs {number}, may "
                "have {year}, each with a width such as {number:03}, and any other "
                "text without braces; for example {year}/{number:03}."
            ),
            code="bad_pattern",
            params={"pattern": pattern},
        )
