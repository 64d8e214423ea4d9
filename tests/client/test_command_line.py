"""The command `termbase`, called as a person calls it."""

import json

import httpx
import pytest

from termbase.client import Termbase, command_line

pytestmark = pytest.mark.django_db


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
