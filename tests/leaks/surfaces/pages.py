"""Pages at their own address, and the documents they name."""

from tests.leaks.registry import harmless, surface


BODY = ("title", "body")


@surface(
    "letters.page",
    seam="page",
    scope="page",
    kinds=("letter",),
    shows=(*BODY, "recipient", "salutation", "closing", "signatory", "cover_note"),
    page_types=("LetterPage",),
)
def probe_letter(visit):
    return visit.get(visit.case.path)


@surface(
    "letters.response page",
    seam="page",
    scope="page",
    kinds=("response",),
    shows=(*BODY, "signatory", "summary"),
    page_types=("ResponsePage",),
)
def probe_response(visit):
    return visit.get(visit.case.path)


@surface(
    "releases.page",
    seam="page",
    scope="page",
    kinds=("release",),
    shows=(*BODY, "subtitle", "dateline", "notes", "quote", "correction"),
    page_types=("PressReleasePage",),
)
def probe_release(visit):
    return visit.get(visit.case.path)


@surface(
    "organisations.page",
    seam="page",
    scope="page",
    kinds=("organisation",),
    shows=(*BODY, "seat", "website"),
    page_types=("OrganisationPage",),
)
def probe_organisation(visit):
    return visit.get(visit.case.path)


@surface(
    "visibility.document",
    seam="documents",
    scope="page",
    kinds=("letter", "response", "release"),
    shows=("document_bytes",),
)
def probe_document(visit):
    # An alias has its source's document: read through either.
    return visit.get(visit.case.document.url)


@surface(
    "letters.responses of a letter",
    seam="lists",
    kinds=("response",),
    excuses=(
        "moved",
        "alias_private_later",
        "private_section",
        "private_french_section",
        "translated_alias",
    ),
)
def probe_responses(visit):
    letter = visit.world.letters[visit.locale]
    return visit.get(f"/{visit.locale}/letters/{letter.slug}/")


@surface("visibility.group", seam="nodes", scope="page", kinds=("letter", "release"))
def probe_group(visit):
    """What hreflang, the language switcher and breadcrumbs are made of."""
    from wagtail_rtop.visibility.gate import get_gate

    gate = get_gate(visit.request())
    page = visit.case.page
    nodes = [*gate.get_visible_group(page), *gate.get_ancestors(page)]
    return [f"{node.title} {node.slug} {node.get_url()}" for node in nodes]


harmless("rtop_active_language", "the language of the page that is shown")
harmless("rtop_date", "a date that it is given")
harmless("rtop_comma", "a comma")
harmless("rtop_sign_in_url", "the address of the form, with the visitor's own path")
