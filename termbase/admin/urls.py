"""Pages of the workbench that belong to no one model."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from termbase.admin import bulk, reviewing, teamwork
from termbase.admin.reviewing import protected


class DecisionConverter(StringConverter):
    """What can be done with an item."""

    regex = "accept|reject|merge|skip"


register_converter(DecisionConverter, "decision")

app_name = "review"
urlpatterns = [
    path("", protected(reviewing.index), name="index"),
    path("mine/", protected(teamwork.mine), name="mine"),
    path("mine/<int:pk>/done/", protected(teamwork.done), name="done"),
    path("assign/", protected(teamwork.assign), name="assign"),
    path("discussion/<int:pk>/", protected(teamwork.discussion), name="discussion"),
    path("<slug:name>/", protected(reviewing.work), name="work"),
    path("<slug:name>/bulk/", protected(bulk.bulk), name="bulk"),
    path("<slug:name>/undo/", protected(reviewing.undo), name="undo"),
    path("<slug:name>/found/", protected(reviewing.found), name="found"),
    path("<slug:name>/<int:item>/<decision:decision>/", protected(reviewing.decide), name="decide"),
]
