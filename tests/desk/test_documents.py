"""An organisation's and a region's documents in the admin, at a bounded cost."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders


@pytest.fixture(scope="module")
def world(shared_db):
    home = builders.make_home()
    region = builders.make_region("Western Africa")
    body = builders.make_organisation(
        builders.make_organisation_index(home), title="ECOWAS", regions=[region]
    )
    letters = builders.make_letter_index(home)
    first = builders.make_letter(letters, title="First letter", recipients=[body, "X"])
    builders.make_response(first, title="Their answer")
    builders.make_letter(letters, title="To others", recipients=["Others"])
    builders.make_letter(letters, title="A draft", recipients=[body], live=False)
    closed = builders.make_letter_index(home, slug="closed")
    secret = builders.make_letter(closed, title="Secret", recipients=[body], live=False)
    return {
        "home": home,
        "region": region,
        "body": body,
        "letters": letters,
        "closed": closed,
        "first": first,
        "secret": secret,
    }


@pytest.fixture
def editor(client, world):
    """An editor of everything but the closed section."""
    pages = [world["body"].get_parent(), world["letters"]]
    group = builders.make_group("Desk", pages=pages, actions=["change"])
    group.permissions.add(Permission.objects.get(codename="view_region"))
    client.force_login(builders.make_user(groups=[group]))
    return client


def get_urls(world):
    return [
        f"/admin/rtop/organisations/{world['body'].pk}/documents/",
        f"/admin/rtop/regions/{world['region'].pk}/documents/",
    ]


def get_titles(response):
    assert response.status_code == 200
    return [entry.page.title for entry in response.context["object_list"]]


def test_it_counts_documents(editor, world):
    for url in get_urls(world):
        response = editor.get(url)
        label = response.context["page_obj"].paginator.items_count_label
        assert label == f"{len(get_titles(response))} documents"
        assert label in response.content.decode()


def test_lists_what_the_editor_may_know_of(editor, world):
    for url in get_urls(world):
        response = editor.get(url)
        titles = set(get_titles(response))
        assert {"First letter", "Their answer", "A draft"} <= titles
        assert not titles & {"Secret", "To others"}
        body = response.content.decode()
        assert "1 of 2" in body
        assert re.findall(r"<td[^>]*>\s*(Draft|Public)\s*</td>", body)
        assert f"/admin/pages/{world['first'].pk}/edit/" in body
        assert f"/admin/pages/{world['secret'].pk}/edit/" not in body


def test_costs_the_same_for_many_letters(editor, world, monkeypatch):
    monkeypatch.setattr("wagtail_rtop.desk.documents.DocumentsView.paginate_by", 6)
    costs = []
    for number in (0, 8):
        for _ in range(number):
            builders.make_letter(
                world["letters"], recipients=[world["body"]], live=False
            )
        for url in get_urls(world):
            editor.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert editor.get(url).status_code == 200
            costs.append(len(queries))

    assert costs[:2] == costs[2:]
    # Wagtail's own frame among them: session, user, permissions, menu.
    assert max(costs) <= 12
    second = editor.get(get_urls(world)[0], {"p": 2})
    assert len(get_titles(second)) == 5


def test_the_profile_and_the_region_lead_there(editor, world):
    urls = get_urls(world)
    body = editor.get(f"/admin/pages/{world['body'].pk}/edit/").content.decode()
    assert urls[0] in body
    body = editor.get("/admin/snippets/wagtail_rtop/region/").content.decode()
    assert urls[1] in body


def test_who_may_not_edit_the_profile_is_refused(client, world):
    group = builders.make_group("Others", pages=[world["closed"]], actions=["change"])
    client.force_login(builders.make_user(groups=[group]))

    for url in get_urls(world):
        assert client.get(url).status_code == 302
    client.force_login(builders.make_user(superuser=True))
    for pk in (999999, world["home"].pk):
        url = f"/admin/rtop/organisations/{pk}/documents/"
        # By way of the site's addresses with a language.
        assert client.get(url, follow=True).status_code == 404


def test_a_refused_deletion_costs_the_same_and_leads_to_all(client, world, monkeypatch):
    monkeypatch.setattr("wagtail_rtop.deletion.refusal.NAMED", 2)
    client.force_login(builders.make_user(superuser=True))
    body = world["body"]
    costs = []
    for number in (1, 4):
        for _ in range(number):
            builders.make_letter(world["letters"], recipients=[body])
        url = f"/admin/pages/{body.pk}/delete/"
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        costs.append(len(queries))

    text = response.content.decode()
    assert costs[0] == costs[1]
    assert "it is used in 8 places" in text
    assert "and 6 more" in text
    assert get_urls(world)[0] in text
    response = client.get(
        f"/admin/snippets/wagtail_rtop/region/delete/{world['region'].pk}/"
    )
    assert "can&#x27;t be deleted" in response.content.decode()


def test_each_document_is_called_by_its_kind(editor, world):
    found = [
        editor.get(url).content.decode().split("<tbody>")[1] for url in get_urls(world)
    ]

    assert all("Letter\n" in text or ">Letter<" in text for text in found)
    assert not any(">Letters<" in text or "Letters\n" in text for text in found)
