"""Members sign in: who gets in, where to, and what is said to those who do not."""

import html5lib
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.test import Client

from tests import builders


pytestmark = pytest.mark.django_db

URL = "/en/sign-in/"
PATHS = ("/en/sign-in/", "/en/_util/login/")


@pytest.fixture(scope="module")
def home(shared_db):
    home = builders.make_home()
    type(home).template = "wagtail_rtop/base.html"
    return home


@pytest.fixture(scope="module")
def member(shared_db):
    return builders.make_user("amina", groups=[builders.make_group("Members")])


def sign_in(client, name="amina", secret="password", path=URL, address=None, **data):
    extra = {"REMOTE_ADDR": address} if address else {}
    data = {"username": name, "password": secret, **data}
    return client.post(path, data, **extra)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def get_alerts(response):
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(response.content.decode())
    found = tree.iterfind(".//*[@role='alert']")
    return [" ".join("".join(alert.itertext()).split()) for alert in found]


@pytest.mark.parametrize("path", PATHS)
def test_a_member_signs_in_and_lands_on_the_home_page(client, home, member, path):
    response = sign_in(client, path=path)

    assert response.status_code == 302
    assert response["Location"] == home.url
    assert is_signed_in(client)


def test_the_form_is_never_kept_and_never_indexed(client, home):
    for response in (client.get(URL), sign_in(client, "nobody")):
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
        assert "Cookie" in response["Vary"]


@pytest.mark.parametrize(
    ("code", "text"), [("en", "Sign in"), ("fr", None), ("ar", None)]
)
def test_the_form_speaks_the_visitors_language(client, home, code, text):
    response = client.get(f"/{code}/sign-in/")

    body = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{code}"' in body
    assert f'dir="{"rtl" if code == "ar" else "ltr"}"' in body
    assert f'action="/{code}/sign-in/"' in body
    assert text is None or text in body


def test_a_label_stands_with_every_field(client, home):
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(client.get(URL).content.decode())
    form = next(f for f in tree.iter("form") if f.get("action") == URL)

    inputs = [i for i in form.iter("input") if i.get("type") != "hidden"]
    labels = {label.get("for") for label in form.iter("label")}
    assert [i.get("autocomplete") for i in inputs] == ["username", "current-password"]
    assert {i.get("id") for i in inputs} == labels


def test_a_site_that_says_where_to_go_is_followed(client, home, member, settings):
    settings.LOGIN_REDIRECT_URL = "/en/members/"

    assert sign_in(client)["Location"] == "/en/members/"


def test_next_is_followed_on_this_host(client, home, member):
    response = sign_in(client, next="/en/letters/?page=2")

    assert response["Location"] == "/en/letters/?page=2"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        "https://testserver.evil.example/",
        " //evil.example",
        "\t//evil.example",
        "https:///evil.example",
        "data:text/html,x",
        "",
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_next_never_leads_to_another_host(client, home, member, target, path):
    shown = client.get(path, {"next": target})
    assert shown.status_code == 200
    response = sign_in(client, path=path, next=target)

    assert response.status_code == 302
    assert response["Location"] == home.url


def test_next_follows_to_another_language(client, home):
    builders.make_translated_home(home, "fr")
    shown = client.get(URL, {"next": "/en/letters/?page=2", "other": "x"})
    links = [a.url for a in shown.context["chrome"].alternates]
    assert links[1] == "/fr/sign-in/?next=%2Fen%2Fletters%2F%3Fpage%3D2"

    shown = client.get(URL, {"next": "//evil.example/"})
    assert [a.url for a in shown.context["chrome"].alternates][1] == "/fr/sign-in/"


def test_signing_out_is_a_post(client, home, member):
    sign_in(client)

    assert client.get("/en/sign-out/").status_code == 405
    assert is_signed_in(client)
    response = client.post("/en/sign-out/")
    assert (response.status_code, response["Location"]) == (302, home.url)
    assert not is_signed_in(client)


def test_signing_out_never_leads_to_another_host(client, home, member):
    sign_in(client)

    response = client.post("/en/sign-out/", {"next": "//evil.example/"})

    assert response["Location"] == home.url


@pytest.mark.parametrize("path", ["/en/sign-in/", "/en/sign-out/", "/en/_util/login/"])
def test_a_form_of_another_site_is_refused(home, member, path):
    client = Client(enforce_csrf_checks=True)

    assert sign_in(client, path=path).status_code == 403


@pytest.fixture(scope="module")
def group_page(home, member):
    page = builders.make_organisation(builders.make_organisation_index(home))
    builders.restrict(page, "groups", groups=member.groups.all())
    return page


def test_a_group_page_sends_to_sign_in_and_back(client, group_page):
    asked = client.get(group_page.url)
    assert asked.status_code == 302
    assert asked["Location"] == f"{URL}?next={group_page.url}"
    assert client.get(asked["Location"]).status_code == 200

    response = sign_in(client, next=group_page.url)

    assert response["Location"] == group_page.url
    assert client.get(group_page.url).status_code == 200


def test_a_page_of_another_language_sends_to_the_form_in_it(client, home, group_page):
    french = builders.make_translated_home(home, "fr")
    index = group_page.get_parent().specific.copy_for_translation(french.locale)
    builders.publish(index)
    page = builders.publish(group_page.copy_for_translation(french.locale))

    response = client.get(page.url)

    assert response["Location"] == f"/fr/sign-in/?next={page.url}"


def test_a_member_of_another_group_sees_no_page(client, group_page):
    builders.make_user("berta", groups=[builders.make_group("Others")])

    sign_in(client, "berta", next=group_page.url)

    assert is_signed_in(client)
    assert client.get(group_page.url).status_code == 404
    # No way round in circles: the form does not send on by itself.
    assert client.get(f"{URL}?next={group_page.url}").status_code == 200


def test_every_refusal_reads_the_same(client, home, member, settings):
    settings.WAGTAIL_RTOP = {"SIGN_IN_ATTEMPTS": 3}
    builders.make_user("idle", is_active=False)
    for number in range(3):
        sign_in(client, "locked", address=f"10.1.0.{number}")
    answers = [
        sign_in(client, "unknown", address="10.0.0.1"),
        sign_in(client, "amina", "wrong", address="10.0.0.2"),
        sign_in(client, "idle", address="10.0.0.3"),
        sign_in(client, "locked", address="10.0.0.4"),
    ]

    assert {tuple(get_alerts(answer)) for answer in answers} == {
        (
            "This name and this password do not go together, or there were too many "
            "tries. Check both, or try again later.",
        )
    }
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


def test_an_inactive_user_is_told_no_more_by_a_lenient_backend(client, home, settings):
    settings.AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.AllowAllUsersModelBackend"
    ]
    builders.make_user("idle", is_active=False)

    answer = sign_in(client, "idle")

    assert not is_signed_in(client)
    assert get_alerts(answer) == get_alerts(sign_in(client, "unknown"))


def test_every_refusal_costs_the_same_hashing(
    client, home, member, settings, monkeypatch
):
    # All that takes time in a refusal; how long is the machine's affair.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1_000)
    rounds = []
    encode = PBKDF2PasswordHasher.encode

    def count(self, password, salt, iterations=None):
        rounds.append(iterations or self.iterations)
        return encode(self, password, salt, iterations)

    member.set_password("password")
    member.save()
    builders.make_user("idle", is_active=False)
    for number in range(11):
        sign_in(client, "locked", address=f"10.1.{number}.1")
    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", count)

    costs = {}
    for name in ("unknown", "amina", "idle", "locked"):
        rounds.clear()
        sign_in(client, name, "wrong", address=f"10.2.1.{len(name)}")
        costs[name] = list(rounds)

    assert set(map(tuple, costs.values())) == {(1_000,)}, costs


@pytest.mark.parametrize("text", ["\x00", "x" * 100_000, "‮", "🙂" * 300, " ", ""])
def test_hostile_names_are_refused_not_failed_on(client, home, text):
    assert sign_in(client, text).status_code == 200
    assert sign_in(client, "amina", text).status_code == 200
    assert not is_signed_in(client)


def test_the_cache_is_left_alone_by_reading(client, home):
    client.get(URL)

    assert not [key for key in cache._cache if "sign_in" in key]
