"""Letters, press releases and regional organisations for Wagtail sites.

The core app holds contracts (abstract mixins), the region vocabulary, the gate
that decides who may know of a page, and the publication register that every
list reads. Ready-made page types live in ``wagtail_rtop.pages``.
"""

__version__ = "0.1.0.dev0"
