"""The WSGI application; each worker that loads it begins to build its matchers, and answers meanwhile."""

import os

import django
from django.conf import settings

from config import database, metrics_files
from config.application import Application
from config.bodies import Bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
metrics_files.share(settings.TERMBASE_DATA / "metrics")
# A pooler limits them itself: what one caller says of a connection would hold for the next.
for entry in settings.DATABASES.values() if not settings.DATABASE_POOLED else ():
    database.limit_statements(entry, settings.TERMBASE_STATEMENT_SECONDS)
django.setup(set_prefix=False)

# Models, and what is counted, can be imported only now.
from config.admission import Admission, Gate  # noqa: E402
from termbase.api.cors import cross_origin  # noqa: E402
from termbase.api.errors import busy  # noqa: E402
from termbase.recognition.current import keeper  # noqa: E402
from termbase.web.headers import restrict_browsers  # noqa: E402
from termbase.web.observing import observe  # noqa: E402

application = Bodies(
    Admission(
        Application(),
        observe(restrict_browsers(cross_origin(busy))),
        gate=Gate(
            slots=settings.TERMBASE_SLOTS,
            places=settings.TERMBASE_PLACES,
            patience=settings.TERMBASE_PATIENCE_MILLISECONDS / 1000,
        ),
        light=Gate(slots=1, places=40, patience=1),
    ),
    # An import in its form.
    most=(settings.TERMBASE_MAX_IMPORT_MB + 10) * 2**20,
    in_memory=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
)
keeper.warm()
