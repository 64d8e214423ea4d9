"""What several tests of files need."""

import pytest

from termbase.models import SubjectField


@pytest.fixture
def crime(db):
    return SubjectField.objects.create(key="crime", name_en="crime", name_zh="犯罪")
