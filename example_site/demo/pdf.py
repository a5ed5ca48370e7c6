"""A PDF of a few paragraphs, written by hand: the demonstration needs no library.

Set in Times, one of the fonts that every PDF reader brings along; so Latin script
alone (Windows-1252).
"""

import textwrap
from collections.abc import Iterable


# A4 in points; about 88 letters of 11 point Times fit between the margins.
WIDTH, HEIGHT, MARGIN = 595, 842, 71
LEADING, SIZE, LETTERS = 15, 11, 88
LINES = (HEIGHT - 2 * MARGIN) // LEADING


def build_pdf(title: str, paragraphs: Iterable[str], language: str) -> bytes:
    """Return the file.

    Raises:
        UnicodeEncodeError: for a letter that Windows-1252 lacks.
    """
    lines = [title, ""]
    for paragraph in paragraphs:
        lines += [*(textwrap.wrap(paragraph, LETTERS) or [""]), ""]
    pages = [lines[i : i + LINES] for i in range(0, len(lines), LINES)]
    # Objects: 1 catalogue, 2 pages, 3 font, 4 information, then two a page.
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /Lang ({language}) >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman "
        b"/Encoding /WinAnsiEncoding >>",
        b"<< /Title (" + _escape(title) + b") >>",
    ]
    for i, page in enumerate(pages):
        stream = _build_stream(page)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {6 + 2 * i} 0 R >>"
            "".encode()
        )
        objects.append(
            f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream"
        )
    return _assemble(objects)


def _build_stream(lines: Iterable[str]) -> bytes:
    shown = b"\n".join(b"(" + _escape(line) + b") Tj T*" for line in lines)
    start = f"BT /F1 {SIZE} Tf {LEADING} TL {MARGIN} {HEIGHT - MARGIN} Td\n".encode()
    return start + shown + b"\nET"


def _escape(text: str) -> bytes:
    raw = text.encode("cp1252")
    for sign in (b"\\", b"(", b")"):
        raw = raw.replace(sign, b"\\" + sign)
    return raw


def _assemble(objects: list[bytes]) -> bytes:
    data, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    return (
        data
        + f"xref\n0 {count}\n0000000000 65535 f \n{table}".encode()
        + f"trailer\n<< /Size {count} /Root 1 0 R /Info 4 0 R >>\n".encode()
        + f"startxref\n{len(data)}\n%%EOF\n".encode()
    )
