"""What every page mixin of the package promises about the class that uses it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core import checks
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from modelcluster.models import get_all_child_relations
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.url_routing import RouteResult

from wagtail_rtop.clusters import BulkClusterMixin
from wagtail_rtop.compat import BasePage
from wagtail_rtop.conf import get_setting
from wagtail_rtop.indexing import LeanIndexMixin
from wagtail_rtop.policy import TranslationPolicyMixin, check_slug_is_synchronised
from wagtail_rtop.visibility.fallback import find_original_url
from wagtail_rtop.visibility.gate import get_gate


# Passed from route() to serve(): where to send the visitor instead.
ORIGINAL_URL = "rtop_original_url"


class RoutedMixin(RoutablePageMixin, models.Model):
    """Wagtail's routes below a page, ahead of the page class in the MRO.

    The mixin itself is no model: listed after mixins that are, it would come
    behind the page class and never be asked for a route.
    """

    class Meta:
        abstract = True


class PageContract(LeanIndexMixin, BulkClusterMixin, TranslationPolicyMixin):
    """Checks bases, child relations and translation policy; finds the template."""

    required_children: ClassVar[tuple[str, ...]] = ()
    default_template: ClassVar[str] = ""
    # What is missing below is looked for in other languages; see route().
    rtop_falls_back: ClassVar[bool] = True

    class Meta:
        abstract = True

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if cls._meta.abstract:
            return errors
        return [
            *errors,
            *cls._check_bases(),
            *cls._check_children(),
            *check_slug_is_synchronised(cls),
        ]

    @classmethod
    def _check_bases(cls) -> Iterable[checks.CheckMessage]:
        mro = cls.mro()
        if BasePage not in mro or mro.index(BasePage) < mro.index(PageContract):
            mixin = next(c for c in mro if PageContract in c.__bases__)
            yield checks.Error(
                f"{cls.__name__} does not list {mixin.__name__} before a page class.",
                hint=f"Put the mixin first: class {cls.__name__}({mixin.__name__}, "
                "Page).",
                obj=cls,
                id="wagtail_rtop.E001",
            )

    @classmethod
    def _check_children(cls) -> Iterable[checks.CheckMessage]:
        present = {rel.get_accessor_name() for rel in get_all_child_relations(cls)}
        for name in cls.required_children:
            if name not in present:
                yield checks.Error(
                    f"{cls.__name__} has no '{name}' child relation.",
                    hint="Add a child model with ParentalKey("
                    f"{cls.__name__}, related_name={name!r}); see the page mixin's "
                    "docstring for the abstract model to subclass.",
                    obj=cls,
                    id="wagtail_rtop.E002",
                )

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Route as Wagtail does; what isn't here in this language redirects.

        The target is the same path in the language it was written in, if this
        visitor may see it. Nothing else changes: an address below this page that
        exists in no language, or in none for this visitor, is a 404.
        """
        try:
            return super().route(request, path_components)  # type: ignore[misc]  # Page's
        except Http404:
            # What is hidden is as good as absent: the page above decides then.
            if not path_components or not get_gate(request).can_see(self):
                raise
            url = find_original_url(self, request, path_components)
            if not url:
                raise
            return RouteResult(self, kwargs={ORIGINAL_URL: url})

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the page, in the language its text is in."""
        url = kwargs.pop(ORIGINAL_URL, None)
        if url:
            return HttpResponseRedirect(url)
        code = self.get_content_language()
        if not code:
            return super().serve(request, *args, **kwargs)  # type: ignore[misc]  # Page's
        with translation.override(code):
            return super().serve(request, *args, **kwargs)  # type: ignore[misc]  # Page's

    def get_content_language(self) -> str:
        """Return the language of the text if it isn't that of the page, else "".

        An alias shows the text of its original. One query for an alias.
        """
        if not self.alias_of_id:  # type: ignore[attr-defined]  # Page's
            return ""
        locale = self.alias_of.locale  # type: ignore[attr-defined]  # Page's
        return locale.language_code if locale.pk != self.locale_id else ""  # type: ignore[attr-defined]  # Page's

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's context and ``rtop_base``, the template to extend."""
        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]  # Page's
        return {**context, "rtop_base": get_setting("BASE_TEMPLATE")}

    def get_template(self, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """Return template names, the site's own first."""
        # A `template` attribute here would be ignored: Wagtail sets one per class.
        own = super().get_template(request, *args, **kwargs)  # type: ignore[misc]
        names = [own] if isinstance(own, str) else list(own)
        return [*names, self.default_template]
