"""Model fields that keep a site's migrations quiet."""

from typing import Any

from wagtail.fields import StreamField as WagtailStreamField


class StreamField(WagtailStreamField):
    """A StreamField whose blocks stay out of migrations.

    Adding a block to the package must not make every site that subclasses a
    mixin write a migration. The database column is the same text either way.
    """

    def __init__(self, block_types: Any = (), *args: Any, **kwargs: Any) -> None:
        # ``block_lookup`` only describes blocks to historical models.
        kwargs.pop("block_lookup", None)
        super().__init__(block_types, *args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
