"""What every page mixin of the package promises about the class that uses it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core import checks
from modelcluster.models import get_all_child_relations

from wagtail_rtop.compat import BasePage
from wagtail_rtop.conf import get_setting
from wagtail_rtop.policy import TranslationPolicyMixin, check_slug_is_synchronised


class PageContract(TranslationPolicyMixin):
    """Checks bases, child relations and translation policy; finds the template."""

    required_children: ClassVar[tuple[str, ...]] = ()
    default_template: ClassVar[str] = ""

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
