"""What a browser would make of a piece of HTML, as far as it could run anything."""

from collections.abc import Iterator

import html5lib


ACTIVE_TAGS = {
    *("script", "style", "iframe", "object", "applet", "svg", "math", "base", "form"),
    *("link", "meta", "template", "frame", "frameset", "button", "input", "noscript"),
}
ADDRESSES = {"href", "src", "url", "action", "formaction", "data", "xlink:href"}
SAFE_SCHEMES = {"http", "https", "mailto", "tel"}


def find_active(source: str) -> Iterator[str]:
    """Yield what could run, or send the reader somewhere, unasked."""
    tree = html5lib.parseFragment(source, namespaceHTMLElements=False)
    for node in tree.iter():
        name = node.tag if isinstance(node.tag, str) else ""
        if name.rpartition("}")[2].lower() in ACTIVE_TAGS or "}" in name:
            yield f"<{name}>"
        for key, value in node.attrib.items():
            key = str(key).rpartition("}")[2].lower()
            if key.startswith("on") or key in {"style", "srcdoc"}:
                yield f"{name}[{key}]"
            if key in ADDRESSES and not _is_safe(value):
                yield f"{name}[{key}={value!r}]"


def get_words(source: str) -> list[str]:
    """Return the words that a reader sees."""
    tree = html5lib.parseFragment(source, namespaceHTMLElements=False)
    return " ".join(tree.itertext()).split()


def _is_safe(address: str) -> bool:
    # Browsers drop these before they look for the scheme.
    address = "".join(c for c in address if c > " ").lower()
    head = address.split(":", 1)[0] if ":" in address else ""
    is_scheme = head[:1].isalpha() and head.replace("+", "").isalnum()
    return not is_scheme or head in SAFE_SCHEMES
