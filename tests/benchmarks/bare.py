"""A bare Django REST framework view that answers what look-up answered, for `tests.benchmarks.http` to compare with."""

import json
import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # says how long the answer is
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None},
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for a benchmark",
)
application = get_wsgi_application()

from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

ANSWER = json.loads(Path(os.environ["TERMBASE_BENCHMARK_ANSWER"]).read_bytes())


class BareView(APIView):
    """Answers always the same."""

    def get(self, request: Request) -> Response:
        return Response(ANSWER)


def alive(request: HttpRequest) -> HttpResponse:
    """For the benchmark to see that the server is up."""
    return HttpResponse("ok")


urlpatterns = [path("api/v1/lookup/", BareView.as_view()), path("healthz", alive)]
