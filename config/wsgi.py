"""The WSGI application; each worker that loads it begins to build its matchers, and answers meanwhile."""

import os

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request, override

from config import database, metrics_files
from config.application import Application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
metrics_files.share(settings.TERMBASE_DATA / "metrics")
# A pooler limits them itself: what one caller says of a connection would hold for the next.
for entry in settings.DATABASES.values() if not settings.DATABASE_POOLED else ():
    database.limit_statements(entry, settings.TERMBASE_STATEMENT_SECONDS)
django.setup(set_prefix=False)

# Models, and what is counted, can be imported only now.
from config.admission import Admission, Gate  # noqa: E402
from config.bodies import Bodies, Files, Limits, Refusals, View  # noqa: E402
from termbase.api import errors, files  # noqa: E402
from termbase.api.cors import cross_origin  # noqa: E402
from termbase.recognition.current import keeper  # noqa: E402
from termbase.web.headers import restrict_browsers  # noqa: E402
from termbase.web.observing import observe  # noqa: E402


def _told(view: View) -> View:
    """As the application would tell it."""

    def in_their_language(request: HttpRequest) -> HttpResponse:
        with override(get_language_from_request(request)):
            return view(request)

    return observe(restrict_browsers(cross_origin(in_their_language)))


gate = Gate(
    slots=settings.TERMBASE_SLOTS,
    places=settings.TERMBASE_PLACES,
    patience=settings.TERMBASE_PATIENCE_MILLISECONDS / 1000,
)
busy = _told(errors.busy)
application = Bodies(
    Admission(Application(), busy, gate=gate, light=Gate(slots=1, places=40, patience=1)),
    limits=Limits(
        # A form, or a file for the text page in one.
        anyone=settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 2**20,
        # An import in its form.
        files=(settings.TERMBASE_MAX_IMPORT_MB + 10) * 2**20,
    ),
    files=Files(files.are_taken_at, files.may_be_sent_by, gate),
    refusals=Refusals(_told(errors.too_large), _told(errors.cut_short), busy, _told(errors.internal)),
)
keeper.warm()
