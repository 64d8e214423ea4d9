"""Compression, and calls from pages of other origins."""

import gzip

import pytest

pytestmark = pytest.mark.django_db


class TestCompression:
    """Gzip for what is long enough; that of pages is padded at random against guessing by length (Django's own)."""

    def test_json_is_compressed_and_its_tag_still_known(self, terminologist, small_termbase):
        plain = terminologist.get("concepts/")
        packed = terminologist.get("concepts/", Accept_Encoding="gzip")
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed["Vary"]
        assert gzip.decompress(packed.content) == plain.content
        assert packed["ETag"] == f"W/{plain['ETag']}"
        assert terminologist.get("concepts/", If_None_Match=packed["ETag"]).status_code == 304
        read = terminologist.get("concepts/c0002/", Accept_Encoding="gzip")
        written = terminologist.patch("concepts/c0002/", {"note": "x"}, If_Match=read["ETag"])
        assert written.status_code == 200

    def test_short_answers_are_not(self, nobody, db):
        assert "Content-Encoding" not in nobody.get("documents/", Accept_Encoding="gzip")


class TestCrossOrigin:
    """CORS_ORIGINS."""

    @pytest.fixture(autouse=True)
    def _origins(self, settings):
        settings.CORS_ORIGINS = ["https://cat.example"]

    def preflight(self, nobody, origin):
        return nobody.options(
            "concepts/", Origin=origin, Access_Control_Request_Method="PUT", Access_Control_Request_Headers="if-match"
        )

    def test_what_a_browser_asks_first(self, nobody):
        response = self.preflight(nobody, "https://cat.example")
        assert (response.status_code, response.content) == (204, b"")
        assert response["Access-Control-Allow-Origin"] == "https://cat.example"
        assert "PUT" in response["Access-Control-Allow-Methods"]
        assert "If-Match" in response["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in response

    def test_an_answer_may_be_handed_on(self, nobody, db):
        response = nobody.get("documents/", Origin="https://cat.example")
        assert response["Access-Control-Allow-Origin"] == "https://cat.example"
        assert "ETag" in response["Access-Control-Expose-Headers"]
        assert "Origin" in response["Vary"]

    def test_errors_too(self, nobody, db):
        assert "Access-Control-Allow-Origin" in nobody.get("nothing/", Origin="https://cat.example")

    @pytest.mark.parametrize(
        "origin", ["https://other.example", "null", "https://cat.example.evil", "http://cat.example"]
    )
    def test_other_origins(self, nobody, origin, db):
        assert "Access-Control-Allow-Origin" not in nobody.get("documents/", Origin=origin)
        response = self.preflight(nobody, origin)
        assert response.status_code == 405
        assert "Access-Control-Allow-Origin" not in response

    def test_pages_are_nobodys_elses(self, client, db):
        response = client.get("/", headers={"Origin": "https://cat.example"})
        assert "Access-Control-Allow-Origin" not in response

    def test_all(self, nobody, settings, db):
        settings.CORS_ORIGINS = ["*"]
        assert (
            nobody.get("documents/", Origin="https://x.example")["Access-Control-Allow-Origin"] == "https://x.example"
        )

    def test_none(self, nobody, settings, db):
        settings.CORS_ORIGINS = []
        response = nobody.get("documents/", Origin="https://cat.example")
        assert "Access-Control-Allow-Origin" not in response
        assert "Origin" not in response.get("Vary", "")
