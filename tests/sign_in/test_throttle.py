"""The limit on tries: by address, by name, from everywhere, for as long as it says."""

import threading

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory

from tests import builders
from wagtail_rtop.sign_in.views import SignInView
from wagtail_rtop.throttle import Throttle, get_address


pytestmark = pytest.mark.django_db

URL = "/en/sign-in/"


@pytest.fixture(scope="module")
def home(shared_db):
    home = builders.make_home()
    type(home).template = "wagtail_rtop/base.html"
    return home


@pytest.fixture(scope="module")
def member(home):
    return builders.make_user("amina")


def sign_in(client, name="amina", secret="wrong", address="10.0.0.1", path=URL):
    data = {"username": name, "password": secret}
    return client.post(path, data, REMOTE_ADDR=address)


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def bare(monkeypatch):
    """Answer without a template: a thousand pages take a minute."""

    def respond(self, context, status=200):
        return HttpResponse(status=status)

    monkeypatch.setattr(SignInView, "render_to_response", respond)


def count_blocked(answers):
    return sum(answer.status_code == 429 for answer in answers)


def test_a_thousand_tries_for_one_name_from_everywhere(client, member, bare):
    blocked = count_blocked(
        sign_in(client, address=f"10.0.{number // 250}.{number % 250}")
        for number in range(1000)
    )

    assert blocked == 990


def test_a_thousand_tries_from_one_address_for_every_name(client, member, bare):
    blocked = count_blocked(sign_in(client, f"name-{number}") for number in range(1000))

    assert blocked == 990


def test_the_right_password_is_refused_while_locked(client, member):
    with time_machine.travel("2026-11-25 10:00:00Z", tick=False) as clock:
        for _ in range(11):
            sign_in(client)
        refused = sign_in(client, secret="password", address="10.9.9.9")
        assert refused.status_code == 429
        assert refused["Retry-After"] == "900"
        assert not is_signed_in(client)

        clock.shift(899)
        # A try in between does not make it last longer.
        assert sign_in(client, address="10.9.9.9").status_code == 429
        clock.shift(2)
        assert sign_in(client, secret="password").status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize("name", ["AMINA", " amina ", "Ａｍｉｎａ"])
def test_a_name_is_one_however_it_is_written(client, member, name):
    for number in range(11):
        sign_in(client, name, address=f"10.1.0.{number}")

    assert sign_in(client, address="10.9.9.9").status_code == 429


def test_one_name_locked_leaves_others_alone(client, member):
    builders.make_user("berta")
    for number in range(11):
        sign_in(client, address=f"10.1.0.{number}")

    response = sign_in(client, "berta", "password", address="10.1.0.1")

    assert response.status_code == 302


def test_an_address_that_is_refused_does_not_lock_names(client, member):
    for number in range(30):
        sign_in(client, f"name-{number}", address="10.66.6.6")
    for _ in range(30):
        sign_in(client, address="10.66.6.6")

    assert sign_in(client, secret="password").status_code == 302


def test_success_is_not_counted(client, member):
    for _ in range(25):
        assert sign_in(client, secret="password").status_code == 302
        client.logout()


def test_success_forgets_the_failures_of_its_name(client, member):
    for _ in range(3):
        for number in range(9):
            sign_in(client, address=f"10.1.0.{number}")
        assert sign_in(client, secret="password").status_code == 302


def test_the_limits_are_the_sites(client, member, settings):
    settings.WAGTAIL_RTOP = {"SIGN_IN_ATTEMPTS": 2, "SIGN_IN_LOCKOUT": 60}

    answers = [sign_in(client) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"


def test_many_at_once_do_not_pass():
    throttle, admitted = Throttle("name", "amina"), []

    def try_some():
        admitted.extend(throttle.admit() for _ in range(25))

    threads = [threading.Thread(target=try_some) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(admitted), sum(admitted)) == (200, 10)


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("203.0.113.9, 192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_an_address_is_what_one_visitor_owns(meta, expected):
    request = RequestFactory().get("/", REMOTE_ADDR=meta)

    assert get_address(request) == expected


def test_behind_a_proxy_the_header_counts(client, member, settings):
    settings.WAGTAIL_RTOP = {"SIGN_IN_ADDRESS_KEY": "HTTP_X_REAL_IP"}
    data = {"username": "nobody", "password": "x"}
    answers = [
        client.post(URL, data, REMOTE_ADDR="10.0.0.1", HTTP_X_REAL_IP=f"192.0.2.{n}")
        for n in range(10)
    ]
    assert count_blocked(answers) == 0

    request = RequestFactory().get("/", HTTP_X_REAL_IP="192.0.2.1")
    assert get_address(request) == "192.0.2.1"


def test_names_of_any_shape_make_keys(settings):
    for name in ("x" * 10_000, "\ud800", "a b\nc", "‮"):
        assert Throttle("name", name).admit()
    assert all(len(key) < 200 for key in cache._cache)


def test_the_backend_extends_the_limit_to_the_admin(client, member, settings):
    settings.AUTHENTICATION_BACKENDS = [
        "wagtail_rtop.sign_in.backends.ThrottledBackend",
        "django.contrib.auth.backends.ModelBackend",
    ]
    member.is_superuser = True
    member.save()
    for number in range(11):
        sign_in(client, address=f"10.1.0.{number}", path="/admin/login/")
    refused = sign_in(client, secret="password", path="/admin/login/")
    assert refused.status_code == 200
    assert not is_signed_in(client)

    cache.clear()
    # Counted once a try, whichever form it comes by.
    answers = [sign_in(client) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    cache.clear()
    for _ in range(15):
        sign_in(client, secret="password", path="/admin/login/")
        assert is_signed_in(client)
        client.logout()
