"""The embargo's world, for links into it."""

from tests.embargo.conftest import clock, group, lift  # noqa: F401  # fixtures
