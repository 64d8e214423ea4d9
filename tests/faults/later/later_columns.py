"""What locks one table for a moment: columns, a trigger made anew, a constraint for rows to come; and a new table."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from termbase.models import Term
from tests.faults.later import LAST

TRIGGER = Term._meta.triggers[-1]


class Migration(migrations.Migration):
    dependencies = [("termbase", LAST)]
    operations = [
        migrations.AddField("term", "rank", models.IntegerField(null=True)),
        migrations.AddField("term", "weight", models.IntegerField(default=0, db_default=0)),
        pgtrigger.migrations.RemoveTrigger(model_name="term", name=TRIGGER.name),
        pgtrigger.migrations.AddTrigger(model_name="term", trigger=TRIGGER.compile(Term)),
        AddConstraintNotValid("term", models.CheckConstraint(condition=~models.Q(note="x"), name="term_new_rule")),
        migrations.CreateModel(
            "New",
            [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField(db_index=True))],
            options={"constraints": [models.CheckConstraint(condition=~models.Q(name=""), name="new_named")]},
        ),
    ]
