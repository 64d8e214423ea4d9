"""All addresses."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("termbase.web.urls")),
    path("api/v1/", include("termbase.api.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = "termbase.api.errors.bad_request"
handler404 = "termbase.api.errors.nowhere"
handler500 = "termbase.api.errors.internal"
