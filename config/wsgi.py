"""The WSGI application; each worker that loads it begins to build its matchers, and answers meanwhile."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config import database, metrics_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
metrics_files.share(settings.TERMBASE_DATA / "metrics")
# A pooler limits them itself: what one caller says of a connection would hold for the next.
for entry in settings.DATABASES.values() if not settings.DATABASE_POOLED else ():
    database.limit_statements(entry, settings.TERMBASE_STATEMENT_SECONDS)
application = get_wsgi_application()

# Models can be imported only now.
from termbase.recognition.current import keeper  # noqa: E402

keeper.warm()
