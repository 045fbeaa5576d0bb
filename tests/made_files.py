"""Files of articles in the formats that are read, made from paragraphs by the tests."""

import html
import io
import textwrap
import zipfile
import zlib

import docx
import pyarrow as pa
import pyarrow.parquet as pq

TEXT = """Army takes Palmyra from Islamic State

PALMYRA, March 5 – The Syrian army said that it took Palmyra from Islamic State on 2 March, after a month of fighting in the hills around the town.

Islamic State first seized the town in May 2015. The army had recaptured it in March 2016, but lost it again late that year.

Rebels captured the village of Za’araya, north-west of Manbij, a day earlier. It lies 12 km from the river.

The Syrian Democratic Forces hold Manbij, a spokesman said. “We will not leave,” he added."""


def paragraphs_of(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def page(text, *, head="", extra="", charset="utf-8", declared="utf-8"):
    """Return a web page: the first paragraph its heading, the others prose."""
    title, *rest = map(html.escape, paragraphs_of(text))
    prose = "\n".join(f"<p>{one}</p>" for one in rest)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="{declared}"><title>{title} - Daily Example</title>
<meta property="og:site_name" content="Daily Example">{head}</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/w">Army captures Homs</a></li></ul></nav>
<article><h1>{title}</h1>
{prose}
{extra}</article>
<aside><h3>More</h3><p><a href="/2">Rebels captured Hama</a></p></aside>
<footer><p>© 2014 Daily Example. All rights reserved.</p></footer></body></html>
""".encode(charset, "xmlcharrefreplace")


def word_file(text, *, change=None):
    """Return a DOCX file: the first paragraph a heading, the others prose."""
    document = docx.Document()
    title, *rest = paragraphs_of(text)
    document.add_heading(title, level=1)
    for one in rest:
        document.add_paragraph(one)
    if change:
        change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(content, name, part):
    """Return a ZIP file with one part put in place of another, or added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.infolist():
            if one.filename != name:
                new.writestr(one, old.read(one))
        new.writestr(name, part)
    return made.getvalue()


def wrapped(text, width=80, lines=30):
    """Return the text as pages of lines, an empty line between paragraphs."""
    wrap = textwrap.TextWrapper(width=width, break_on_hyphens=True)
    flat = [line for one in paragraphs_of(text) for line in [*wrap.wrap(one), ""]]
    return [flat[start : start + lines] for start in range(0, len(flat), lines)]


def pdf(pages, *, info="", more=()):
    """Return a PDF file of pages of lines; an empty one is a gap of half a line.

    `more` are further objects, from the one after the pages' own on.
    """
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, lines in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
        )
        objects.append(stream(_drawn(lines)))
    objects += more
    return written(objects, info)


def _drawn(lines):
    drawn, y = [b"BT /F1 11 Tf"], 790.0
    for line in lines:
        if not line:
            y -= 7
            continue
        words = line.encode("cp1252").replace(b"\\", b"\\\\")
        words = words.replace(b"(", b"\\(").replace(b")", b"\\)")
        drawn.append(b"1 0 0 1 60 %d Tm (%s) Tj" % (y, words))
        y -= 14
    return b"\n".join([*drawn, b"ET"])


def stream(content, extra=b"/Filter/FlateDecode"):
    packed = zlib.compress(content) if b"Flate" in extra else content
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(packed), extra, packed)


def written(objects, info=""):
    """Return a PDF file of these objects, numbered from 1, with a table of them."""
    if info:
        objects = [*objects, f"<<{info}>>".encode("latin-1")]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    at = len(out)
    named = b"/Info %d 0 R" % len(objects) if info else b""
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        named,
        at,
    )
    return bytes(out)


def parquet(*, compression="snappy", use_dictionary=True, **columns):
    """Return a Parquet file of these columns."""
    file = io.BytesIO()
    table = pa.table(columns)
    pq.write_table(table, file, compression=compression, use_dictionary=use_dictionary)
    return file.getvalue()


def zipped(parts):
    """Return a ZIP file of parts by their names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return file.getvalue()
