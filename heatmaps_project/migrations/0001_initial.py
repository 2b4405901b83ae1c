import complaints.customers.personal
import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import oauth2_provider.generators
import oauth2_provider.models
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('complaints', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.brand')),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.customer')),
                ('phone_index', models.BinaryField()),
                ('sender_index', models.BinaryField()),
                ('code_hash', models.BinaryField()),
                ('language', models.CharField(max_length=2)),
                ('phone', complaints.customers.personal.EncryptedTextField(blank=True, null=True)),
                ('text', complaints.customers.personal.EncryptedTextField(blank=True, null=True)),
                ('state', models.CharField(choices=[('nothing', 'nobody to send it to'), ('planned', 'to be sent'), ('claimed', 'being sent'), ('sent', 'sent'), ('failed', 'not sent')], max_length=7)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': "code for a customer's own page",
                'verbose_name_plural': "codes for customers' own pages",
                'indexes': [models.Index(fields=['phone_index', 'made_at'], name='code_of_phone'), models.Index(fields=['sender_index', 'made_at'], name='code_of_sender'), models.Index(fields=['made_at'], name='code_made'), models.Index(condition=models.Q(('state__in', ('planned', 'claimed'))), fields=['id'], name='code_unsent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['nothing', 'planned', 'claimed', 'sent', 'failed'])), name='code_state'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'claimed')), models.Q(models.Q(('state', 'claimed'), _negated=True), ('lease_until', None)), _connector='OR'), name='code_claimed_under_a_lease'), models.CheckConstraint(condition=models.Q(('state__in', ('planned', 'claimed')), models.Q(('phone', None), ('text', None)), _connector='OR'), name='code_is_forgotten_once_sent')],
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('queue', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LastTold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('face', models.CharField(max_length=30)),
                ('number', models.CharField(max_length=20)),
                ('version', models.CharField(max_length=300)),
                ('status', models.CharField(max_length=20)),
                ('digest', models.CharField(max_length=32)),
                ('asks', models.BooleanField()),
                ('gone', models.BooleanField()),
                ('times', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('face', 'number'), name='told_last_once')],
            },
        ),
        migrations.CreateModel(
            name='Phrase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.brand', verbose_name='brand')),
                ('part', models.CharField(choices=[('unsure', 'place not known'), ('working', 'worked on'), ('outage', 'outage'), ('works', 'planned works'), ('fixed', 'fixed lately'), ('near', 'spot near by'), ('no_coverage', 'no coverage'), ('works_soon', 'works announced'), ('outdoors_only', 'outdoors only'), ('nothing', 'nothing known'), ('term', 'and then: the term'), ('works_term', 'and then: the end of works'), ('no_term', 'and then: no term yet'), ('term_passed', 'and then: the term has passed'), ('cause', 'and then: the cause'), ('try_again', 'and then: please try again')], max_length=13, verbose_name='what is said')),
                ('own', models.BooleanField(default=False, help_text='Off: what agents say.', verbose_name="on the customer's own page")),
                ('text_ru', models.CharField(max_length=300, verbose_name='text in Russian')),
                ('text_en', models.CharField(max_length=300, verbose_name='text in English')),
            ],
            options={
                'verbose_name': 'words of a brand',
                'verbose_name_plural': 'what agents say',
                'constraints': [models.UniqueConstraint(fields=('brand', 'part', 'own'), name='phrase_once'), models.CheckConstraint(condition=models.Q(('part__in', ['unsure', 'working', 'outage', 'works', 'fixed', 'near', 'no_coverage', 'works_soon', 'outdoors_only', 'nothing', 'term', 'works_term', 'no_term', 'term_passed', 'cause', 'try_again'])), name='phrase_part')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('source', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('settled', models.BigIntegerField()),
                ('seen', models.BigIntegerField()),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TroubleTicket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(blank=True, max_length=20)),
                ('status_at', models.DateTimeField(blank=True, null=True)),
                ('changes', models.JSONField(blank=True, default=list)),
                ('rest', complaints.customers.personal.EncryptedTextField(blank=True, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('changed_at', models.DateTimeField()),
                ('complaint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ticket', to='complaints.complaint')),
                ('severity', models.CharField(blank=True, max_length=100)),
                ('priority', models.CharField(blank=True, max_length=100)),
                ('ticket_type', models.CharField(blank=True, max_length=100)),
            ],
            options={
                'verbose_name': 'trouble ticket',
                'verbose_name_plural': 'trouble tickets',
                'abstract': False,
                'indexes': [models.Index(fields=['changed_at'], name='troubleticket_changed')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('role', models.CharField(blank=True, choices=[('agent', 'contact-centre agent'), ('dispatcher', 'dispatcher'), ('engineer', 'engineer'), ('supervisor', 'supervisor'), ('planner', 'planner'), ('administrator', 'administrator')], max_length=13, verbose_name='role')),
                ('time_zone', models.CharField(blank=True, max_length=64, verbose_name='time zone')),
                ('language', models.CharField(blank=True, choices=[('ru', 'Russian'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('work_phone', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='work phone')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('brands', models.ManyToManyField(blank=True, to='complaints.brand', verbose_name='brands')),
                ('regions', models.ManyToManyField(blank=True, to='complaints.region', verbose_name='regions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='ApiClient',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('client_id', models.CharField(db_index=True, default=oauth2_provider.generators.generate_client_id, max_length=255, unique=True, verbose_name='client ID')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('redirect_uris', models.TextField(blank=True, help_text='Allowed URIs list, space separated', verbose_name='redirect URIs')),
                ('post_logout_redirect_uris', models.TextField(blank=True, default='', help_text='Allowed Post Logout URIs list, space separated', verbose_name='post logout redirect URIs')),
                ('client_type', models.CharField(choices=[('confidential', 'Confidential'), ('public', 'Public')], max_length=32, verbose_name='client type')),
                ('authorization_grant_type', models.CharField(choices=[('authorization-code', 'Authorization code'), ('urn:ietf:params:oauth:grant-type:device_code', 'Device Code'), ('implicit', 'Implicit'), ('password', 'Resource owner password-based'), ('client-credentials', 'Client credentials'), ('openid-hybrid', 'OpenID connect hybrid')], max_length=44, verbose_name='authorization grant type')),
                ('client_secret', oauth2_provider.models.ClientSecretField(blank=True, db_index=True, default=oauth2_provider.generators.generate_client_secret, help_text='Client secret for authentication', max_length=255, verbose_name='client secret')),
                ('hash_client_secret', models.BooleanField(default=True, verbose_name='hash client secret')),
                ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                ('skip_authorization', models.BooleanField(default=False, verbose_name='skip authorization')),
                ('created', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('algorithm', models.CharField(blank=True, choices=[('', 'No OIDC support'), ('RS256', 'RSA with SHA-2 256'), ('HS256', 'HMAC with SHA-2 256')], default='', max_length=5, verbose_name='algorithm')),
                ('allowed_origins', models.TextField(blank=True, default='', help_text='Allowed origins list to enable CORS, space separated', verbose_name='allowed origins')),
                ('registration_source', models.CharField(choices=[('manual', 'Manual'), ('dcr', 'Dynamic Client Registration'), ('cimd', 'Client ID Metadata Document')], default='manual', help_text='How this application was registered (manual, DCR per RFC 7591, or CIMD)', max_length=32, verbose_name='registration source')),
                ('cimd_expires_at', models.DateTimeField(blank=True, default=None, help_text='When the cached Client ID Metadata Document should be re-fetched', null=True, verbose_name='CIMD expires at')),
                ('source', models.SlugField(max_length=64, unique=True, verbose_name='source')),
                ('scopes', models.TextField(verbose_name='scopes')),
                ('frame_ancestors', models.CharField(blank=True, help_text='https://crm.example.org, with spaces between; empty: no panel', max_length=1000, verbose_name='sites that may frame the lookup panel')),
                ('networks', models.CharField(blank=True, help_text='203.0.113.7 198.51.100.0/24, with spaces between; empty: from anywhere', max_length=1000, verbose_name='networks that it calls from')),
                ('expires_at', models.DateTimeField(blank=True, help_text='Empty: until it is deleted', null=True, verbose_name='valid until')),
                ('old_secret', models.CharField(blank=True, editable=False, max_length=255)),
                ('old_secret_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='old secret valid until')),
                ('brands', models.ManyToManyField(blank=True, to='complaints.brand', verbose_name='brands')),
                ('regions', models.ManyToManyField(blank=True, to='complaints.region', verbose_name='regions')),
            ],
            options={
                'verbose_name': 'API client',
                'verbose_name_plural': 'API clients',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('old_secret', ''), ('old_secret_until', None)), models.Q(models.Q(('old_secret', ''), _negated=True), ('old_secret_until__isnull', False)), _connector='OR'), name='client_old_secret_has_an_end')],
            },
        ),
        migrations.CreateModel(
            name='AuditReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='complaints.brand', verbose_name='brand')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='complaints.region', verbose_name='region')),
                ('zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('as_of', models.DateTimeField(verbose_name='as known on')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('language', models.CharField(max_length=2, verbose_name='language')),
                ('figures', models.TextField(verbose_name='figures')),
                ('page', models.TextField(verbose_name='page')),
                ('sha256', models.CharField(max_length=64, verbose_name='checksum')),
                ('signature', models.CharField(max_length=64, verbose_name='signature')),
            ],
            options={
                'verbose_name': 'report of the audit',
                'verbose_name_plural': 'reports of the audit',
                'indexes': [models.Index(fields=['-month', '-id'], name='report_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('by', None)), fields=('month', 'brand', 'region'), name='report_made_by_itself_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='report_of_a_whole_month')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalPhrase',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('part', models.CharField(choices=[('unsure', 'place not known'), ('working', 'worked on'), ('outage', 'outage'), ('works', 'planned works'), ('fixed', 'fixed lately'), ('near', 'spot near by'), ('no_coverage', 'no coverage'), ('works_soon', 'works announced'), ('outdoors_only', 'outdoors only'), ('nothing', 'nothing known'), ('term', 'and then: the term'), ('works_term', 'and then: the end of works'), ('no_term', 'and then: no term yet'), ('term_passed', 'and then: the term has passed'), ('cause', 'and then: the cause'), ('try_again', 'and then: please try again')], max_length=13, verbose_name='what is said')),
                ('own', models.BooleanField(default=False, help_text='Off: what agents say.', verbose_name="on the customer's own page")),
                ('text_ru', models.CharField(max_length=300, verbose_name='text in Russian')),
                ('text_en', models.CharField(max_length=300, verbose_name='text in English')),
                ('brand', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.brand', verbose_name='brand')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical words of a brand',
                'verbose_name_plural': 'historical what agents say',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('at', models.DateTimeField(db_index=True, verbose_name='when')),
                ('subject', models.CharField(db_index=True, max_length=100, verbose_name='whose')),
                ('field', models.CharField(max_length=50, verbose_name='what')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'look at personal data',
                'verbose_name_plural': 'looks at personal data',
                'permissions': [('reveal_personal_data', 'Can reveal personal data, with a reason'), ('use_lookup', 'Can look addresses up for callers'), ('view_figures', 'Can see the figures')],
                'indexes': [models.Index(fields=['by', 'at'], name='look_by')],
            },
        ),
        migrations.CreateModel(
            name='CallCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                ('day', models.DateField(verbose_name='day')),
                ('method', models.CharField(max_length=7, verbose_name='method')),
                ('route', models.CharField(max_length=100, verbose_name='endpoint')),
                ('status', models.PositiveSmallIntegerField(verbose_name='answer')),
                ('times', models.PositiveIntegerField(verbose_name='times')),
                ('last_at', models.DateTimeField(verbose_name='last')),
            ],
            options={
                'verbose_name': 'calls of a client',
                'verbose_name_plural': 'calls of clients',
                'indexes': [models.Index(fields=['client', '-last_at'], name='calls_last'), models.Index(fields=['day'], name='calls_day')],
                'constraints': [models.UniqueConstraint(fields=('client', 'day', 'method', 'route', 'status'), name='calls_once')],
            },
        ),
    ]
