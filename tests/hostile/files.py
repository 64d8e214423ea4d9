"""Files that mean harm, made by hand: each is a name, its bytes, and why nobody should take it as it is."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from tests.harvest.formats import papers

GOOD_CSV = "concept,language,text\nn1,en,narcotic\nn1,zh-Hans,麻醉品\n".encode()
HEAD = b"concept,language,text\n"
LAUGHS = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
BILLION = b"<!DOCTYPE R [<!ENTITY e0 'lol'>" + LAUGHS + b"]><R>&e11;</R>"
OUTSIDE = b"<!DOCTYPE R [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><R>&e;</R>"
PARAMETER = b"<!DOCTYPE R [<!ENTITY % e SYSTEM 'http://127.0.0.1:1/x'> %e;]><R/>"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file; `why` it is one is what a failing test is called by."""

    why: str
    name: str
    content: bytes


def zipped(*parts, compression=zipfile.ZIP_DEFLATED):
    """A zip of (name, content) in this order; a name may come twice."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return stream.getvalue()


def lying(content, size=10):
    """The same zip, which says of each part that it unpacks to `size` bytes."""
    found = bytearray(content)
    for sign, at_size in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = 0
        while (at := bytes(found).find(sign, at)) >= 0:
            found[at + at_size : at + at_size + 4] = struct.pack("<I", size)
            at += 4
    return bytes(found)


def locked(content):
    """The same zip, which says that its parts are encrypted."""
    found = bytearray(content)
    for sign, at_flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := bytes(found).find(sign, at)) >= 0:
            found[at + at_flags] |= 1
            at += 4
    return bytes(found)


def packed_spaces(megabytes):
    """So much white space, packed a thousandfold, as one DEFLATE stream of zlib."""
    squeezer = zlib.compressobj(9)
    piece = b" " * 1_000_000
    return b"".join(squeezer.compress(piece) for _ in range(megabytes)) + squeezer.flush()


def rooted(content, root):
    """XML with the root that a format has."""
    return (
        content.replace(b"<R", b"<" + root)
        .replace(b"/R>", b"/" + root + b">")
        .replace(b"DOCTYPE R", b"DOCTYPE " + root)
    )


def word(document):
    """A Word document whose text part is `document`."""
    return zipped(("[Content_Types].xml", "<Types/>"), ("word/document.xml", document))


def workbook(*others, sheet="<worksheet><sheetData/></worksheet>"):
    """A workbook with one sheet, and other parts."""
    main = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    )
    parts = (
        ("xl/workbook.xml", main),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/worksheets/sheet1.xml", sheet),
    )
    return zipped(*parts, *others)


def cells(*texts):
    """A row of a sheet."""
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts) + "</row>"


def pdf_with(stream, page="/MediaBox[0 0 595 842]"):
    """A PDF whose only page has this stream of drawing."""
    whole = papers.pdf([[(72, 700, 12, "毒罪办")]]).replace(b"/MediaBox[0 0 595 842]", page.encode())
    start, end = whole.index(b"<</Length"), whole.index(b"endstream")
    return whole[:start] + b"<</Length %d/Filter/FlateDecode>>\nstream\n" % len(stream) + stream + b"\n" + whole[end:]


# Form X draws form Y, which draws X.
PDF_LOOP = b"".join(
    (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources 6 0 R/Contents 4 0 R>>endobj\n",
        b"4 0 obj<</Length 5>>stream\n/X Do\nendstream endobj\n",
        b"5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources 6 0 R/Length 5>>stream\n/X Do\nendstream\n",
        b"endobj\n",
        b"6 0 obj<</XObject<</X 5 0 R>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    )
)


def of_tables():
    """Tables and lists, as an import takes them."""
    yield Hostile("nothing", "a.csv", b"")
    yield Hostile("zeros", "a.csv", bytes(10_000))
    yield Hostile("a cell of 10 MB", "a.csv", HEAD + b"n1,en," + b"a" * 10_000_000 + b"\n")
    yield Hostile("a cell without end", "a.csv", HEAD + b'n1,en,"' + b"a,\n" * 1_000_000)
    yield Hostile("a million columns", "a.csv", b"c," * 1_000_000 + b"\n")
    yield Hostile("half a character in UTF-8", "a.csv", HEAD + b"n1,en,\xed\xa0\x80\n")
    yield Hostile("overlong UTF-8", "a.csv", HEAD + b"n1,en,\xc0\xaf\xc1\x81\n")
    yield Hostile("a mark of UTF-8 before UTF-16", "a.csv", b"\xef\xbb\xbf" + HEAD.decode().encode("utf-16"))
    yield Hostile("a mark of UTF-16 before UTF-8", "a.csv", b"\xff\xfe" + HEAD + b"x")
    yield Hostile("a program", "a.csv", b"\x7fELF" + bytes(range(256)) * 40)
    yield Hostile("headings that say nothing", "a.csv", b"a,b\n1,2\n")
    yield Hostile("JSON nested without end", "a.jsonl", b"[" * 1_000_000 + b"\n")
    yield Hostile("JSON of one line of 10 MB", "a.jsonl", b'{"key": "' + b"a" * 10_000_000 + b'"}\n')
    yield Hostile("nothing of a workbook", "a.xlsx", b"")
    yield Hostile("text called a workbook", "a.xlsx", GOOD_CSV)
    yield Hostile("an encrypted workbook", "a.xlsx", OLD_OFFICE)
    yield Hostile("a workbook with encrypted parts", "a.xlsx", locked(workbook()))
    yield Hostile("a workbook cut off", "a.xlsx", workbook()[:-60])
    yield Hostile("a zip that is no workbook", "a.xlsx", zipped(("a", "b")))
    yield Hostile("a part that unpacks a thousandfold", "a.xlsx", workbook(("xl/media/a.png", b"<" * 60_000_000)))
    yield Hostile(
        "a zip in a zip", "a.xlsx", zipped(("xl/workbook.xml", zipped(("xl/workbook.xml", bytes(9_000_000)))))
    )
    yield Hostile("ten thousand parts", "a.xlsx", workbook(*((f"xl/{n}", "") for n in range(10_000))))
    yield Hostile("parts that lie about their size", "a.xlsx", lying(workbook(("xl/a", b"<" * 30_000_000))))
    yield Hostile("entities in a workbook", "a.xlsx", workbook(sheet=rooted(BILLION, b"worksheet").decode()))
    yield Hostile(
        "a formula",
        "a.xlsx",
        workbook(sheet="<worksheet><sheetData><row><c><f>1+1</f></c></row></sheetData></worksheet>"),
    )
    yield Hostile(
        "one cell at the end of the sheet",
        "a.xlsx",
        workbook(
            sheet='<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
        ),
    )
    for kind, root in (("tbx", b"tbx"), ("mtf.xml", b"mtf")):
        yield Hostile(f"a billion laughs in {kind}", f"a.{kind}", rooted(BILLION, root))
        yield Hostile(f"a file of this machine in {kind}", f"a.{kind}", rooted(OUTSIDE, root))
        yield Hostile(f"an address to call in {kind}", f"a.{kind}", rooted(PARAMETER, root))
        yield Hostile(f"deep nesting in {kind}", f"a.{kind}", b"<" + root + b">" + b"<a>" * 100_000)
        yield Hostile(f"12 MB of text in {kind}", f"a.{kind}", b"<" + root + b"><conceptEntry>" + b"a" * 12_000_000)
        yield Hostile(f"another root than {kind}", f"a.{kind}", b"<html/>")
        yield Hostile(f"zeros in {kind}", f"a.{kind}", bytes(1000))
    yield Hostile("TBX that says it is UTF-7", "a.tbx", b"<?xml version='1.0' encoding='UTF-7'?><tbx>+ADw-a+AD4-</tbx>")
    yield Hostile("an ending that nobody knows", "a.exe", GOOD_CSV)
    yield Hostile("no ending", "csv", GOOD_CSV)


def of_documents():
    """Documents, as a harvest takes them; those that a reader's own text may be, too."""
    yield Hostile("nothing", "a.txt", b"")
    yield Hostile("zeros", "a.txt", bytes(10_000))
    yield Hostile("a program", "a.txt", b"\x7fELF" + bytes(range(256)) * 40)
    yield Hostile("a PDF called text", "a.txt", papers.pdf([[(72, 700, 12, "毒罪办")]]))
    yield Hostile("half a character in UTF-8", "a.txt", b"\xef\xbb\xbf\xed\xa0\x80")
    yield Hostile("UTF-16 cut off", "a.txt", b"\xff\xfea")
    yield Hostile("an ending that nobody knows", "a.exe", b"text")
    yield Hostile("no ending", "txt", b"text")
    yield Hostile("text called Word", "a.docx", b"text")
    yield Hostile("an old or encrypted Word", "a.docx", OLD_OFFICE)
    yield Hostile("a Word with encrypted parts", "a.docx", locked(word("<document/>")))
    yield Hostile("a Word cut off", "a.docx", word("<document/>")[:-40])
    yield Hostile("a billion laughs in Word", "a.docx", word(rooted(BILLION, b"document")))
    yield Hostile("a file of this machine in Word", "a.docx", word(rooted(OUTSIDE, b"document")))
    yield Hostile("deep nesting in Word", "a.docx", word("<document>" + "<p>" * 100_000))
    yield Hostile("a part that unpacks to 100 MB", "a.docx", word(b" " * 100_000_000))
    yield Hostile("twelve thousand parts", "a.docx", zipped(*((f"{n}", "") for n in range(12_000))))
    yield Hostile("a part that lies about its size", "a.docx", lying(word("<document>" + " " * 1_000_000)))
    yield Hostile("parts that point out of the zip", "a.docx", zipped(("../../word/document.xml", "<document/>")))
    twice = zipped(("word/document.xml", "<a/>"), ("word/xocument.xml", "<a>")).replace(b"/xocument", b"/document")
    yield Hostile("the text part twice", "a.docx", twice)
    yield Hostile("a zip in a zip", "a.docx", zipped(("word/document.xml", word("<document/>"))))


def of_papers():
    """PDF and web pages, which only a harvest takes."""
    yield Hostile("a PDF with a password", "a.pdf", papers.encrypted_pdf())
    yield Hostile("a PDF cut off", "a.pdf", papers.pdf([[(72, 700, 12, "毒罪办")]])[:200])
    yield Hostile("a head alone", "a.pdf", b"%PDF-1.7")
    yield Hostile("a form that draws itself", "a.pdf", PDF_LOOP)
    yield Hostile("a page that unpacks a thousandfold", "a.pdf", pdf_with(packed_spaces(60)))
    yield Hostile("a page as large as the world", "a.pdf", pdf_with(packed_spaces(1), "/MediaBox[0 0 1e308 9e99]"))
    yield Hostile("both a zip and a PDF", "a.pdf", word("<document/>") + b"%PDF-1.4")
    yield Hostile("a web page called PDF", "a.pdf", b"<html>")
    yield Hostile("a page of script alone", "a.html", b"<script>alert(1)</script>")
    yield Hostile("a page without text, nested deep", "a.html", b"<div>" * 500_000)
    yield Hostile("a page with an attribute of 12 MB", "a.html", b"<p a='" + b"a" * 12_000_000)
    yield Hostile("a page of zeros", "a.html", bytes(1000))


def of_segments():
    """XLIFF, as the text page takes it."""
    for why, content in (
        ("a billion laughs", rooted(BILLION, b"xliff")),
        ("a file of this machine", rooted(OUTSIDE, b"xliff")),
        ("an address to call", rooted(PARAMETER, b"xliff")),
        ("deep nesting", b"<xliff>" + b"<a>" * 100_000),
        ("another root", b"<html/>"),
        ("nothing", b""),
        ("zeros", bytes(1000)),
        ("a file cut off", b"<xliff><file><unit"),
        ("no encoding of XML", b"<?xml version='1.0' encoding='hex'?><xliff/>"),
    ):
        yield Hostile(f"XLIFF: {why}", "a.xlf", content)


NAMES = (
    "../../etc/passwd.csv",
    "..\\..\\windows\\system32\\a.csv",
    'a"; filename="b.csv',
    "<script>alert(1)</script>.csv",
    "a\r\nSet-Cookie: a=b.csv",
    "\u202evsc.exe.csv",
    "\x1b[31mred.csv",
    "=cmd|' /C calc'!A0.csv",
    "{{7*7}}.csv",
    "'; DROP TABLE termbase_term; --.csv",
    "毒" * 4000 + ".csv",
    ".csv",
    "a\0.csv",
    "\ud800.csv",
    "%2e%2e%2fa.csv",
    " .csv",
)


def multipart(fields, name, content, called="file"):
    """A form with a file whose name goes out as it is, as no program of good will sends it; with its content type."""
    rows = [f'--B\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
    rows.append(f'--B\r\nContent-Disposition: form-data; name="{called}"; filename="{name}"\r\n\r\n')
    body = "".join(rows).encode("utf-8", "surrogatepass") + content + b"\r\n--B--\r\n"
    return body, "multipart/form-data; boundary=B"
