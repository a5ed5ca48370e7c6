"""The embargo's world, for links into it."""

from tests.embargo.conftest import built, clock, group, lift  # noqa: F401  # fixtures
