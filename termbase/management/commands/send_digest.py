"""Mails people what is new for them."""

from typing import Any

from django.core.management.base import BaseCommand

from termbase import notices


class Command(BaseCommand):
    """`send_digest`: now, whatever TERMBASE_DAILY_DIGEST says."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Send them."""
        self.stdout.write(f"{notices.send_digests()} sent")
