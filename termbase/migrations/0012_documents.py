"""Versions of documents, uploads, and evidence of how terms are rendered in aligned passages."""

import django.db.models.deletion
import termbase.vocabulary
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('termbase', '0011_candidates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LikelyEquivalent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('count', models.PositiveIntegerField()),
                ('score', models.FloatField(help_text='How likely, 0 to about 1.')),
            ],
            options={
                'verbose_name': 'likely equivalent',
                'verbose_name_plural': 'likely equivalents',
                'ordering': ['candidate', '-score', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Rendering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'rendering',
                'verbose_name_plural': 'renderings',
                'ordering': ['evidence', '-count', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RivalPassage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'passage with another rendering',
                'verbose_name_plural': 'passages with another rendering',
                'ordering': ['evidence', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TermEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passages', models.PositiveIntegerField()),
                ('without', models.PositiveIntegerField(help_text='Passages in whose translation no known form stands.')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['term'],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.UUIDField(db_index=True, default=uuid.uuid4, help_text='Files that were sent together.')),
                ('name', models.CharField(max_length=200)),
                ('content', models.BinaryField(null=True)),
                ('encoding', models.CharField(blank=True, help_text='As asked for, then as it was read.', max_length=16)),
                ('about', models.JSONField(default=dict, help_text='What a catalogue or the form says of the document.')),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('refused', 'refused')], default='waiting', max_length=16)),
                ('step', models.CharField(blank=True, choices=[('reading', 'reading the file'), ('storing', 'storing its passages'), ('candidates', 'finding candidates'), ('terms', 'finding the known terms')], max_length=16)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, choices=[('new', 'new document'), ('replaced', 'new version'), ('known', 'harvested already')], max_length=16)),
                ('problem', models.TextField(blank=True)),
                ('fields', models.JSONField(default=dict, help_text='What the problem is about, as in an error of the API.')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'upload',
                'verbose_name_plural': 'uploads',
                'ordering': ['uploaded_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('text', 'text'), ('corpus', 'parallel corpus')], default='text', max_length=16),
        ),
        migrations.AddField(
            model_name='document',
            name='version',
            field=models.PositiveIntegerField(default=1, help_text='Versions of its text that were harvested so far.'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', termbase.vocabulary.DocumentKind)), name='document_kind_known'),
        ),
        migrations.AddField(
            model_name='likelyequivalent',
            name='candidate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='likely_equivalents', to='termbase.candidate'),
        ),
        migrations.AddField(
            model_name='rendering',
            name='term',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renderings', to='termbase.term'),
        ),
        migrations.AddField(
            model_name='rivalpassage',
            name='passage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rivals', to='termbase.passage'),
        ),
        migrations.AddField(
            model_name='termevidence',
            name='term',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='termbase.term'),
        ),
        migrations.AddField(
            model_name='rivalpassage',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rivals', to='termbase.termevidence'),
        ),
        migrations.AddField(
            model_name='rendering',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renderings', to='termbase.termevidence'),
        ),
        migrations.AddField(
            model_name='upload',
            name='document',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uploads', to='termbase.document'),
        ),
        migrations.AddField(
            model_name='upload',
            name='uploaded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uploads', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='likelyequivalent',
            constraint=models.UniqueConstraint(models.F('candidate'), models.F('text'), name='likely_equivalent_unique'),
        ),
        migrations.AddConstraint(
            model_name='likelyequivalent',
            constraint=models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='likely_equivalent_positive'),
        ),
        migrations.AddConstraint(
            model_name='termevidence',
            constraint=models.CheckConstraint(condition=models.Q(('passages__gt', 0), ('without__lte', models.F('passages'))), name='evidence_counts_make_sense'),
        ),
        migrations.AddConstraint(
            model_name='rivalpassage',
            constraint=models.UniqueConstraint(models.F('evidence'), models.F('passage'), name='rival_unique'),
        ),
        migrations.AddConstraint(
            model_name='rivalpassage',
            constraint=models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='rival_has_a_place'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.UniqueConstraint(models.F('evidence'), models.F('term'), name='rendering_unique'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='rendering_positive'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', termbase.vocabulary.UploadStatus)), name='upload_status_known'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', ['', 'reading', 'storing', 'candidates', 'terms'])), name='upload_step_known'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'new', 'replaced', 'known'])), name='upload_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('content', None), ('status__in', ['waiting', 'running']), _connector='OR'), name='upload_ended_keeps_no_bytes'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'refused'), _negated=True), models.Q(('problem', ''), _negated=True), _connector='OR'), name='upload_refused_says_why'),
        ),
    ]
