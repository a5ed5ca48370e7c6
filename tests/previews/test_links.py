"""What the holder of a preview link sees, and for how long."""

import random
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import CollectionViewRestriction, PageLogEntry

from tests import builders
from tests.embargo.conftest import get_live, reload
from tests.releases.test_versions import get_text
from wagtail_rtop.pages.models import ReleaseAttachment
from wagtail_rtop.previews import access
from wagtail_rtop.previews.access import find_link, give_link, revoke_link
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.lifting import release_due
from wagtail_rtop.visibility.previews import PreviewLink, PreviewText
from wagtail_rtop.visibility.retraction import retract


REFUSED = "This link does not lead anywhere, or not any more."


@pytest.fixture(autouse=True)
def _no_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def editor(group):
    pages = [group.index, group.fr.get_parent()]
    desk = builders.make_group("desk", pages=pages, actions=["change", "publish"])
    return builders.make_user(groups=[desk])


@pytest.fixture
def give(group, editor):
    def give(page=None, days=3, **options):
        options.setdefault("user", editor)
        expires = timezone.now() + timedelta(days=days)
        link, token = give_link(
            page or group.release, "The Gazette", expires, **options
        )
        code = (page or group.release).locale.language_code
        return link, f"/{code}/preview/{token}/"

    return give


def draft(page, **fields):
    text = reload(page).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(text, name, value)
    text.save_revision()


def test_it_shows_the_latest_draft_and_says_until_when(group, give, lift, client):
    set_embargo(group.release, lift)
    draft(group.release, subtitle="Three killed")
    link, url = give()

    response = client.get(url)

    text = get_text(response)
    assert response.status_code == 200
    assert "Three killed" in text
    assert "Embargoed until May 1, 2026, 10:00 (UTC)" in text
    assert "Preview for The Gazette." in text
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"].startswith("noindex")
    assert response["Referrer-Policy"] == "no-referrer"
    draft(group.release, subtitle="Two killed")
    assert "Two killed" in get_text(client.get(url))
    link.refresh_from_db()
    assert link.opened == 2
    assert link.last_opened_at == timezone.now()
    opened = PageLogEntry.objects.filter(action="wagtail_rtop.open_preview")
    assert [entry.message for entry in opened] == [
        f"Preview link opened (#{link.pk})"
    ] * 2
    assert "Gazette" not in str([entry.data for entry in opened])


def test_it_shows_the_page_in_its_own_language(group, give, client):
    draft(group.ar, title="بيان")
    user = builders.make_user(superuser=True)

    response = client.get(give(group.ar, user=user)[1])

    assert b'lang="ar" dir="rtl"' in response.content
    assert "مسودة، ليست للنشر" in get_text(response)
    assert "For immediate release" not in get_text(response)
    assert "بيان" in get_text(response)


def test_the_scheduled_text_alone(group, give, lift, client):
    _, url = give(text=PreviewText.SCHEDULED)
    assert client.get(url).status_code == 404
    set_embargo(group.release, lift)
    draft(group.release, subtitle="As scheduled")
    reload(group.release).get_latest_revision().publish()
    draft(group.release, subtitle="Written since")

    text = get_text(client.get(url))

    assert "As scheduled" in text
    assert "Written since" not in text


def test_nothing_else_opens(group, give, lift, client):
    set_embargo(group.release, lift)
    _, url = give()
    client.get(url)

    assert client.get("/en/press/release/").status_code == 404
    assert client.get("/fr/press/release/").status_code == 404
    assert client.post(url).status_code == 405


def end_by_retraction(group, link, editor):
    retract(group.release, reason="Wrong")


def end_by_revoking(group, link, editor):
    revoke_link(link, user=editor)


def end_by_dismissal(group, link, editor):
    editor.is_active = False
    editor.save()


def end_by_rights(group, link, editor):
    editor.groups.clear()


def end_by_deleted_account(group, link, editor):
    editor.delete()


def end_by_time(group, link, editor):
    PreviewLink.objects.update(expires_at=timezone.now())


@pytest.mark.parametrize(
    "end",
    [
        end_by_retraction,
        end_by_revoking,
        end_by_dismissal,
        end_by_rights,
        end_by_deleted_account,
        end_by_time,
    ],
)
def test_it_ends(group, give, editor, client, end):
    link, url = give()
    assert client.get(url).status_code == 200

    end(group, link, editor)

    response = client.get(url)
    assert response.status_code == 404
    assert REFUSED in get_text(response)
    assert "Release" not in get_text(response)
    assert response["Referrer-Policy"] == "no-referrer"


def test_a_dead_link_looks_like_one_that_never_was(give, client):
    link, url = give()
    revoke_link(link)

    dead, none = client.get(url), client.get("/en/preview/abc/")

    assert dead.status_code == none.status_code == 404
    assert get_text(dead) == get_text(none)
    # The address that was asked for is repeated in the way to the sign-in form.
    heads = [{**r.headers, "Content-Length": ""} for r in (dead, none)]
    assert heads[0] == heads[1]


def test_once_public_it_leads_to_the_page(group, give, lift, clock, client):
    set_embargo(group.release, lift)
    builders.publish(group.release)
    _, url = give()
    assert client.get(url).status_code == 200
    clock.move_to(lift)
    release_due()
    assert get_live(group.release)
    draft(group.release, subtitle="Next draft")

    response = client.get(url)

    assert response.status_code == 302
    assert response["Location"] == "/en/press/release/"
    assert response["Cache-Control"] == "private, no-store"


def test_a_draft_correction_of_a_public_page_is_shown(group, give, clock, client):
    builders.publish(group.release)
    clock.shift(60)
    draft(group.release, subtitle="Correction")

    assert "Correction" in get_text(client.get(give()[1]))


def test_it_opens_the_files_of_its_page_and_no_others(group, give, client, tmp_path):
    with_file = reload(group.release)
    own, other = builders.make_document("Own"), builders.make_document("Other")
    with_file.attachments = [ReleaseAttachment(document=own, sort_order=0)]
    with_file.save_revision()
    french = reload(group.fr)
    french.attachments = [ReleaseAttachment(document=other, sort_order=0)]
    french.save_revision()
    _, url = give()

    content = client.get(url).content.decode()
    file_url = f"{url}files/{own.pk}/"

    assert f'href="{file_url}"' in content
    assert own.url not in content
    served = client.get(file_url)
    assert served.status_code == 200
    assert b"".join(served.streaming_content) == b"%PDF-1.4"
    assert "attachment" in served["Content-Disposition"]
    assert served["Cache-Control"] == "private, no-store"
    assert client.get(own.url).status_code == 404
    for pk in (other.pk, 999999, "9" * 40):
        assert client.get(f"{url}files/{pk}/").status_code == 404
    assert client.get(f"/en/preview/abc/files/{own.pk}/").status_code == 404

    CollectionViewRestriction.objects.create(
        collection=own.collection, restriction_type="login"
    )
    assert client.get(file_url).status_code == 404


def test_a_response_does_not_name_a_hidden_letter(group, lift, client):
    index = builders.make_letter_index(group.home)
    letter = builders.make_letter(index, recipients=["X"], title="Secret letter")
    response = builders.make_response(letter, live=False, title="Answer")
    set_embargo(reload(letter), lift)
    user = builders.make_user(superuser=True)
    _, token = give_link(response, "Y", lift, user=user)

    text = get_text(client.get(f"/en/preview/{token}/"))

    assert "Answer" in text
    assert "Secret letter" not in text


def mutate(rng, token):
    """Return the token with something changed in it."""
    kind, at = rng.randrange(5), rng.randrange(len(token))
    other = rng.choice("abcXYZ019-_.")
    if kind == 0:
        return token[:at] + other + token[at + 1 :] + "x"
    if kind == 1:
        return token[:at]
    if kind == 2:
        return token + other
    if kind == 3:
        return token[::-1]
    return "".join(rng.choices(token, k=len(token)))


def test_a_thousand_forged_tokens(give):
    _, url = give()
    token = url.split("/")[-2]
    rng = random.Random(7)  # tries, not secrets

    forged = [mutate(rng, token) for _ in range(1000)]

    assert find_link(token)
    assert [t for t in forged if t != token and find_link(t)] == []
    # An unsigned secret is none, nor is one that another key has signed.
    assert find_link(token.split(".")[0]) is None
    stranger = access.Signer(key="other", salt="wagtail_rtop.previews", sep=".")
    assert find_link(stranger.sign(token.split(".")[0])) is None


def test_the_secret_is_not_stored(give):
    _, url = give()
    secret = url.split("/")[-2].split(".")[0]

    assert secret not in str(PreviewLink.objects.values().get())
    assert len(secret) >= 43


def test_guessing_is_throttled(give, client, settings):
    settings.WAGTAIL_RTOP = {"SIGN_IN_ATTEMPTS": 5}
    _, url = give()
    revoked, dead = give()
    revoke_link(revoked)
    # Who has an old link is no guesser.
    assert {client.get(dead).status_code for _ in range(20)} == {404}
    assert client.get(url).status_code == 200

    statuses = [client.get(f"/en/preview/x{n}/").status_code for n in range(12)]

    assert statuses[:6] == [404] * 6
    assert set(statuses[6:]) == {429}
    assert client.get(url).status_code == 429
    assert client.get(url, REMOTE_ADDR="192.0.2.7").status_code == 200


@pytest.mark.parametrize("days", [-1, 0, 31, 4000])
def test_a_link_lasts_thirty_days_at_most(give, days):
    with pytest.raises(ValidationError):
        give(days=days)
    assert not PreviewLink.objects.exists()


def test_its_page_takes_it_along(group, give):
    give()
    group.release.delete()

    assert not PreviewLink.objects.exists()
