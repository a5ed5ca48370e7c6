"""What a letter keeps of the day on which it was published."""

from typing import Any

from wagtail_rtop.organisations.directory import fetch_directory


def freeze_names(letter: Any) -> None:
    """Write down the names of recipients that have none of their own.

    A profile that gets another name later does not rename who was written to.
    Two queries if there is such a row.
    """
    rows = list(letter.recipients.all())
    nameless = [row for row in rows if row.organisation_id and not row.name]
    if not nameless:
        return
    directory = fetch_directory({row.organisation_id for row in nameless})
    for row in nameless:
        entry = directory.get(row.organisation_id)
        if entry:
            row.name = entry.get_official_name(letter.locale.language_code)[:255]
    letter.recipients = rows
