"""Writes small PDF files for tests: print at given places, as simple as the format allows."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

FONTS = {"F1": "Times-Roman", "F2": "Times-Bold", "F3": "Times-Italic"}


@dataclass(frozen=True)
class Print:
    """Words at a place on a page, in points from its lower left corner."""

    left: float
    base: float
    text: str
    size: float = 10
    font: str = "F1"
    turned: bool = False


def paragraph(left: float, top: float, text: str, characters: int, size: float = 10) -> list[Print]:
    """Return a paragraph that a column of so many characters wraps; words may be cut by a hyphen already."""
    lines = [line for part in text.split("\n") for line in wrap(part, characters, break_on_hyphens=False)]
    return [Print(left, top - number * size * 1.2, line, size) for number, line in enumerate(lines)]


def write_pdf(
    pages: Sequence[Sequence[Print]], info: Mapping[str, str] | None = None, *, trailer: str = ""
) -> bytes:
    """Return a PDF file."""
    fonts = " ".join(f"/{key} {3 + number} 0 R" for number, key in enumerate(FONTS))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        for name in FONTS.values()
    ]
    entries = " ".join(f"/{key} ({_escaped(value)})" for key, value in (info or {}).items())
    objects.append(f"<< {entries} >>")
    info_number = len(objects)
    streams: dict[int, bytes] = {}
    kids = []
    for prints in pages:
        objects.append("")
        streams[len(objects)] = zlib.compress("\n".join(map(_drawn, prints)).encode("cp1252"))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R"
            f" /Resources << /Font << {fonts} >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _assembled(objects, streams, f"/Info {info_number} 0 R {trailer}")


def _drawn(words: Print) -> str:
    place = (
        f"0 1 -1 0 {words.left} {words.base} Tm" if words.turned else f"1 0 0 1 {words.left} {words.base} Tm"
    )
    return f"BT /{words.font} {words.size} Tf {place} ({_escaped(words.text)}) Tj ET"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assembled(objects: Sequence[str], streams: Mapping[int, bytes], entries: str) -> bytes:
    data = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode()
        if number in streams:
            stream = streams[number]
            data += f"<< /Length {len(stream)} /Filter /FlateDecode >>\nstream\n".encode()
            data += stream + b"\nendstream"
        else:
            data += body.encode("cp1252")
        data += b"\nendobj\n"
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    data += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    data += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {entries} >>\n".encode()
    data += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(data)
