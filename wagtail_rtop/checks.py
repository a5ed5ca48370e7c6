"""System checks on settings. Checks on a page type live with its mixin.

E001 base order, E002 child relation, E003 slug not synchronised (contracts.py,
policy.py); the rest is here. docs/reference/checks.md lists them all.
"""
