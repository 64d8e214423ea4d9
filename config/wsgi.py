"""The WSGI application; each worker that loads it begins to build its matchers, and answers meanwhile."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# Models can be imported only now.
from termbase.recognition.current import keeper  # noqa: E402

keeper.warm()
