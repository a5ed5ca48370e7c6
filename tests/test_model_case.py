"""The letter of 22 March 2012 as a reader finds it, in each language.

One row an element of the page that the package is measured by. The page is the
example site's own, loaded by ``load_demo`` as ``make demo`` does.
"""

import json
from typing import Any

import pytest

from tests.demo.site import ROOT, get_demo, get_text, select


LETTER = "letters/regional-organisations-2012-dialogue/"
LANGUAGES = {"en": "ltr", "fr": "ltr", "ar": "rtl"}
PHRASES = {
    "sign_in": {
        "en": "Member sign-in",
        "fr": "Espace membres",
        "ar": "دخول الأعضاء",
    },
    "print": {"en": "Print", "fr": "Imprimer", "ar": "طباعة"},
    "e-mail": {
        "en": "E-mail",
        "fr": "Envoyer par courriel",
        "ar": "إرسال بالبريد الإلكتروني",
    },
    "date": {"en": "22 March 2012", "fr": "22 mars 2012", "ar": "22 مارس، 2012"},
    "excerpt": {
        "en": "This page shows an excerpt of the letter.",
        "fr": "Cette page présente un extrait de la lettre.",
        "ar": "تعرض هذه الصفحة مقتطفا من الرسالة.",
    },
    "answered": {
        "en": "1 of 14 answered",
        "fr": "Réponses reçues : 1 sur 14",
        "ar": "الردود الواردة: 1 من 14",
    },
    "browse": {
        "en": "Browse documents by region",
        "fr": "Parcourir les documents par région",
        "ar": "تصفح الوثائق بحسب المنطقة",
    },
    "region": {
        "en": "Western Africa",
        "fr": "Afrique occidentale",
        "ar": "غرب أفريقيا",
    },
}
DATA = json.loads(
    (ROOT / "example_site" / "demo" / "data" / "letters.json").read_text("utf-8")
)
TEXTS = next(row for row in DATA if f"letters/{row['slug']}/" == LETTER)
SITE = json.loads(
    (ROOT / "example_site" / "demo" / "data" / "site.json").read_text("utf-8")
)
ORGANISATIONS = json.loads(
    (ROOT / "wagtail_rtop" / "organisations" / "data" / "organisations.json").read_text(
        "utf-8"
    )
)
# As the letter writes them; none of the four is the official form.
AS_WRITTEN = [
    "Gulf Cooperation Council",
    "Intergovernmental Authority for Development",
    "International Conference of the Great Lakes Region",
    "Organization of Islamic Cooperation",
]


@pytest.fixture(scope="module")
def demo():
    return get_demo()


@pytest.fixture(scope="module", params=sorted(LANGUAGES))
def letter(request, demo):
    code = request.param
    answer = demo.get(f"/{code}/{LETTER}")
    assert answer.status == 200
    return code, answer.tree


def find_one(found: list[Any]) -> Any:
    assert len(found) == 1, [get_text(element) for element in found]
    return found[0]


def get_names(code: str) -> list[str]:
    titles = {row["slug"]: row["title"] for row in ORGANISATIONS}
    return [
        (row.get("name") or titles[row["organisation"]])[code]
        for row in TEXTS["recipients"]
    ]


def test_language_and_direction(letter):
    code, tree = letter
    assert (tree.get("lang"), tree.get("dir")) == (code, LANGUAGES[code])
    article = find_one(select(tree, "article"))
    assert article.get("lang") == code


def test_sign_in(letter, demo):
    code, tree = letter
    link = find_one(
        [a for a in select(tree, "a") if "/sign-in/" in (a.get("href") or "")]
    )
    assert get_text(link) == PHRASES["sign_in"][code]
    assert link.get("href") == f"/{code}/sign-in/?next=/{code}/{LETTER}"
    assert demo.get(link.get("href")).status == 200


def test_print(letter):
    code, tree = letter
    buttons = [b for b in select(tree, "button") if "data-rtop-print" in b.attrib]
    assert get_text(find_one(buttons)) == PHRASES["print"][code]


def test_e_mail(letter):
    code, tree = letter
    links = [
        a for a in select(tree, "a") if (a.get("href") or "").startswith("mailto:")
    ]
    link = find_one(links)
    assert get_text(link) == PHRASES["e-mail"][code]
    assert f"127.0.0.1%3A8000%2F{code}%2F" in link.get("href")


def test_title(letter):
    code, tree = letter
    assert get_text(find_one(select(tree, "h1"))) == TEXTS["texts"]["title"][code]


def test_issuer(letter):
    code, tree = letter
    issuer = find_one(select(tree, css="rtop-issuer"))
    assert get_text(issuer) == TEXTS["texts"]["issuer"][code]
    assert "ICRtoP" in get_text(issuer)


def test_date(letter):
    code, tree = letter
    byline = select(tree, css="rtop-meta")[0]
    date = find_one(select(byline, "time"))
    assert date.get("datetime") == "2012-03-22"
    assert get_text(date) == PHRASES["date"][code]


def test_cover_note_names_fourteen_recipients(letter, demo):
    code, tree = letter
    note = find_one(select(tree, css="rtop-cover-note"))
    assert TEXTS["texts"]["cover_note"][0][code] in get_text(note)
    sentence = find_one(select(note, css="rtop-addressees"))
    names = get_names(code)
    assert len(set(names)) == 14
    position = -1
    for name in names:
        # In the order of the letter.
        found = get_text(sentence).find(name, position + 1)
        assert found > position, name
        position = found
    links = [a.get("href") for a in select(sentence, "a")]
    prefix = f"/{code}/organisations/"
    assert len(links) == 14
    assert all(link.startswith(prefix) for link in links), links
    assert demo.get(links[0]).status == 200


def test_four_names_as_written(letter):
    code, tree = letter
    if code != "en":
        return
    official = {row["title"]["en"] for row in ORGANISATIONS}
    written = get_text(find_one(select(tree, css="rtop-addressees")))
    for name in AS_WRITTEN:
        assert name in written
        assert name not in official


def test_body_with_sic(letter):
    code, tree = letter
    body = find_one(select(tree, css="rtop-text"))
    for paragraph in TEXTS["texts"]["body"]:
        words = paragraph[code].split("<abbr>")[0].strip()
        assert " ".join(words.split()) in get_text(body)
    marked = find_one(select(body, "abbr"))
    after = get_text(body).partition(get_text(marked))[2]
    assert "[sic]" in get_text(marked) + after[:10]


def test_excerpt_and_full_text(letter, demo):
    code, tree = letter
    text = get_text(find_one(select(tree, css="rtop-letter")))
    assert text.count("(…)") == 1
    notice = find_one(select(tree, css="rtop-excerpt"))
    assert PHRASES["excerpt"][code] in get_text(notice)
    link = find_one(select(notice, "a"))
    assert get_text(link) == TEXTS["full_text"]["title"][code]
    document = demo.get(link.get("href"))
    assert document.status == 200
    rest = TEXTS["full_text"]["rest"][0][code]
    if code == "ar":
        assert rest in document.body.decode("utf-8-sig")
    else:
        assert document.body.startswith(b"%PDF-1.4")
        assert rest[:40].encode("cp1252") in document.body


def test_response(letter, demo):
    code, tree = letter
    section = find_one(select(tree, css="rtop-responses"))
    link = find_one(select(section, "a"))
    assert link.get("href") == f"/{code}/{LETTER}gcc-response/"
    response = demo.get(link.get("href"))
    assert response.status == 200
    data = TEXTS["responses"][0]["texts"]
    assert get_text(find_one(select(response.tree, "h1"))) == data["title"][code]
    assert data["office"][code] in get_text(response.tree)


def test_one_of_fourteen_answered(letter):
    code, tree = letter
    tally = find_one(select(tree, css="rtop-tally"))
    assert get_text(tally) == PHRASES["answered"][code]
    assert select(tree, "details", css="rtop-method")


def test_browse_block(letter, demo):
    code, tree = letter
    block = find_one(select(tree, "nav", css="rtop-browse"))
    assert get_text(select(block, "h2")[0]) == PHRASES["browse"][code]
    links = {a.get("href"): get_text(a) for a in select(block, "a")}
    href = f"/{code}/regions/western-africa/"
    assert links[href].startswith(PHRASES["region"][code])
    page = demo.get(href)
    assert page.status == 200
    assert TEXTS["texts"]["title"][code] in get_text(page.tree)


def test_address(letter):
    code, tree = letter
    footer = select(tree, "footer")[-1]
    address = get_text(find_one(select(footer, "address")))
    assert SITE["coalition"]["name"][code] in address
    # In Latin script in every language, as an envelope needs it.
    assert "708 Third Avenue" in address
    assert "New York, NY 10017" in address


def test_other_languages(letter):
    code, tree = letter
    links = {
        link.get("hreflang"): link.get("href")
        for link in select(tree, "link")
        if link.get("rel") == "alternate" and link.get("hreflang")
    }
    for other in LANGUAGES:
        assert links[other] == f"http://127.0.0.1:8000/{other}/{LETTER}"
    shown = {a.get("hreflang"): a.get("href") for a in select(tree, "a")}
    for other in set(LANGUAGES) - {code}:
        assert shown[other] == f"/{other}/{LETTER}"
