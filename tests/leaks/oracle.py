"""Who may see what: a plain table, written by hand, that asks no code.

``y`` means that the page exists for this visitor. Each state stands in English,
French and Arabic; a line "state/fr" is the exception for one language.
"""

VIEWERS = ("anonymous", "member", "wrong", "editor")
LOCALES = ("en", "fr", "ar")

TABLE = """
                          anonymous member wrong editor
live                              y      y     y      y
pending_edit                      y      y     y      y
draft                             -      -     -      -
scheduled                         -      -     -      -
embargoed                         -      -     -      -
expired                           -      -     -      -
retracted                         -      -     -      -
retracted_private                 -      -     -      -
private_page                      -      y     y      y
private_section                   -      y     y      y
group_only                        -      y     -      -
password                          -      -     -      -
alias_private_later               -      y     -      -
same_locale_alias                 -      -     -      -
translated_alias                  -      y     -      -
copy                              -      -     -      -
moved                             -      y     y      y
other_site                        -      -     -      -
child_of_hidden                   -      -     -      -
source_unpublished                -      -     -      -
private_translation               y      y     y      y
private_translation/fr            -      y     -      -
private_french_section            y      y     y      y
private_french_section/fr         -      y     y      y
"""


def read_table() -> dict[str, dict[str, bool]]:
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    assert tuple(head) == VIEWERS
    return {
        state: dict(zip(VIEWERS, [mark == "y" for mark in marks], strict=True))
        for state, *marks in lines
    }


EXPECTED = read_table()
STATES = tuple(state for state in EXPECTED if "/" not in state)


def may_see(state: str, locale: str, viewer: str) -> bool:
    return EXPECTED.get(f"{state}/{locale}", EXPECTED[state])[viewer]
