"""What stands between a server and Django: requests are UTF-8, whatever they say."""

import codecs
import encodings
import io

import pytest
from django.db import connection

from config.application import Application

pytestmark = pytest.mark.django_db

CODECS = sorted({*encodings.aliases.aliases.values(), "undefined", "idna", "punycode", "unicode_escape"})


@pytest.fixture(scope="module")
def application():
    return Application()


@pytest.fixture
def call(application, monkeypatch):
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)

    def of(path, query="", content_type="", body=b"", **given):
        environ = {
            "REQUEST_METHOD": "POST" if body else "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            **given,
        }
        told = []
        content = b"".join(application(environ, lambda status, headers: told.append(int(status[:3]))))
        return told[0], content.decode()

    return of


@pytest.mark.parametrize("name", CODECS)
def test_any_charset_of_python_is_read_as_utf_8(call, name):
    """Some are no encodings of texts, some let halves of characters in, some take no bytes at all."""
    codecs.lookup(name) if name != "mbcs" else None
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert call("/healthz", "q=%2B2AA-&x=%FF&%E6%AF%92", f"{kind}; charset={name}")[0] == 200


def test_what_is_utf_8_arrives(call, small_termbase):
    status, page = call("/", "q=%E6%AF%92%E5%93%81", "text/plain; charset=gb18030")
    assert status == 200
    assert "毒品" in page


@pytest.mark.parametrize(
    "content_type",
    [
        *("x" * 20_000, "text/plain; " + "a=b;" * 5_000, ";;;=", "a/b; charset*=klingon''x", "a/b; charset=\0"),
        *("a/b; charset*=utf-8''%00", "a/b; charset*=hex''ff", "multipart/form-data; boundary*=hex''ff", "\xff"),
    ],
)
def test_a_content_type_that_cannot_be_read(call, content_type):
    assert call("/healthz", content_type=content_type)[0] == 200
    assert call("/api/v1/suggestions/", content_type=content_type, body=b"{}")[0] in (400, 401, 415)


@pytest.mark.parametrize("length", ["x", "-5", "", "999999999999999999999", "1e9"])
def test_a_length_that_is_none(call, length):
    for path in ("/text", "/api/v1/recognise/"):
        kind = "application/json" if "api" in path else "application/x-www-form-urlencoded"
        assert call(path, content_type=kind, body=b"a=b", CONTENT_LENGTH=length)[0] in (200, 400, 403, 413)


@pytest.mark.parametrize("path", ["/\xff\xfe", "/a\0b", "//evil.example", "/..", "/concepts/\xed\xa0\x80", ""])
def test_paths(call, path):
    assert call(path)[0] in (200, 404)


@pytest.mark.parametrize(
    "cookie", ['\xff=\x00; a=%; ;;;="\\', "sessionid=" + "x" * 8000, "sessionid=\0", "csrftoken=;"]
)
def test_cookies(call, cookie):
    assert call("/", HTTP_COOKIE=cookie)[0] == 200
