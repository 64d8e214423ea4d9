"""Every error of the API has the one shape."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/lookup/", 400, "invalid"),
        ("get", "/api/v1/nothing/", 404, "not_found"),
        ("get", "/api/v1/", 404, "not_found"),
        ("get", "/api/v1/concepts/c9999/", 404, "not_found"),
        ("get", "/api/v1/documents/none/passages/", 404, "not_found"),
        ("get", "/api/v1/recognise/", 405, "method_not_allowed"),
        ("get", "/api/v1/check/", 405, "method_not_allowed"),
        ("get", "/api/v1/waivers/", 403, "not_authenticated"),
        ("post", "/api/v1/recognise/", 415, "unsupported_media_type"),
        ("post", "/api/v1/lookup/", 405, "method_not_allowed"),
        ("delete", "/api/v1/concepts/c0001/", 405, "method_not_allowed"),
    ],
)
def test_shape(client, method, path, status, code):
    response = getattr(client, method)(path)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert set(error) <= {"code", "message", "fields"}


def test_not_acceptable(client):
    response = client.get("/api/v1/documents/", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.json()["error"]["code"] == "not_acceptable"
