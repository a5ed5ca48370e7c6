"""Links, images and videos: which are kept, and how they are written."""

import html
import re
from collections.abc import Mapping


URL_SCHEMES = {"http", "https", "mailto", "tel"}
# Characters; browsers and servers refuse longer addresses.
MAX_URL = 2_000

_ID = re.compile(r"0*([1-9][0-9]{0,17})")
_FORMAT = re.compile(r"[\w.-]{1,100}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)


class Link:
    """A link that is open. Two are never equal: each keeps its own text."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self.tag = build_tag("a", attributes)


def build_tag(name: str, attributes: Mapping[str, str]) -> str:
    """Return a start tag, its values escaped."""
    pairs = (f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{''.join(pairs)}>"


def build_link(attributes: Mapping[str, str]) -> Link | None:
    """Return the link, or None if it leads nowhere that a reader may be sent."""
    kind = attributes.get("linktype")
    number = _ID.fullmatch(attributes.get("id", ""))
    if kind in {"page", "document"}:
        return Link({"linktype": kind, "id": number[1]}) if number else None
    address = _clean_address(attributes.get("href", ""), URL_SCHEMES)
    return Link({"href": address}) if address else None


def build_embed(attributes: Mapping[str, str]) -> str:
    """Return the tag of an image or a video, or "" if it is neither."""
    kind = attributes.get("embedtype")
    number = _ID.fullmatch(attributes.get("id", ""))
    shape = attributes.get("format", "")
    if kind == "image" and number and _FORMAT.fullmatch(shape):
        return build_tag(
            "embed",
            {
                "embedtype": kind,
                "id": number[1],
                "format": shape,
                "alt": attributes.get("alt", ""),
            },
        )
    address = _clean_address(attributes.get("url", ""), {"http", "https"})
    if kind == "media" and _SCHEME.match(address):
        return build_tag("embed", {"embedtype": kind, "url": address})
    return ""


def _clean_address(address: str, schemes: set[str]) -> str:
    """Return ``address``, or "" if it is too long or of another scheme."""
    # Browsers leave white space out before they look for the scheme.
    address = "".join(address.split())
    scheme = _SCHEME.match(address)
    if len(address) > MAX_URL or (scheme and scheme[1].lower() not in schemes):
        return ""
    return address
