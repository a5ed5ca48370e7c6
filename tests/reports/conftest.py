"""The desk's world: what it keeps is what is reported."""

from tests.correspondence.conftest import world


__all__ = ["world"]
