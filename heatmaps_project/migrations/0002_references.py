import complaints.customers.personal
import complaints.tables_at_once
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # Installations from before the first release have these instead.
    replaces = [
        ('heatmaps_project', '0002_append_only'),
        ('heatmaps_project', '0003_audit_reports'),
        ('heatmaps_project', '0004_lookups'),
        ('heatmaps_project', '0005_telecom_faces'),
        ('heatmaps_project', '0006_heartbeats'),
        ('heatmaps_project', '0007_knowledge_codes_panel'),
        ('heatmaps_project', '0008_webhooks_and_work_phones'),
    ]

    initial = True

    dependencies = [
        ('complaints', '0001_initial'),
        ('heatmaps_project', '0001_initial'),
        ('spots', '0001_initial'),
    ]

    operations = [
        complaints.tables_at_once.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Article',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('brand', models.ForeignKey(blank=True, help_text='Empty: for every brand.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.brand', verbose_name='brand')),
                        ('cause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='spots.cause', verbose_name='cause')),
                        ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.topic', verbose_name='topic')),
                        ('title_ru', models.CharField(max_length=200, verbose_name='title in Russian')),
                        ('title_en', models.CharField(max_length=200, verbose_name='title in English')),
                        ('body_ru', models.TextField(help_text='Markdown', max_length=10000, verbose_name='text in Russian')),
                        ('body_en', models.TextField(help_text='Markdown', max_length=10000, verbose_name='text in English')),
                        ('valid_from', models.DateField(verbose_name='valid from')),
                        ('valid_until', models.DateField(blank=True, help_text='The last day; empty: no end.', null=True, verbose_name='valid until')),
                        ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                    ],
                    options={
                        'verbose_name': 'article',
                        'verbose_name_plural': 'knowledge',
                        'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('title_ru', 'body_ru', config='russian'), name='article_in_russian'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('title_en', 'body_en', config='english'), name='article_in_english')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='article_ends_after_it_begins')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalArticle',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('title_ru', models.CharField(max_length=200, verbose_name='title in Russian')),
                        ('title_en', models.CharField(max_length=200, verbose_name='title in English')),
                        ('body_ru', models.TextField(help_text='Markdown', max_length=10000, verbose_name='text in Russian')),
                        ('body_en', models.TextField(help_text='Markdown', max_length=10000, verbose_name='text in English')),
                        ('valid_from', models.DateField(verbose_name='valid from')),
                        ('valid_until', models.DateField(blank=True, help_text='The last day; empty: no end.', null=True, verbose_name='valid until')),
                        ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                        ('brand', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: for every brand.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.brand', verbose_name='brand')),
                        ('cause', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='spots.cause', verbose_name='cause')),
                        ('topic', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.topic', verbose_name='topic')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical article',
                        'verbose_name_plural': 'historical knowledge',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Lookup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('call', models.UUIDField(editable=False)),
                        ('at', models.DateTimeField(verbose_name='when')),
                        ('origin', models.CharField(choices=[('page', 'lookup page'), ('api', 'API'), ('panel', 'panel in the CRM'), ('own', "customer's own page")], max_length=5, verbose_name='way')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                        ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='API client')),
                        ('agent', models.CharField(blank=True, max_length=100, verbose_name='agent')),
                        ('asked', models.CharField(choices=[('address', 'address'), ('point', 'point'), ('phone', 'phone'), ('customer', 'customer id'), ('complaint', 'complaint number')], max_length=9, verbose_name='asked by')),
                        ('subject_index', models.BinaryField(null=True)),
                        ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.customer', verbose_name='customer')),
                        ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.brand', verbose_name='brand')),
                        ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.region', verbose_name='region')),
                        ('situation', models.CharField(blank=True, choices=[('unsure', 'place not known'), ('working', 'worked on'), ('outage', 'outage'), ('works', 'planned works'), ('fixed', 'fixed lately'), ('near', 'spot near by'), ('no_coverage', 'no coverage'), ('works_soon', 'works announced'), ('outdoors_only', 'outdoors only'), ('nothing', 'nothing known')], max_length=13, verbose_name='situation')),
                        ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='spots.case', verbose_name='spot')),
                        ('took_ms', models.PositiveIntegerField(verbose_name='took, ms')),
                    ],
                    options={
                        'verbose_name': 'lookup',
                        'verbose_name_plural': 'lookups',
                        'indexes': [models.Index(fields=['at', 'id'], name='lookup_at'), models.Index(fields=['by', 'at'], name='lookup_by'), models.Index(fields=['call'], name='lookup_call'), models.Index(condition=models.Q(('subject_index__isnull', False)), fields=['subject_index'], name='lookup_subject')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('client', None), ('origin', 'page')), models.Q(('by', None), ('client__isnull', False), ('origin__in', ['api', 'panel'])), models.Q(('by', None), ('client', None), ('origin', 'own')), _connector='OR'), name='lookup_says_who_asked'), models.CheckConstraint(condition=models.Q(('asked__in', ['address', 'point', 'phone', 'customer', 'complaint'])), name='lookup_asked'), models.CheckConstraint(condition=models.Q(('situation__in', ['', 'unsure', 'working', 'outage', 'works', 'fixed', 'near', 'no_coverage', 'works_soon', 'outdoors_only', 'nothing'])), name='lookup_situation')],
                    },
                ),
                migrations.CreateModel(
                    name='ServiceProblem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('status', models.CharField(blank=True, max_length=20)),
                        ('status_at', models.DateTimeField(blank=True, null=True)),
                        ('changes', models.JSONField(blank=True, default=list)),
                        ('rest', complaints.customers.personal.EncryptedTextField(blank=True, null=True)),
                        ('hidden_at', models.DateTimeField(blank=True, null=True)),
                        ('changed_at', models.DateTimeField()),
                        ('case', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='problem', to='spots.case')),
                        ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.brand')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='heatmaps_project.serviceproblem')),
                        ('category', models.CharField(blank=True, max_length=100)),
                        ('priority', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('raised_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'service problem',
                        'verbose_name_plural': 'service problems',
                        'abstract': False,
                        'indexes': [models.Index(fields=['changed_at'], name='serviceproblem_changed'), models.Index(condition=models.Q(('case', None), ('hidden_at', None)), fields=['brand', 'id'], name='problem_of_no_spot')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('priority', None), models.Q(('priority__gte', 1), ('priority__lte', 10)), _connector='OR'), name='problem_priority_1_to_10')],
                    },
                ),
                migrations.CreateModel(
                    name='Subscription',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='API client')),
                        ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='complaints.brand', verbose_name='brand')),
                        ('face', models.CharField(blank=True, choices=[('', 'webhooks'), ('troubleTicket', 'TMF621 trouble tickets'), ('serviceProblemManagement', 'TMF656 service problems')], default='', max_length=30, verbose_name='told as')),
                        ('url', models.URLField(max_length=500, verbose_name='address')),
                        ('query', models.CharField(blank=True, max_length=500, verbose_name='filter')),
                        ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('complaint.located', 'complaint placed on the map'), ('complaint.joined', 'complaint joined a case'), ('complaint.resolved', 'complaint solved'), ('spot.opened', 'spot opened'), ('spot.changed', 'spot changed'), ('spot.fixed', 'spot fixed'), ('spot.reopened', 'spot reopened'), ('spot.merged', 'spot merged into another'), ('sla.warned', 'promise at risk'), ('sla.breached', 'promise missed'), ('sla.escalated', 'stage of a ladder reached that tells machines'), ('feedback.received', 'customer answered'), ('ticket.created', 'trouble ticket created'), ('ticket.changed', 'trouble ticket changed'), ('ticket.status', 'status of a trouble ticket changed'), ('ticket.resolved', 'trouble ticket resolved'), ('ticket.information', 'trouble ticket needs information'), ('ticket.deleted', 'trouble ticket deleted'), ('problem.created', 'service problem created'), ('problem.changed', 'service problem changed'), ('problem.status', 'status of a service problem changed'), ('problem.deleted', 'service problem deleted'), ('ping', 'trial message')], max_length=20), size=None, verbose_name='events')),
                        ('secret', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='secret')),
                        ('old_secret', complaints.customers.personal.EncryptedTextField(blank=True, null=True)),
                        ('old_secret_until', models.DateTimeField(blank=True, null=True, verbose_name='old secret valid until')),
                        ('active', models.BooleanField(default=True, verbose_name='active')),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
                        ('rests_until', models.DateTimeField(blank=True, null=True, verbose_name='tried again at')),
                        ('lease', models.UUIDField(blank=True, editable=False, null=True)),
                        ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('stages', models.ManyToManyField(blank=True, related_name='webhooks', to='spots.rung', verbose_name='stages of ladders')),
                    ],
                    options={
                        'verbose_name': 'webhook',
                        'verbose_name_plural': 'webhooks',
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lease', None), ('lease_until', None)), models.Q(('lease__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='webhook_lease_has_an_end'), models.CheckConstraint(condition=models.Q(('face__in', ['', 'troubleTicket', 'serviceProblemManagement'])), name='webhook_face'), models.UniqueConstraint(condition=models.Q(('face', ''), _negated=True), fields=('client', 'face', 'url', 'query'), name='hub_listener_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='heatmaps_project.subscription', verbose_name='webhook')),
                        ('key', models.CharField(max_length=100)),
                        ('message_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('event', models.CharField(choices=[('complaint.located', 'complaint placed on the map'), ('complaint.joined', 'complaint joined a case'), ('complaint.resolved', 'complaint solved'), ('spot.opened', 'spot opened'), ('spot.changed', 'spot changed'), ('spot.fixed', 'spot fixed'), ('spot.reopened', 'spot reopened'), ('spot.merged', 'spot merged into another'), ('sla.warned', 'promise at risk'), ('sla.breached', 'promise missed'), ('sla.escalated', 'stage of a ladder reached that tells machines'), ('feedback.received', 'customer answered'), ('ticket.created', 'trouble ticket created'), ('ticket.changed', 'trouble ticket changed'), ('ticket.status', 'status of a trouble ticket changed'), ('ticket.resolved', 'trouble ticket resolved'), ('ticket.information', 'trouble ticket needs information'), ('ticket.deleted', 'trouble ticket deleted'), ('problem.created', 'service problem created'), ('problem.changed', 'service problem changed'), ('problem.status', 'status of a service problem changed'), ('problem.deleted', 'service problem deleted'), ('ping', 'trial message')], max_length=20, verbose_name='event')),
                        ('subject', models.CharField(max_length=40, verbose_name='subject')),
                        ('payload', models.JSONField(verbose_name='content')),
                        ('sealed', complaints.customers.personal.EncryptedTextField(blank=True, null=True)),
                        ('planned_at', models.DateTimeField(verbose_name='planned at')),
                        ('state', models.CharField(choices=[('planned', 'to be sent'), ('sent', 'delivered'), ('dead', 'given up')], default='planned', max_length=7, verbose_name='state')),
                        ('due_at', models.DateTimeField(verbose_name='next attempt')),
                        ('give_up_at', models.DateTimeField(verbose_name='given up at')),
                        ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                        ('status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='last answer')),
                        ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered at')),
                    ],
                    options={
                        'verbose_name': 'delivery',
                        'verbose_name_plural': 'deliveries',
                        'indexes': [models.Index(condition=models.Q(('state', 'planned')), fields=['subscription', 'due_at'], name='delivery_due'), models.Index(condition=models.Q(('state', 'planned')), fields=['subscription', 'subject', 'id'], name='delivery_in_order'), models.Index(fields=['sent_at'], name='delivery_sent')],
                        'constraints': [models.UniqueConstraint(fields=('subscription', 'key'), name='delivery_once_per_fact'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='delivery_sent_has_a_date')],
                    },
                ),
                migrations.CreateModel(
                    name='LookupOutcome',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('lookup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='heatmaps_project.lookup')),
                        ('outcome', models.CharField(choices=[('answered', 'answered at once'), ('attached', 'attached to the spot'), ('passed_on', 'complaint passed on'), ('single', 'single case opened')], max_length=9, verbose_name='outcome')),
                        ('at', models.DateTimeField(verbose_name='when')),
                        ('complaint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.complaint', verbose_name='complaint')),
                        ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='spots.case', verbose_name='case')),
                        ('channel', models.CharField(blank=True, choices=[('call', 'call'), ('email', 'e-mail'), ('web_form', 'web form'), ('account', 'personal account'), ('shop', 'shop'), ('social', 'social media')], max_length=10, verbose_name='channel')),
                        ('tell', models.BooleanField(null=True, verbose_name='wants to be told')),
                    ],
                    options={
                        'verbose_name': 'outcome of a lookup',
                        'verbose_name_plural': 'outcomes of lookups',
                        'constraints': [models.UniqueConstraint(fields=('lookup', 'outcome'), name='lookup_outcome_once'), models.UniqueConstraint(condition=models.Q(('outcome__in', ('attached', 'passed_on', 'single'))), fields=('lookup',), name='lookup_changes_once'), models.CheckConstraint(condition=models.Q(models.Q(('complaint', None), ('outcome', 'answered')), models.Q(('complaint__isnull', False), ('outcome__in', ('attached', 'passed_on', 'single')), ('tell__isnull', False)), _connector='OR'), name='lookup_outcome_has_a_complaint')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Vote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='heatmaps_project.article')),
                        ('version', models.PositiveIntegerField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('helped', models.BooleanField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'vote on an article',
                        'verbose_name_plural': 'votes on articles',
                        'constraints': [models.UniqueConstraint(fields=('article', 'version', 'by'), name='vote_once_per_version')],
                        'indexes': [],
                    },
                ),
            ],
        ),
    ]
