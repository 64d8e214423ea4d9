"""`import_terms` and `export_terms`."""

import io

import pytest
from django.core.management import CommandError, call_command

from termbase.models import Term

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


def test_a_file_that_is_not_there_is_told(db, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run("import_terms", tmp_path / "none.csv")
    with pytest.raises(CommandError, match="No such file"):
        run("export_terms", tmp_path / "none" / "out.csv")
