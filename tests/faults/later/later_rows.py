"""Rows alone, each by itself: in one transaction they would get in the way of who writes to them meanwhile."""

from django.db import migrations


def fill(apps, editor):
    """Every term's new column."""
    terms = apps.get_model("termbase", "Term")
    for pk in terms.objects.filter(rank=None).values_list("pk", flat=True)[:500]:
        terms.objects.filter(pk=pk).update(rank=pk)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("termbase", "later_indexes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
