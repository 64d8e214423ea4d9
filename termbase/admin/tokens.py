"""API tokens: made here, shown once, listed and revoked."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from termbase.models import ApiToken
from termbase.vocabulary import Scope


class ApiTokenForm(forms.ModelForm):  # type: ignore[type-arg]
    """A token, but for its secret."""

    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    issuer: User

    class Meta:
        model = ApiToken
        fields = ("name", "user", "scopes", "expires_at")

    def clean_user(self) -> User:
        """No one makes a key to more than they may themselves."""
        user = cast(User, self.cleaned_data["user"])
        if user.is_superuser and not self.issuer.is_superuser:
            raise ValidationError(_("Only a superuser makes tokens for a superuser."))
        return user


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    """Tokens; what one may do is fixed when it is made."""

    form = ApiTokenForm
    list_display = ("name", "shown", "user", "scopes", "last_used_at", "expires_at", "revoked_at")
    list_filter = ("revoked_at",)
    list_select_related = ("user",)
    search_fields = ("name", "shown", "user__username")
    readonly_fields = ("shown", "last_used_at", "revoked_at", "created_at", "created_by")
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        return ("name", "user", "scopes", "expires_at", *(self.readonly_fields if obj else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        return ("user", "scopes", *self.readonly_fields) if obj else self.readonly_fields

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[ApiTokenForm]:
        form: type[ApiTokenForm] = super().get_form(request, *args, **kwargs)
        form.issuer = cast(User, request.user)
        return form

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ApiToken, form: "forms.ModelForm[Any]", change: bool) -> None:
        if change:
            obj.save()
            return
        secret = obj.new_secret()
        obj.created_by = cast(User, request.user)
        obj.save()
        text = _("Copy the token now; it is shown this once: %s") % secret
        self.message_user(request, text, messages.WARNING)

    @admin.action(description=_("Revoke the selected tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Shut them out for good."""
        for token in queryset:
            token.revoke()
        self.message_user(request, _("%d tokens revoked.") % len(queryset), messages.SUCCESS)
