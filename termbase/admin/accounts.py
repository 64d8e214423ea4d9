"""Users and groups, in the look of the rest."""

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from termbase.models.roles import give_role, role_of, roles
from termbase.vocabulary import Role

admin.site.unregister(User)
admin.site.unregister(Group)
# The queue is looked into from the command line; its pages speak English alone, and delete for good.
if isinstance(admin.site.get_model_admin(ProcrastinateJob), ProcrastinateJobAdmin):
    admin.site.unregister(ProcrastinateJob)
# What is known of people elsewhere is in the settings and is the institution's to change.
admin.site.unregister([EmailAddress, SocialAccount, SocialApp, SocialToken])


def _named(role: Group) -> str:
    """In the language of the page; an institution's own role as it is called."""
    return str(Role(role.name).label) if role.name in Role else role.name


class RoleField(ModelChoiceField):  # type: ignore[type-arg]
    """One role of all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=roles(),
            label=_("Role"),
            help_text=_("Each may what the one before it may; all but readers sign in to the workbench."),
            widget=UnfoldAdminSelectWidget,
            **kwargs,
        )

    def label_from_instance(self, obj: Group) -> str:
        return _named(obj)


class NewAccountForm(UserCreationForm):
    """A new account, with its role."""

    role = RoleField(initial=lambda: Group.objects.filter(name=Role.CONTRIBUTOR).first())


class AccountForm(UserChangeForm):
    """An account, with its role; a superuser needs none."""

    role = RoleField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["role"] = role_of(self.instance)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """Accounts; what a person may do comes from the role, and only a superuser makes or touches superusers."""

    form = AccountForm
    add_form = NewAccountForm
    change_password_form = AdminPasswordChangeForm
    add_fieldsets = ((None, {"fields": ("username", "role", "email", "usable_password", "password1", "password2")}),)
    list_display = ("username", "role", "email", "first_name", "last_name", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_superuser")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        rights = ("is_superuser", "user_permissions") if request.user.is_superuser else ()
        return (
            (None, {"fields": ("username", "password", "role", "is_active", *rights)}),
            (_("Personal info"), {"fields": ("first_name", "last_name", "email")}),
            (_("Important dates"), {"fields": ("last_login", "date_joined")}),
        )

    @admin.display(description=_("Role"))
    def role(self, person: User) -> str:
        """What they are, in words."""
        superuser = [gettext("superuser")] if person.is_superuser else []
        return ", ".join([*superuser, *map(_named, person.groups.all())])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and "role" not in form.changed_data:
            return
        before = list(form.instance.groups.all())
        give_role(form.instance, form.cleaned_data.get("role"))
        if change:
            self._tell(request, form.instance, before)

    def _tell(self, request: HttpRequest, person: User, before: list[Group]) -> None:
        """What a change of roles has given and taken."""
        told = {"name": person.get_username(), "before": ", ".join(map(_named, before)), "now": self.role(person)}
        if not told["now"]:
            text = gettext("%(name)s has no role any more (before: %(before)s): what that allowed is taken away.")
        elif before:
            text = gettext("%(name)s is %(now)s now (before: %(before)s).")
        else:
            text = gettext("%(name)s is %(now)s now.")
        text %= told
        if not person.is_staff:
            outside = gettext("This account cannot sign in to the workbench.")
            text = f"{text} {outside}"
        self.message_user(request, text, messages.SUCCESS if person.is_staff else messages.WARNING)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Who has left is made inactive; what they wrote still says who it was.
        return False


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Roles; one that nobody shall have is given to nobody."""

    list_display = ("in_words",)

    @admin.display(description=_("Role"), ordering="name")
    def in_words(self, role: Group) -> str:
        """What it is called in the language of the page."""
        return _named(role)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False
