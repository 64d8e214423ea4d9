"""`import_terms`, `export_terms` and `mark_xliff`."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from termbase.exchange.formats import FORMATS
from termbase.models import Concept, Term

pytestmark = pytest.mark.django_db


def run(name, *arguments, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command(name, *arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_what_goes_out_comes_back_the_same(small_termbase, tmp_path):
    run("export_terms", tmp_path / "out.csv")
    out, _ = run("import_terms", tmp_path / "out.csv")
    assert out == "5 concepts read: 0 new, 0 changed, 5 the same, 0 refused\n"
    run("export_terms", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_an_absent_column_clears_nothing(small_termbase, tmp_path):
    before = Term.objects.filter(text="毒罪办").values().get()
    (tmp_path / "in.csv").write_text("concept,language,text\nc0001,zh-Hans,毒罪办\n", encoding="utf-8")
    out, _ = run("import_terms", tmp_path / "in.csv")
    assert "0 changed, 1 the same" in out
    assert Term.objects.filter(text="毒罪办").values().get() == before


def test_a_column_nobody_knows_is_told_and_kept_in_the_note(small_termbase, tmp_path):
    (tmp_path / "in.csv").write_text("concept,language,text,adminstrative_status\nc0001,en,x,preferred\n")
    _, err = run("import_terms", tmp_path / "in.csv")
    assert "adminstrative_status: is no known heading" in err
    term = Term.objects.get(text="x")
    assert (term.note, term.administrative_status) == ("adminstrative_status: preferred", "admitted")


@pytest.mark.parametrize("text", ["《》", "毒品\u200b"], ids=["marks alone", "invisible end"])
def test_a_bad_text_refuses_its_entry_alone(small_termbase, tmp_path, text):
    rows = f"concept,language,text\nc0090,zh-Hans,{text}\nc0091,zh-Hans,毒贩\n"
    (tmp_path / "in.csv").write_text(rows, encoding="utf-8")
    for options in ({"dry_run": True}, {}):
        with pytest.raises(CommandError, match="refused"):
            run("import_terms", tmp_path / "in.csv", **options)
    assert Term.objects.filter(text="毒贩").exists()
    assert not Term.objects.filter(concept__key="c0090").exists()


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind.lossless], ids=lambda kind: kind.name)
def test_every_lossless_format_goes_out_and_comes_back(small_termbase, tmp_path, kind):
    Concept.objects.get(key="c0005").withdraw(replaced_by=Concept.objects.get(key="c0004"))
    path = tmp_path / f"out{kind.suffixes[0]}"
    _, lost = run("export_terms", path, format=kind.name, withdrawn=True)
    assert lost == ""
    before = path.read_bytes()
    Concept.objects.update(replaced_by=None)
    Concept.objects.all().delete()
    out, _ = run("import_terms", path, format=kind.name)
    assert out.startswith("5 concepts read: 5 new")
    assert Concept.objects.get(key="c0005").replaced_by.key == "c0004"
    # The harvest has not found the examples again yet.
    run("export_terms", path, format=kind.name, withdrawn=True)
    if "examples" not in kind.holds:
        assert path.read_bytes() == before
    out, _ = run("import_terms", path, format=kind.name)
    assert "5 the same" in out


def test_withdrawn_concepts_stay_behind_unless_asked_for(small_termbase, tmp_path):
    Concept.objects.get(key="c0005").withdraw()
    run("export_terms", tmp_path / "out.csv")
    assert "c0005" not in (tmp_path / "out.csv").read_text()
    run("export_terms", tmp_path / "out.csv", withdrawn=True)
    assert "c0005" in (tmp_path / "out.csv").read_text()


def test_what_is_lost_is_told_beside_the_file(small_termbase, tmp_path):
    _, lost = run("export_terms", tmp_path / "out.tmx")
    assert "text: not approved" in lost
    report = (tmp_path / "out.tmx.losses.tsv").read_text()
    assert report.startswith("field\tcount\treason\n")
    assert "reliability\t" in report
    (tmp_path / "out.csv.losses.tsv").write_text("of an earlier export")
    run("export_terms", tmp_path / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.tmx", "out.tmx.losses.tsv"]


def test_direction_and_codes(small_termbase, tmp_path):
    run("export_terms", tmp_path / "out.tmx", source="en", target="zh-Hans", chinese="zh")
    text = (tmp_path / "out.tmx").read_text()
    assert 'srclang="en"' in text
    assert 'xml:lang="zh"' in text


def test_problems_can_be_written_to_a_file(small_termbase, tmp_path):
    section = '<langSec xml:lang="en-GB"><termSec><term>office</term></termSec></langSec>'
    body = f'<conceptEntry id="c9">{section}</conceptEntry>'
    (tmp_path / "in.tbx").write_text(f"<tbx><text><body>{body}<conceptEntry id='c8'/></body></text></tbx>")
    with pytest.raises(CommandError, match="refused"):
        run("import_terms", tmp_path / "in.tbx", report=tmp_path / "report.tsv")
    assert (tmp_path / "report.tsv").read_text().splitlines() == [
        "line\tconcept\tfield\trefused\tmessage",
        "1\tc9\tlanguage\tno\t“en-GB” is read as en",
        "1\tc8\ttext\tyes\tthe entry has no term",
    ]
    assert Concept.objects.filter(key="c9").exists()


def test_names_of_the_file_can_be_mapped(small_termbase, tmp_path):
    term = '<termGrp><term>office</term><descripGrp><descrip type="Hinweis">Short.</descrip></descripGrp></termGrp>'
    group = f'<languageGrp><language type="Englisch" lang="XX"/>{term}</languageGrp>'
    (tmp_path / "in.xml").write_text(f"<mtf><conceptGrp><concept>7</concept>{group}</conceptGrp></mtf>")
    run("import_terms", tmp_path / "in.xml", "--language", "Englisch=en", "--field", "Hinweis=usage_note")
    assert Term.objects.get(text="office").usage_note == "Short."
    for option, message in (("--language=Englisch=fr", "fr: no language"), ("--field=Hinweis=hint", "hint: no field")):
        with pytest.raises(CommandError, match=message):
            run("import_terms", tmp_path / "in.xml", option)
    with pytest.raises(CommandError, match="NAME=VALUE"):
        run("import_terms", tmp_path / "in.xml", "--field", "Hinweis")


@pytest.mark.parametrize("command", ["export_terms", "import_terms"])
def test_an_ending_that_tells_nothing(db, tmp_path, command):
    with pytest.raises(CommandError, match="is none of"):
        run(command, tmp_path / "terms.exe")


def test_a_failed_export_leaves_the_last_one(small_termbase, tmp_path, monkeypatch):
    (tmp_path / "out.csv").write_text("of yesterday")

    def fail(*args, **options):
        raise OSError("no space left")

    monkeypatch.setattr("termbase.exchange.selection.exporter.entries", fail)
    with pytest.raises(CommandError, match="no space left"):
        run("export_terms", tmp_path / "out.csv")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["of yesterday"]


@pytest.mark.parametrize(
    ("options", "expected", "reason"),
    [
        ((), ["c0001", "c0003", "c0004", "c0005"], "all in use, proposed ones as well"),
        (("--withdrawn",), ["c0001", "c0002", "c0003", "c0004", "c0005"], "all there is"),
        (("--concepts", "c0001", "c0004", "c9"), ["c0001", "c0004"], "chosen ones"),
        (("--subject-field", "bodies"), ["c0001"], "a field"),
        (("--document", "a-conf-234-7"), ["c0001"], "the glossary of a document"),
        (("--query", "恐怖主义"), ["c0003", "c0004", "c0005"], "the result of a look-up"),
    ],
)
def test_what_is_asked_for(small_termbase, tmp_path, options, expected, reason):
    Concept.objects.get(key="c0002").withdraw()
    run("export_terms", tmp_path / "out.csv", *options)
    with (tmp_path / "out.csv").open(newline="") as file:
        assert sorted({row["concept"] for row in csv.DictReader(file)}) == expected, reason


def test_what_is_not_there_is_told(small_termbase, tmp_path):
    with pytest.raises(CommandError, match="no subject_field “none”"):
        run("export_terms", tmp_path / "out.csv", "--subject-field", "none")
    assert list(tmp_path.iterdir()) == []


def test_terms_are_marked_in_a_file(small_termbase, tmp_path):
    core = "urn:oasis:names:tc:xliff:document:2.0"
    unit = "<file id='f'><unit id='u'><segment><source>毒罪办</source></segment></unit></file>"
    (tmp_path / "in.xlf").write_text(f"<xliff xmlns='{core}' version='2.1' srcLang='zh' trgLang='en'>{unit}</xliff>")
    run("mark_xliff", tmp_path / "in.xlf", tmp_path / "out.xlf")
    assert "毒罪办</mrk>" in (tmp_path / "out.xlf").read_text(encoding="utf-8")
    for name, message in (("none.xlf", "No such file"), ("out.tmx", "cannot be read")):
        (tmp_path / "out.tmx").write_text("<tmx/>")
        with pytest.raises(CommandError, match=message):
            run("mark_xliff", tmp_path / name, tmp_path / "again.xlf")


def test_a_file_that_is_not_there_is_told(db, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run("import_terms", tmp_path / "none.csv")
    with pytest.raises(CommandError, match="No such file"):
        run("export_terms", tmp_path / "none" / "out.csv")
