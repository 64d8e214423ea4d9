"""All addresses."""

from django.contrib import admin
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter
from django.views.generic import RedirectView

from termbase.web import sign_in


class KeyConverter(StringConverter):
    """A key as concepts and documents have it; an address with another is the address of nothing."""

    regex = r"[A-Za-z_][A-Za-z0-9._-]{0,63}"


# Before the patterns of pages and API, which are written with it.
register_converter(KeyConverter, "key")

urlpatterns = [
    # First, as it is called most: Django tries them in turn.
    path("api/v1/", include("termbase.api.urls")),
    path("", include("termbase.web.urls")),
    # By the names that allauth knows them by.
    path("sign-in/<slug:provider_id>/login/", sign_in.to_institution, name="openid_connect_login"),
    path("sign-in/<slug:provider_id>/login/callback/", sign_in.from_institution, name="openid_connect_callback"),
    # One way in: that of the admin would let nobody in who has no business there.
    path("admin/login/", RedirectView.as_view(pattern_name="web:sign-in", query_string=True)),
    path("admin/review/", include("termbase.admin.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = "termbase.api.errors.bad_request"
handler404 = "termbase.api.errors.nowhere"
handler500 = "termbase.api.errors.internal"
