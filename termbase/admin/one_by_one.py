"""From the list of a queue's things to the page that shows what waits, an item at a time."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from termbase.review.queues import queue_named


class OneByOne(ModelAdmin):
    """A list whose things wait in the queue named `queue`."""

    queue: str
    actions_list = ("one_by_one",)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whether the queue is open to this person."""
        queue = queue_named(self.queue)
        return queue is not None and queue.is_open_to(cast(User, request.user))

    @action(description=_("One by one"), url_path="one-by-one", permissions=["decide"], icon="checklist")
    def one_by_one(self, request: HttpRequest) -> HttpResponse:
        """To that page."""
        return HttpResponseRedirect(reverse("review:work", args=[self.queue]))
