"""The field in which another row is looked for by a part of its name."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext
from unfold.admin import ModelAdmin


class _Autocomplete(AutocompleteSelect):
    """Shows nothing as chosen where what an address or a form names can be no row's number; Django's fails there."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # Where nothing is chosen yet, this is all that is read aloud.
        return {**super().build_attrs(*args, **kwargs), "data-placeholder": gettext("Select value")}

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        try:
            return super().optgroups(name, value, attr)
        except ValueError:
            return super().optgroups(name, [], attr)


class WithAutocomplete(ModelAdmin):
    """An admin whose `autocomplete_fields` stand whatever is sent to them."""

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", _Autocomplete(db_field, self.admin_site, using=kwargs.get("using")))
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return field
