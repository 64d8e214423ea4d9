"""The command `termbase`, called as a person calls it."""

import io
import json

import httpx
import pytest
from django.utils import timezone

from termbase.client import Termbase, command_line
from termbase.models import Concept, Term, Waiver
from tests.api.test_changes import settle

pytestmark = pytest.mark.django_db

REVOKED = {"code": "authentication_failed", "message": "The token was revoked."}


@pytest.fixture
def run(application, monkeypatch, capsys):
    """Carry a command out: exit code, output, complaints."""

    def of(*arguments, transport=None):
        def client(address, token):
            return Termbase(address, token, transport=transport or httpx.WSGITransport(application), pause=lambda s: 0)

        monkeypatch.setattr(command_line, "Termbase", client)
        code = command_line.main(list(arguments))
        return code, *capsys.readouterr()

    return of


class TestLookup:
    """`termbase lookup`."""

    def test_for_people(self, run, small_termbase):
        code, out, err = run("lookup", "毒罪办")
        assert (code, err) == (0, "")
        assert out.splitlines() == [
            "联合国毒品和犯罪问题办公室 → United Nations Office on Drugs and Crime   [c0001, exact: 毒罪办]",
            "    毒罪办  (admitted, abbreviation)",
            "    毒品和犯罪问题办公室  (admitted, short form)",
            "    UNODC  (admitted, acronym)",
            "    “毒罪办支持若干网络，并与会员国合作。” — A/CONF.234/7, 13",
        ]

    def test_a_deprecated_form_never_heads_a_hit(self, run, small_termbase):
        _, out, _ = run("lookup", "外国恐怖分子战士")
        assert out.splitlines()[0].startswith("外国恐怖主义作战人员 → foreign terrorist fighter")
        assert "    外国恐怖分子战士  (deprecated, full form)" in out.splitlines()

    def test_for_programs(self, run, small_termbase):
        code, out, _ = run("lookup", "恐怖主义", "--json", "--limit", "2")
        assert code == 0
        assert [json.loads(line)["match"] for line in out.splitlines()] == ["exact", "part"]

    @pytest.mark.parametrize(
        ("arguments", "token", "said"),
        [
            (["--url", "localhost:8000", "lookup", "x"], "", "begins with http://"),
            (["lookup", "\udcff"], "", "no text in this encoding"),
            (["lookup", "x"], "毒罪办", "The token is none"),
            (["lookup", "x"], "tb_a b", "The token is none"),
            (["lookup", "x", "--limit", "0"], "", "termbase: limit must be from 1 to 100.\n"),
        ],
    )
    def test_what_cannot_be_asked(self, run, monkeypatch, arguments, token, said):
        monkeypatch.setenv("TERMBASE_TOKEN", token)
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert said in err
        assert len(err.splitlines()) == 1

    def test_a_terminal_without_chinese(self, run, monkeypatch, small_termbase):
        narrow = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
        monkeypatch.setattr("sys.stdout", narrow)
        assert run("lookup", "毒罪办")[0] == 0
        narrow.flush()
        assert b"\\u6bd2\\u7f6a\\u529e" in narrow.buffer.getvalue()

    def test_nothing_found(self, run, small_termbase):
        code, out, err = run("lookup", "龘")
        assert (code, out) == (1, "")
        assert "龘" in err

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["lookup", "x", "--mode", "guess"], "mode must be one of"),
            (["lookup", "x", "--limit", "0"], "limit must be from"),
            (["lookup", "x", "--source", "fr"], "source must be one of"),
        ],
    )
    def test_what_the_api_refuses(self, run, small_termbase, arguments, said):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert said in err


def test_a_server_that_is_away(run):
    def away(request):
        raise httpx.ConnectError("refused")

    code, out, err = run("lookup", "x", transport=httpx.MockTransport(away))
    assert (code, out) == (2, "")
    assert "does not answer" in err


@pytest.mark.parametrize("arguments", [[], ["guess"], ["lookup"]])
def test_a_command_line_that_is_none(run, arguments):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


TABLE = "毒罪办支持会员国。\tUNODC supports Member States.\n外国恐怖主义作战人员\tforeign fighters\n"


class TestCheck:
    """`termbase check`."""

    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "a.tsv"
        path.write_text(TABLE, encoding="utf-8")
        return str(path)

    def test_findings_are_lines_and_an_exit_code(self, run, small_termbase, file):
        code, out, err = run("check", file)
        assert code == 1
        (line,) = out.splitlines()
        assert line.startswith(f"{file}:2: ")
        assert "missing equivalent: “外国恐怖主义作战人员” → foreign terrorist fighter [c0003 " in line
        assert err == "termbase: 2 segments, 1 findings\n"

    def test_nothing_found_is_success(self, run, small_termbase, tmp_path):
        path = tmp_path / "good.tsv"
        path.write_text("毒罪办支持会员国。\tUNODC supports Member States.\n", encoding="utf-8")
        assert run("check", str(path)) == (0, "", "termbase: 1 segments, 0 findings\n")

    def test_for_programs(self, run, small_termbase, file):
        code, out, _ = run("check", file, "--json")
        (finding,) = map(json.loads, out.splitlines())
        assert (code, finding["file"], finding["segment"], finding["concept"]) == (1, file, "2", "c0003")

    def test_what_a_project_waives_is_not_found(self, run, small_termbase, file, person):
        _, out, _ = run("check", file, "--json")
        reviewer = person("reviewer")
        waived = {"project": "p1", "finding": json.loads(out)["id"], "reason": "A title.", "waived_by": reviewer}
        Waiver.objects.create(**waived)
        assert run("check", file, "--project", "p1")[0] == 0
        assert run("check", file, "--project", "p2")[0] == 1

    def test_several_files_of_several_kinds(self, run, small_termbase, file, tmp_path):
        unit = "<trans-unit id='u7'><source>毒罪办</source><target>The office</target></trans-unit>"
        xliff = tmp_path / "b.xlf"
        xliff.write_text(
            "<xliff version='1.2'><file source-language='zh-CN' target-language='en' original='x' datatype='x'>"
            f"<body>{unit}</body></file></xliff>",
            encoding="utf-8",
        )
        tmx = tmp_path / "c.tmx"
        tmx.write_text(
            "<tmx version='1.4'><header/><body><tu><tuv xml:lang='en'><seg>drug</seg></tuv>"
            "<tuv xml:lang='zh'><seg>毒品</seg></tuv></tu></body></tmx>",
            encoding="utf-8",
        )
        code, out, err = run("check", file, str(xliff), str(tmx), "--level", "possible")
        assert code == 1
        assert [line.split(": ")[0] for line in out.splitlines()] == [f"{file}:2", f"{xliff}:u7"]
        assert err == "termbase: 4 segments, 2 findings\n"

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("a.docx", "x", "none of .xlf"),
            ("a.xlf", "<xliff></other>", "a tag is closed that is not open"),
            ("a.xlf", "<xliff", "breaks off"),
            ("absent.tsv", None, "No such file"),
            ("a.tsv", f"毒品\tdrugs\n毒品\t{'x' * 200_000}\n", "Segment 2 has more than 200000 characters"),
            ("a.xlf", "<xliff version='1.2'><file source-language='fr' target-language='de'/></xliff>", "say --source"),
        ],
    )
    def test_a_file_that_cannot_be_checked(self, run, small_termbase, tmp_path, name, content, said):
        if content is not None:
            (tmp_path / name).write_text(content)
        code, out, err = run("check", str(tmp_path / name))
        assert (code, out) == (2, "")
        assert said in err
        assert str(tmp_path / name) in err, "which of many files it was"


@pytest.mark.django_db(transaction=True)
class TestSync:
    """`termbase sync --omegat`."""

    def test_written_and_kept_current(self, run, small_termbase, tmp_path):
        settle()
        code, _, err = run("sync", "--omegat", str(tmp_path))
        assert code == 0
        glossary = tmp_path / "termbase.utf8"
        text = glossary.read_text(encoding="utf-8")
        assert "毒罪办\tUnited Nations Office on Drugs and Crime\t" in text
        assert "外国恐怖分子战士\tforeign terrorist fighter\tc0003; deprecated" in text, "what to use instead"
        assert "恐怖主义罪" not in text, "not approved"
        assert f"{glossary}: 5 changes" in err
        Concept.objects.get(key="c0002").withdraw()
        Term.objects.filter(text="terrorism").update(text="terrorist activity", reviewed_at=timezone.now())
        settle()
        run("sync", "--omegat", str(tmp_path))
        text = glossary.read_text(encoding="utf-8")
        assert "毒品\tdrug" not in text
        assert "恐怖主义\tterrorist activity" in text

    def test_a_glossary_that_is_current_is_left_alone(self, run, small_termbase, tmp_path):
        settle()
        run("sync", "--omegat", str(tmp_path))
        before = (tmp_path / "termbase.utf8").stat()
        run("sync", "--omegat", str(tmp_path))
        assert (tmp_path / "termbase.utf8").stat().st_ino == before.st_ino

    def test_into_a_project_and_from_english(self, run, small_termbase, tmp_path):
        settle()
        (tmp_path / "omegat.project").touch()
        run("sync", "--omegat", str(tmp_path), "--source", "en", "--target", "zh")
        text = (tmp_path / "glossary" / "termbase.utf8").read_text(encoding="utf-8")
        assert "UNODC\t联合国毒品和犯罪问题办公室" in text

    def test_what_is_no_copy(self, run, small_termbase, tmp_path):
        copy = tmp_path / ".termbase.sqlite"
        copy.write_text("notes of somebody else's")
        code, _, err = run("sync", "--omegat", str(tmp_path))
        assert (code, err) == (2, f"termbase: {copy} is no copy of a termbase: delete it to begin anew\n")

    def test_a_server_that_is_away_for_a_while(self, run, monkeypatch, small_termbase, tmp_path):
        page = httpx.Response(200, json={"changes": [], "next": "1", "more": False})
        answers = iter([page, *[httpx.Response(503)] * 5, page, httpx.Response(401, json={"error": REVOKED})])
        monkeypatch.setattr(command_line.time, "sleep", lambda seconds: None)
        transport = httpx.MockTransport(lambda request: next(answers))
        code, _, err = run("sync", "--omegat", str(tmp_path), "--every", "9", transport=transport)
        said = err.splitlines()
        assert (code, len(said)) == (2, 4)
        assert "answered 503" in said[1]
        assert "0 changes" in said[2]
        assert said[3] == "termbase: The token was revoked."

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--every", "0"], "--every"),
            (["--every", "-1"], "--every"),
            (["--every", "nan"], "--every"),
            (["--source", "zh", "--target", "zh-Hant"], "--target must be another language"),
        ],
    )
    def test_options_that_cannot_be(self, run, capsys, tmp_path, options, said):
        try:
            code, _, err = run("sync", "--omegat", str(tmp_path), *options)
        except SystemExit as left:
            code, err = left.code, capsys.readouterr().err
        assert code == 2
        assert said in err

    def test_without_a_folder(self, run, tmp_path):
        code, _, err = run("sync", "--omegat", str(tmp_path / "none"))
        assert code == 2
        assert "is not a folder" in err
