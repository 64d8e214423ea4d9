"""Rows alone, in steps, as others write to them."""

from django.db import migrations


def fill(apps, editor):
    """Every term's new column."""
    terms = apps.get_model("termbase", "Term")
    for pk in terms.objects.filter(rank=None).values_list("pk", flat=True)[:500]:
        terms.objects.filter(pk=pk).update(rank=pk)


class Migration(migrations.Migration):
    dependencies = [("termbase", "later_indexes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
