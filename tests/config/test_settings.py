"""Settings come from the environment alone, and a wrong one stops the start."""

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PRODUCTION = {
    "DATABASE_URL": "postgresql://user:pass@db.example/termbase",
    "SECRET_KEY": "$begins-like-a-variable" + "x" * 50,
    "ALLOWED_HOSTS": "terms.example.org",
}


def start(tmp_path, code="", **environment):
    """Import the settings in a process of its own, with nothing in its environment but what is given."""
    program = f"from django.conf import settings as s; s.DATABASES; {code}"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "config.settings", "TERMBASE_DATA": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY and ALLOWED_HOSTS must be given"),
        ({"ALLOWED_HOSTS": ""}, "SECRET_KEY and ALLOWED_HOSTS must be given"),
        ({"DATABASE_URL": "mysql://user@db/termbase"}, "DATABASE_URL must be postgresql://"),
        ({"HTTPS": "perhaps"}, "HTTPS"),
        ({"DEBUG": "si"}, "DEBUG"),
        ({"TERMBASE_CALLER_LIMIT": "many"}, "TERMBASE_CALLER_LIMIT"),
        ({"TERMBASE_ADDRESS_LIMIT": "-1"}, "TERMBASE_ADDRESS_LIMIT"),
        ({"TERMBASE_ANONYMOUS_READ": "perhaps"}, "TERMBASE_ANONYMOUS_READ"),
        ({"CORS_ORIGINS": "cat.example.org"}, "CORS_ORIGINS"),
        ({"CORS_ORIGINS": "https://cat.example.org/path"}, "CORS_ORIGINS"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"TERMBASE_STATEMENT_SECONDS": "soon"}, "TERMBASE_STATEMENT_SECONDS"),
        ({"TERMBASE_SLOTS": "0"}, "TERMBASE_SLOTS"),
        ({"TERMBASE_PLACES": "-1"}, "TERMBASE_PLACES"),
        ({"TERMBASE_PATIENCE_MILLISECONDS": "0.5"}, "TERMBASE_PATIENCE_MILLISECONDS"),
        ({"TERMBASE_SESSION_HOURS": "-1"}, "TERMBASE_SESSION_HOURS"),
        ({"DATABASE_REPLICA_URLS": "mysql://user@db/termbase"}, "DATABASE_REPLICA_URLS must be postgresql://"),
        ({"DATABASE_REPLICA_URLS": "postgresql://a/termbase,b/termbase"}, "DATABASE_REPLICA_URLS must be"),
        ({"DATABASE_REPLICA_URLS": "host='a,b'"}, "DATABASE_REPLICA_URLS"),
        ({"DATABASE_REPLICA_URLS": "postgresql://db/t", "DATABASE_URL": ""}, "which is not given"),
        ({"TERMBASE_REPLICA_LAG_SECONDS": "0"}, "no replica is that quick"),
        ({"DATABASE_POOLED": "maybe"}, "DATABASE_POOLED"),
        ({"OIDC_ISSUER": "https://login.example.org"}, "go together"),
        ({"OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"}, "go together"),
        ({"OIDC_ROLE": "administrator"}, "OIDC_ROLE"),
    ],
)
def test_a_bad_value_stops_the_start(tmp_path, changes, message):
    result = start(tmp_path, **(PRODUCTION | changes))
    assert result.returncode != 0
    assert message in result.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_nothing_is_assumed_of_an_external_database(tmp_path, missing):
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}
    result = start(tmp_path, **environment)
    assert result.returncode != 0
    assert missing in result.stderr


def test_production_is_safe_by_default(tmp_path):
    wanted = {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["terms.example.org"],
        "SECRET_KEY": PRODUCTION["SECRET_KEY"],
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "TERMBASE_SELF_APPROVAL": False,
        "TERMBASE_ANONYMOUS_SUGGESTIONS": False,
        "TERMBASE_CALLER_LIMIT": 1200,
        "TERMBASE_ADDRESS_LIMIT": 300,
        "CORS_ORIGINS": [],
        "BEHIND_PROXY": False,
    }
    result = start(
        tmp_path, f"print({{name: getattr(s, name) for name in {list(wanted)!r}}} == {wanted!r})", **PRODUCTION
    )
    assert result.stdout.strip() == "True", result.stdout + result.stderr


def test_replicas_and_a_pooler(tmp_path):
    """Without replicas nothing of them is there; one that is gone is soon noticed."""
    show = (
        "print(sorted(s.DATABASES), s.DATABASE_ROUTERS, 'termbase.api.positions.ReadFromReplicas' in s.MIDDLEWARE,"
        " s.DATABASES['default']['OPTIONS']['prepare_threshold'])"
    )
    alone = start(tmp_path, show, **PRODUCTION).stdout
    assert alone == "['default'] [] False 1\n"
    several = "postgresql://u@one/t, postgresql://u@two/t?connect_timeout=9"
    with_replicas = start(
        tmp_path,
        f"{show}; print(*(s.DATABASES[name]['OPTIONS'][of] for name, of in (('replica1', 'connect_timeout'),"
        " ('replica2', 'connect_timeout'), ('replica2', 'tcp_user_timeout'))))",
        DATABASE_REPLICA_URLS=several,
        DATABASE_POOLED="true",
        **PRODUCTION,
    )
    assert with_replicas.stdout.splitlines() == [
        "['default', 'replica1', 'replica2'] ['termbase.replicas.Router'] True None",
        "2 9 3000",
    ], with_replicas.stderr


def test_the_embedded_termbase_counts_no_calls(tmp_path):
    result = start(tmp_path, "print(s.TERMBASE_CALLER_LIMIT, s.TERMBASE_ADDRESS_LIMIT)")
    assert result.stdout.split() == ["0", "0"], result.stderr


def test_several_origins(tmp_path):
    result = start(tmp_path, "print(s.CORS_ORIGINS)", CORS_ORIGINS="https://a.example, http://localhost:3000,*")
    assert result.stdout.strip() == "['https://a.example', 'http://localhost:3000', '*']", result.stderr


def test_the_embedded_termbase_makes_its_own_secret_once(tmp_path):
    first = start(tmp_path, "print(s.SECRET_KEY)")
    second = start(tmp_path, "print(s.SECRET_KEY)")
    assert first.stdout == second.stdout
    assert len(first.stdout.strip()) >= 50, first.stderr
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_example_file_has_every_setting_and_no_other():
    source = "".join(
        (ROOT / name).read_text() for name in ("config/settings.py", "termbase/management/commands/run.py")
    )
    read = set(re.findall(r"""environment\.\w+\(\s*"([A-Z_]+)\"""", source))
    named = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named == read


def test_a_deployed_service_has_nothing_to_remark_on_its_safety(tmp_path):
    environment = {**PRODUCTION, "SECRET_KEY": "".join(chr(33 + n % 90) for n in range(70)), "BEHIND_PROXY": "true"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"TERMBASE_DATA": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
