"""Write the first migration of each label anew. Only while none is released.

Run it in an environment with the lowest supported Wagtail and Django, with
DJANGO_SETTINGS_MODULE set. References to the base page go through swapper, those
to documents and images through Wagtail's settings, so that a site with models of its own for
either can apply them.
"""

import re
import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
LABELS = {
    "wagtail_rtop": ROOT / "wagtail_rtop" / "migrations",
    "wagtail_rtop_pages": ROOT / "wagtail_rtop" / "pages" / "migrations",
    "site_app": ROOT / "tests" / "site_app" / "migrations",
}


def main() -> int:
    for folder in LABELS.values():
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
        for path in folder.glob("0*.py"):
            path.unlink()
    subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", *LABELS], check=True
    )
    for label in ("wagtail_rtop", "wagtail_rtop_pages"):
        swap_files(LABELS[label] / "0001_initial.py")
    swap_base_page(LABELS["wagtail_rtop"] / "0001_initial.py")
    return 0


def swap_files(path: Path) -> None:
    """Let a migration refer to whatever the site's document and image models are."""
    for label, model, module in (
        ("wagtaildocs", "document", "documents"),
        ("wagtailimages", "image", "images"),
    ):
        text = path.read_text(encoding="utf-8")
        name = f"get_{model}_model_string"
        text, count = re.subn(rf"to=(['\"]){label}\.{model}\1", f"to={name}()", text)
        if not count:
            continue
        text = re.sub(
            rf"( +)(\(['\"]{label}['\"], ['\"]\d{{4}}_[^)]*\),)",
            rf"\1\2\n\1migrations.swappable_dependency({name}()),",
            text,
            count=1,
        )
        text = text.replace(
            "from django.db import",
            f"from wagtail.{module} import {name}\nfrom django.db import",
            1,
        )
        path.write_text(text, encoding="utf-8")


def swap_base_page(path: Path) -> None:
    """Let the core migration refer to whatever the site's base page is."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(
        r"to=(['\"])wagtailcore\.page\1",
        'to=swapper.get_model_name("wagtailcore", "Page")',
        text,
    )
    text = re.sub(
        r"\(['\"]wagtailcore['\"], ['\"]\d{4}_[^)]*\),",
        '("wagtailcore", "0094_alter_page_locale"),\n'
        '        swapper.dependency("wagtailcore", "Page"),',
        text,
        count=1,
    )
    text = text.replace(
        "\n\nclass Migration(",
        "\n\n# Wagtail 8 configures this itself; 7.4 does not know swapper.\n"
        'swapper.set_app_prefix("wagtailcore", "wagtail")\n\n\nclass Migration(',
        1,
    )
    text = text.replace(
        "from django.db import", "import swapper\nfrom django.db import", 1
    )
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
