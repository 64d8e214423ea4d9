"""Small files of each kind, made by hand, for tests."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    """A zipped file of parts by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def word(body, **parts):
    """A Word document with this body, and `styles`, `numbering`, `footnotes`, `endnotes` where given."""
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{_KINDS}/{name}" Target="{name}.xml"/>' for at, name in enumerate(parts)
    )
    top = f'<Relationship Id="r" Type="{_KINDS}/officeDocument" Target="word/document.xml"/>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">{top}</Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            **{f"word/{name}.xml": f'<w:{name} xmlns:w="{W}">{content}</w:{name}>' for name, content in parts.items()},
        }
    )


def paragraph(text, properties="", before=""):
    """A paragraph of one run."""
    of_paragraph = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f'<w:p>{of_paragraph}{before}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def pdf(pages):
    """A PDF of pages of (x, y, size, text) in a Chinese font that is not in the file, as readers must know it."""
    kids = " ".join(f"{5 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[4 0 R]>>",
        (
            "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/W[1 95 500]"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
            "/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
            "/Ascent 880/Descent -120>>>>"
        ),
    ]
    for at, lines in enumerate(pages):
        shown = "".join(
            f"/F {size} Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj\n" for x, y, size, text in lines
        )
        content = f"BT\n{shown}ET"
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {6 + 2 * at} 0 R>>"
        )
        objects.append(f"<</Length {len(content)}>>\nstream\n{content}\nendstream")
    return _numbered(objects)


def _numbered(objects, trailer=""):
    out = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()


def encrypted_pdf():
    """A PDF that needs a password: its dictionary says so, with digests that no password of ours fits."""
    whole = pdf([[(72, 700, 12, "毒罪办")]])
    code = "00" * 32
    lock = f"/Encrypt<</Filter/Standard/V 1/R 2/O<{code}>/U<{code}>/P -44>>/ID[<{code}><{code}>]"
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R" + lock.encode())
