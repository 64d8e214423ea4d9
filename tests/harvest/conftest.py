"""The five documents as they came from PDFs, and as they are cleaned."""

import pytest

from termbase.harvest.clean import dissect
from tests.harvest.five import DOCUMENTS


@pytest.fixture(scope="module")
def raw(request):
    folder = request.config.rootpath / "fixtures" / "documents"
    return {key: (folder / name).read_bytes().decode("utf-8-sig") for key, name in DOCUMENTS.items()}


@pytest.fixture(scope="module")
def cleaned(raw):
    return {key: dissect(text) for key, text in raw.items()}
