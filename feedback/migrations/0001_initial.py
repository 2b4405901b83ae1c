import complaints.customers.personal
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('complaints', '0002_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('spots', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('fixed', 'fixed'), ('eta_set', 'term set')], max_length=10, verbose_name='reason')),
                ('begun_at', models.DateTimeField(verbose_name='begun at')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                ('cursor', models.PositiveBigIntegerField(default=0)),
                ('told', models.PositiveIntegerField(default=0, verbose_name='messages')),
                ('without_contact', models.PositiveIntegerField(default=0, verbose_name='without phone and e-mail')),
                ('anonymous', models.PositiveIntegerField(default=0, verbose_name='complaints without a customer')),
                ('overtaken', models.BooleanField(default=False, verbose_name='overtaken by events')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='announcement', to='spots.event')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['id'], name='announcement_under_way'), models.Index(fields=['begun_at'], name='announcement_begun')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalTemplate',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('reason', models.CharField(choices=[('fixed', 'fixed'), ('eta_set', 'term set')], max_length=10, verbose_name='reason')),
                ('channel', models.CharField(choices=[('sms', 'SMS'), ('email', 'e-mail')], max_length=5, verbose_name='channel')),
                ('language', models.CharField(choices=[('ru', 'Russian'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('subject', models.CharField(blank=True, help_text='Of e-mails only.', max_length=150, verbose_name='subject')),
                ('body', models.TextField(help_text='Stands for itself: {brand}, {place}, {topic}, {cause}, {complained_on}; when it is fixed {link}; when a term is set {eta}.', max_length=2000, verbose_name='text')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('brand', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: for every brand.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.brand', verbose_name='brand')),
                ('cause', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: for every cause.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='spots.cause', verbose_name='cause')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: for every topic.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'historical template',
                'verbose_name_plural': 'historical templates',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('expires_at', models.DateTimeField(verbose_name='answers until')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='spots.case', verbose_name='case')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='complaints.customer', verbose_name='customer')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='spots.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'constraints': [models.UniqueConstraint(fields=('event', 'customer'), name='invitation_once_per_fix_and_customer'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='invitation_expires_later')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('fixed', 'fixed'), ('eta_set', 'term set')], max_length=10, verbose_name='reason')),
                ('channel', models.CharField(choices=[('sms', 'SMS'), ('email', 'e-mail')], max_length=5, verbose_name='channel')),
                ('language', models.CharField(choices=[('ru', 'Russian'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('subject', models.CharField(blank=True, help_text='Of e-mails only.', max_length=150, verbose_name='subject')),
                ('body', models.TextField(help_text='Stands for itself: {brand}, {place}, {topic}, {cause}, {complained_on}; when it is fixed {link}; when a term is set {eta}.', max_length=2000, verbose_name='text')),
                ('brand', models.ForeignKey(blank=True, help_text='Empty: for every brand.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.brand', verbose_name='brand')),
                ('cause', models.ForeignKey(blank=True, help_text='Empty: for every cause.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='spots.cause', verbose_name='cause')),
                ('topic', models.ForeignKey(blank=True, help_text='Empty: for every topic.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='complaints.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'template',
                'verbose_name_plural': 'templates',
                'constraints': [models.UniqueConstraint(fields=('reason', 'channel', 'language', 'brand', 'cause', 'topic'), name='template_once_per_case', nulls_distinct=False, violation_error_message='There is a template for exactly this already.')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rating', models.PositiveSmallIntegerField(verbose_name='rating')),
                ('rated_at', models.DateTimeField(verbose_name='rated at')),
                ('comment', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='comment')),
                ('commented_at', models.DateTimeField(blank=True, null=True, verbose_name='commented at')),
                ('channel', models.CharField(choices=[('web', 'web page')], max_length=5, verbose_name='channel')),
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='feedback.invitation', verbose_name='invitation')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'indexes': [models.Index(fields=['rated_at'], name='answer_rated')],
                'constraints': [models.CheckConstraint(condition=models.Q(('rating__gte', 1), ('rating__lte', 5)), name='answer_rating_1_to_5'), models.CheckConstraint(condition=models.Q(('channel__in', ['web'])), name='answer_channel')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('fixed', 'fixed'), ('eta_set', 'term set')], max_length=10, verbose_name='reason')),
                ('channel', models.CharField(choices=[('sms', 'SMS'), ('email', 'e-mail')], max_length=5, verbose_name='channel')),
                ('language', models.CharField(choices=[('ru', 'Russian'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('subject', models.CharField(blank=True, max_length=300, verbose_name='subject')),
                ('text', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='text')),
                ('parts', models.PositiveSmallIntegerField(verbose_name='parts')),
                ('state', models.CharField(choices=[('planned', 'planned'), ('held', 'held until morning'), ('claimed', 'being sent'), ('handed_over', 'handed over'), ('uncertain', 'uncertain'), ('delivered', 'delivered'), ('failed', 'failed'), ('expired', 'expired'), ('cancelled', 'cancelled')], default='planned', max_length=11, verbose_name='state')),
                ('planned_at', models.DateTimeField(verbose_name='planned at')),
                ('due_at', models.DateTimeField(verbose_name='due at')),
                ('expires_at', models.DateTimeField(verbose_name='of use until')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='idempotency key')),
                ('copy', models.PositiveSmallIntegerField(default=1, verbose_name='copy')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('claimed_at', models.DateTimeField(blank=True, null=True, verbose_name='claimed at')),
                ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='claimed until')),
                ('handed_over_at', models.DateTimeField(blank=True, null=True, verbose_name='handed over at')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered at')),
                ('resent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent again at')),
                ('why', models.CharField(blank=True, choices=[('too_late', 'too late to be of use'), ('reopened', 'the case was taken up again'), ('overtaken', 'overtaken by a newer term or by the fix'), ('no_address', 'the customer has no such address any more'), ('refused', 'refused by the gateway'), ('unreached', 'the gateway could not be reached in four hours'), ('undelivered', 'not delivered'), ('worker_lost', 'its worker stopped while it was being sent'), ('no_answer', 'the gateway did not answer')], max_length=11, verbose_name='why')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name="gateway's words")),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='spots.case', verbose_name='case')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='complaints.customer', verbose_name='customer')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='spots.event')),
                ('invitation', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='message', to='feedback.invitation')),
                ('resent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent again by')),
                ('template', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='feedback.template', verbose_name='template')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'permissions': [('read_message', 'Can read what customers were sent'), ('resend_message', 'Can send a message again')],
                'indexes': [models.Index(condition=models.Q(('state', 'planned')), fields=['channel', 'due_at', 'id'], name='message_due'), models.Index(condition=models.Q(('state', 'held')), fields=['due_at'], name='message_held'), models.Index(condition=models.Q(('state__in', ['planned', 'held'])), fields=['expires_at'], name='message_expires'), models.Index(condition=models.Q(('state', 'claimed')), fields=['lease_until'], name='message_lease'), models.Index(condition=models.Q(('state', 'handed_over')), fields=['handed_over_at'], name='message_awaits_a_receipt'), models.Index(fields=['case', 'state'], name='message_of_case')],
                'constraints': [models.UniqueConstraint(fields=('reason', 'event', 'customer'), name='message_once_per_event_and_customer'), models.UniqueConstraint(condition=models.Q(('reason', 'eta_set'), models.Q(('state', 'cancelled'), _negated=True)), fields=('case', 'customer'), name='message_of_the_term_once'), models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'held', 'claimed', 'handed_over', 'uncertain', 'delivered', 'failed', 'expired', 'cancelled'])), name='message_state'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'claimed')), models.Q(models.Q(('state', 'claimed'), _negated=True), ('lease_until', None)), _connector='OR'), name='message_claimed_under_a_lease'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'handed_over'), _negated=True), ('handed_over_at__isnull', False), _connector='OR'), name='message_handed_over_has_a_date'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'delivered'), _negated=True), ('delivered_at__isnull', False), _connector='OR'), name='message_delivered_has_a_date'), models.CheckConstraint(condition=models.Q(models.Q(('reason', 'fixed'), _negated=True), ('invitation__isnull', False), _connector='OR'), name='message_of_a_fix_asks'), models.CheckConstraint(condition=models.Q(('parts__gte', 1), ('parts__lte', 255)), name='message_parts')],
            },
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('copy', models.PositiveSmallIntegerField()),
                ('number', models.PositiveSmallIntegerField()),
                ('gateway', models.CharField(max_length=100, verbose_name='gateway')),
                ('gateway_id', models.CharField(max_length=200, verbose_name="gateway's id")),
                ('address_index', models.BinaryField(null=True)),
                ('sent_at', models.DateTimeField(verbose_name='sent at')),
                ('state', models.PositiveSmallIntegerField(choices=[(0, 'sent'), (1, 'expired'), (2, 'failed'), (3, 'delivered')], default=0, verbose_name='state')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sent_parts', to='feedback.message')),
            ],
            options={
                'verbose_name': 'part',
                'verbose_name_plural': 'parts',
                'indexes': [models.Index(fields=['gateway', 'gateway_id'], name='part_by_gateway_id')],
                'constraints': [models.UniqueConstraint(fields=('message', 'copy', 'number'), name='part_once_per_copy'), models.CheckConstraint(condition=models.Q(('state__in', [0, 1, 2, 3])), name='part_state')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=100)),
                ('gateway_id', models.CharField(max_length=200)),
                ('address_index', models.BinaryField(null=True)),
                ('state', models.PositiveSmallIntegerField(choices=[(0, 'sent'), (1, 'expired'), (2, 'failed'), (3, 'delivered')])),
                ('error', models.CharField(blank=True, max_length=200)),
                ('received_at', models.DateTimeField()),
                ('part', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='feedback.part')),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
                'indexes': [models.Index(condition=models.Q(('part', None)), fields=['received_at'], name='receipt_waiting')],
                'constraints': [models.UniqueConstraint(fields=('gateway', 'gateway_id', 'address_index', 'state'), name='receipt_once', nulls_distinct=False)],
            },
        ),
    ]
