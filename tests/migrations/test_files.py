"""What the migration files promise to sites with models of their own."""

import re
from pathlib import Path

import pytest


PACKAGE = Path(__file__).resolve().parent.parent.parent / "wagtail_rtop"
FILES = sorted(PACKAGE.rglob("migrations/0*.py"))


@pytest.fixture(params=FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def text(request):
    return request.param.read_text(encoding="utf-8")


def test_each_label_has_its_first_migration():
    folders = {path.parent for path in FILES}

    assert {folder / "0001_initial.py" for folder in folders} <= set(FILES)
    assert PACKAGE / "migrations" in folders
    assert PACKAGE / "pages" / "migrations" in folders


def test_names_say_what_they_do():
    for path in FILES:
        assert re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", path.stem)
        assert "_auto_" not in path.stem


def test_written_on_the_lowest_wagtail(text):
    assert "WAGTAIL_PAGE_MODEL" not in text
    for number in re.findall(r"\(['\"]wagtailcore['\"], ['\"](\d{4})", text):
        # The last migration that 7.4 has.
        assert int(number) <= 97


def test_models_that_a_site_may_choose_are_not_named(text):
    for name in ("wagtaildocs.document", "wagtailimages.image", "auth.user"):
        assert not re.search(rf"to=['\"]{name}['\"]", text, re.IGNORECASE)


def test_the_core_asks_swapper_for_the_base_page():
    text = (PACKAGE / "migrations" / "0001_initial.py").read_text(encoding="utf-8")

    assert not re.search(r"to=['\"]wagtailcore\.page['\"]", text, re.IGNORECASE)
    assert text.count('to=swapper.get_model_name("wagtailcore", "Page")') > 2
    assert 'swapper.dependency("wagtailcore", "Page")' in text


def test_what_is_imported_is_what_we_can_keep(text):
    # What a migration imports has to stay for ever.
    found = set(
        re.findall(r"^(?:import|from) (wagtail_rtop[\w.]*)", text, re.MULTILINE)
    )

    assert found <= {"wagtail_rtop.fields", "wagtail_rtop.organisations.countries"}


def test_no_conditional_constraint(text):
    # MariaDB has none.
    assert "condition=" not in text
