"""Which rows of a list have buttons of ours: known without a query a row."""

import pytest
from wagtail.models import Page

from tests import builders
from wagtail_rtop.visibility.models import is_guarded


pytestmark = pytest.mark.django_db


def test_the_class_tells(django_assert_num_queries):
    home = builders.make_home()
    release = builders.make_release(builders.make_release_index(home))
    base = {page.pk: page for page in Page.objects.filter(pk__in=[home.pk, release.pk])}
    # Content types are remembered by the process.
    assert is_guarded(base[release.pk])

    with django_assert_num_queries(0):
        assert is_guarded(base[release.pk])
        assert not is_guarded(base[home.pk])
        assert not is_guarded(Page())
