"""The WSGI application; each worker that loads it begins to build its matchers, and answers meanwhile."""

import os

import django
from django.conf import settings

from config import database, metrics_files
from config.application import Application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
metrics_files.share(settings.TERMBASE_DATA / "metrics")
database.limit_statements(settings.DATABASES["default"], settings.TERMBASE_STATEMENT_SECONDS)
django.setup(set_prefix=False)
application = Application()

# Models can be imported only now.
from termbase.recognition.current import keeper  # noqa: E402

keeper.warm()
