"""What is done beside others' work, and takes as long as it takes."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("termbase", "later_columns")]
    operations = [
        ValidateConstraint("term", "term_new_rule"),
        AddIndexConcurrently("term", models.Index(fields=["note"], name="term_new_index")),
        AddIndexConcurrently("revision", models.Index(fields=["deleted"], name="revision_new_index")),
    ]
