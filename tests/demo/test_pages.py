"""The addresses that others rely on, in each language, for each kind of visitor."""

import pytest

from tests.demo.site import get_demo, get_text, select


LETTER = "letters/regional-organisations-2012-dialogue/"
FIXED = [
    "",
    LETTER,
    f"{LETTER}gcc-response/",
    "organisations/",
    "organisations/african-union/",
    "regions/",
    "regions/western-africa/",
    "press/",
    "letters/heads-of-regional-organisations-2011-dialogue/",
    "about/",
    "sign-in/",
]
EMBARGOED = "press/who-has-answered/"
RETRACTED = "press/dialogue-in-july-2012/"
CORRECTED = "press/gulf-cooperation-council-answers/"
TITLES = {
    EMBARGOED: {
        "en": "Who has answered",
        "fr": "Qui a répondu",
        "ar": "من رد علينا",
    },
    RETRACTED: {
        "en": "Dialogue on timely and decisive response in July",
        "fr": "aura lieu en juillet",
        "ar": "حوار تموز/يوليه",
    },
    "members/": {
        "en": "For members of the coalition",
        "fr": "Espace des membres de la coalition",
        "ar": "لأعضاء الائتلاف",
    },
}
LANGUAGES = ["en", "fr", "ar"]


@pytest.fixture(scope="module")
def demo():
    return get_demo()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", FIXED)
def test_fixed_address(demo, code, path):
    answer = demo.get(f"/{code}/{path}")
    assert answer.status == 200
    assert answer.tree.get("lang") == code
    # A page in its own language, not a fallback with a notice.
    assert not select(answer.tree, css="rtop-fallback")


def test_root_leads_to_the_visitors_language(demo):
    for accepted, code in [("ar", "ar"), ("fr-CA,fr;q=0.9", "fr"), ("sw", "en")]:
        answer = demo.get("/", headers={"Accept-Language": accepted})
        assert (answer.status, answer.headers["Location"]) == (302, f"/{code}/")


@pytest.mark.parametrize("code", LANGUAGES)
def test_fourteen_profiles(demo, code):
    tree = demo.get(f"/{code}/organisations/").tree
    prefix = f"/{code}/organisations/"
    links = {
        a.get("href")
        for a in select(tree, "a")
        if (a.get("href") or "").startswith(prefix)
        and "?" not in a.get("href")
        and a.get("href") != prefix
    }
    assert len(links) == 14
    for link in links:
        page = demo.get(link)
        assert page.status == 200
        assert page.tree.get("lang") == code


@pytest.mark.parametrize("code", LANGUAGES)
def test_embargoed_release_is_nowhere(demo, code):
    absent = demo.get(f"/{code}/press/there-is-no-such-release/")
    hidden = demo.get(f"/{code}/{EMBARGOED}")
    assert (hidden.status, absent.status) == (404, 404)
    for path in ("", "press/", "regions/world/"):
        answer = demo.get(f"/{code}/{path}")
        assert answer.status == 200
        assert TITLES[EMBARGOED][code] not in answer.text


@pytest.mark.parametrize("code", LANGUAGES)
def test_retracted_release_leaves_a_tombstone(demo, code):
    answer = demo.get(f"/{code}/{RETRACTED}")
    assert answer.status == 410
    links = [a.get("href") for a in select(answer.tree, "a")]
    assert f"/{code}/press/dialogue-on-5-september-2012/" in links
    assert TITLES[RETRACTED][code] not in demo.get(f"/{code}/press/").text
    assert TITLES[RETRACTED][code] in demo.get(f"/{code}/retractions/").text


@pytest.mark.parametrize("code", LANGUAGES)
def test_corrected_release_says_so(demo, code):
    page = demo.get(f"/{code}/{CORRECTED}").tree
    note = {"en": "fifteen", "fr": "quinze", "ar": "خمس عشرة"}[code]
    body = get_text(select(page, css="rtop-text")[0])
    assert note not in body
    assert note in get_text(page)


def test_earlier_text_stays_readable(demo):
    page = demo.get(f"/en/{CORRECTED}versions/1/")
    assert page.status == 200
    assert "one of the fifteen organisations" in page.text


@pytest.mark.parametrize("code", LANGUAGES)
def test_members_page(demo, code):
    path = f"/{code}/members/"
    anonymous = demo.get(path)
    assert anonymous.status == 302
    assert anonymous.headers["Location"] == f"/{code}/sign-in/?next={path}"
    assert demo.get(path, "translator-fr").status == 404
    assert TITLES["members/"][code] not in demo.get(f"/{code}/").text
    page = demo.get(path, "member")
    assert page.status == 200
    assert TITLES["members/"][code] in page.text
    link = next(
        a.get("href")
        for a in select(page.tree, "a")
        if "/documents/" in (a.get("href") or "")
    )
    assert demo.get(link, "member").status == 200
    assert demo.get(link).status in {302, 404}
    assert demo.get(link, "translator-fr").status in {302, 403, 404}


def test_member_signs_in_with_the_form(demo):
    browser = "browser:member"
    form = demo.get("/fr/sign-in/?next=/fr/members/", browser)
    assert form.status == 200
    answer = demo.post(
        "/fr/sign-in/?next=/fr/members/",
        {"username": "member", "password": "demo", "next": "/fr/members/"},
        browser,
    )
    assert (answer.status, answer.headers["Location"]) == (302, "/fr/members/")
    assert demo.get("/fr/members/", browser).status == 200
    wrong = demo.post(
        "/fr/sign-in/", {"username": "member", "password": "no"}, "browser:other"
    )
    assert wrong.status == 200
    assert demo.get("/fr/members/", "browser:other").status == 302


def test_register_agrees_with_the_pages(demo):
    output, error = demo.command("rtop_register", "verify")
    assert error == "", output
