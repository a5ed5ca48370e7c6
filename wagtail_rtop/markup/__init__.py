"""Rewrites any HTML as the blocks that Draftail knows.

The reader never fails, looks at each character a bounded number of times, and
nests nothing. What it writes is a small vocabulary of its own making, so that a
difference between it and a browser can cost formatting, but lets nothing through.
"""

from .blocks import MAX_BLOCKS, rewrite
from .references import URL_SCHEMES
from .tokens import strip_control_characters


__all__ = ["MAX_BLOCKS", "URL_SCHEMES", "rewrite", "strip_control_characters"]
