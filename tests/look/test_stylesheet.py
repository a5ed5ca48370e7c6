"""What the one stylesheet promises: small, layered, prefixed, logical, legible."""

import re
from pathlib import Path

import pytest

import wagtail_rtop


SHEET = Path(wagtail_rtop.__file__).parent / "static" / "wagtail_rtop" / "rtop.css"

PHYSICAL = re.compile(
    r"^(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-"
    r"(?:left|right|top|bottom)\b.*"
    r"|left|right|top|bottom|(?:min-|max-)?(?:width|height)"
    r"|border-(?:top|bottom)-(?:left|right)-radius|overflow-[xy])$"
)


def read_sheet() -> str:
    return re.sub(r"/\*.*?\*/", "", SHEET.read_text(encoding="utf-8"), flags=re.S)


def find_declarations(css: str) -> list[tuple[str, str]]:
    """Return (property, value) of every declaration, in order."""
    bodies = re.findall(r"\{([^{}]*)\}", css)
    pairs = [line.partition(":") for body in bodies for line in body.split(";")]
    return [(name.strip(), value.strip()) for name, colon, value in pairs if colon]


def find_physical(css: str) -> list[str]:
    """Return the declarations that name a side of the screen."""
    found = []
    for name, value in find_declarations(css):
        if name.startswith("--"):
            continue
        sided = name in {"text-align", "float", "clear"} and re.search(
            r"\b(left|right)\b", value
        )
        # Two values are block and inline alike; four name the sides in turn.
        four = name in {"margin", "padding", "inset"} and len(value.split()) == 4
        if PHYSICAL.match(name) or sided or four:
            found.append(f"{name}: {value}")
    return found


def find_selectors(css: str) -> list[str]:
    heads = re.findall(r"([^{};]+)\{", css)
    return [head.strip() for head in heads if not head.strip().startswith("@")]


def find_variables(css: str) -> dict[str, dict[str, str]]:
    """Return the colours of each scheme: light, dark, print."""

    def read(part: str) -> dict[str, str]:
        return dict(re.findall(r"(--rtop-[\w-]+): (#[0-9a-f]{3,6})", part))

    light = read(css[: css.index("@media")])
    dark = css[css.index("prefers-color-scheme: dark") :]
    printed = css[css.index("@media print") :]
    return {
        "light": light,
        "dark": light | read(dark[: dark.index("@media")]),
        "print": light | read(printed[: printed.index("}")]),
    }


def get_luminance(colour: str) -> float:
    """Return the relative luminance. https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def get_contrast(one: str, other: str) -> float:
    high, low = sorted((get_luminance(one), get_luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_it_has_at_most_ten_kibibytes():
    assert SHEET.stat().st_size <= 10 * 1024


def test_everything_is_in_the_layer():
    css = read_sheet().strip()
    assert css.startswith("@layer wagtail-rtop {")
    depth = 0
    for position, character in enumerate(css):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and character == "}":
            assert position == len(css) - 1
    assert depth == 0


def test_every_selector_is_ours():
    selectors = find_selectors(read_sheet())
    assert len(selectors) > 60
    for selector in selectors:
        assert selector == ":root" or ".rtop" in selector
        assert all(
            c.startswith("rtop") for c in re.findall(r"\.([a-z][\w-]*)", selector)
        )


def test_no_property_names_a_side():
    css = read_sheet()
    assert len(find_declarations(css)) > 150
    assert find_physical(css) == []


@pytest.mark.parametrize(
    "declaration",
    [
        "margin-left: 1px",
        "width: 2rem",
        "max-height: 1px",
        "left: 0",
        "text-align: right",
        "padding: 1px 2px 3px 4px",
        "border-right-width: 0",
    ],
)
def test_a_side_is_found(declaration):
    assert find_physical(f".rtop {{ color: red; {declaration}; }}") == [declaration]


def test_no_rule_shouts_and_nothing_is_fetched():
    css = read_sheet()
    assert "!important" not in css
    assert "url(" not in css
    assert "@import" not in css


def test_what_readers_prefer_is_asked_for():
    css = read_sheet()
    for feature in (
        "prefers-color-scheme: dark",
        "prefers-contrast: more",
        "prefers-reduced-motion",
        "@media print",
        "@page",
        ":focus-visible",
    ):
        assert feature in css


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize("ground", ["paper", "band", "notice"])
@pytest.mark.parametrize("text", ["ink", "soft", "accent", "alert"])
def test_text_is_legible(scheme, ground, text):
    colours = find_variables(read_sheet())[scheme]
    contrast = get_contrast(colours[f"--rtop-{text}"], colours[f"--rtop-{ground}"])
    assert contrast >= 4.5, f"{text} on {ground}: {contrast:.2f}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_buttons_and_their_edges_are_legible(scheme):
    colours = find_variables(read_sheet())[scheme]
    accent, on_accent = colours["--rtop-accent"], colours["--rtop-on-accent"]
    assert get_contrast(accent, on_accent) >= 4.5
    assert get_contrast(colours["--rtop-edge"], colours["--rtop-paper"]) >= 3


def test_contrast_is_computed_right():
    assert get_contrast("#000", "#ffffff") == pytest.approx(21)
    assert get_contrast("#777777", "#fff") < 4.5
