import complaints.customers.personal
import complaints.events.folding
import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.operations
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('colour', models.CharField(db_default='#b3261e', default='#b3261e', help_text="Of customers' own pages; white letters stand on it: #b3261e", max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Six hexadecimal digits: #b3261e')], verbose_name='colour')),
            ],
            options={
                'verbose_name': 'brand',
                'verbose_name_plural': 'brands',
            },
        ),
        migrations.CreateModel(
            name='Locality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('point', django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name='point')),
            ],
            options={
                'verbose_name': 'locality',
                'verbose_name_plural': 'localities',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['key'], name='locality_alike', opclasses=['gin_trgm_ops'])],
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ru', models.CharField(max_length=200, verbose_name='name in Russian')),
                ('name_en', models.CharField(max_length=200, verbose_name='name in English')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('outline', django.contrib.gis.db.models.fields.MultiPolygonField(srid=4326, verbose_name='outline')),
                ('time_zone', models.CharField(default='Europe/Moscow', max_length=64, verbose_name='time zone')),
                ('metres_from', django.contrib.gis.db.models.fields.PointField(editable=False, null=True, spatial_index=False, srid=4326)),
            ],
            options={
                'verbose_name': 'region',
                'verbose_name_plural': 'regions',
            },
        ),
        migrations.CreateModel(
            name='SentKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=255)),
                ('digest', models.BinaryField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'key of a request',
                'verbose_name_plural': 'keys of requests',
                'indexes': [models.Index(fields=['at'], name='key_at')],
                'constraints': [models.UniqueConstraint(fields=('source', 'key'), name='key_once_per_source')],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ru', models.CharField(max_length=200, verbose_name='name in Russian')),
                ('name_en', models.CharField(max_length=200, verbose_name='name in English')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('severity', models.PositiveSmallIntegerField(default=3, verbose_name='severity')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'constraints': [models.CheckConstraint(condition=models.Q(('severity__gte', 1), ('severity__lte', 5)), name='topic_severity')],
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.brand', verbose_name='brand')),
                ('crm_id', models.CharField(max_length=100, verbose_name='customer id')),
                ('phone', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='phone')),
                ('phone_index', models.BinaryField(null=True)),
                ('email', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='e-mail')),
                ('email_index', models.BinaryField(null=True)),
                ('segment', models.CharField(blank=True, max_length=32, verbose_name='segment')),
                ('ltv', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='lifetime value')),
                ('churn_risk', models.FloatField(null=True, verbose_name='risk of leaving')),
                ('language', models.CharField(default='ru', max_length=2, verbose_name='language')),
                ('described_at', models.DateTimeField(verbose_name='described at')),
            ],
            options={
                'verbose_name': 'customer',
                'verbose_name_plural': 'customers',
                'indexes': [models.Index(fields=['phone_index'], name='customer_phone'), models.Index(fields=['email_index'], name='customer_email'), models.Index(fields=['segment'], name='customer_segment')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'crm_id'), name='customer_once_per_brand'), models.CheckConstraint(condition=models.Q(('ltv__gte', 0)), name='customer_ltv'), models.CheckConstraint(condition=models.Q(('churn_risk__gte', 0), ('churn_risk__lte', 1)), name='customer_churn_risk')],
            },
        ),
        migrations.CreateModel(
            name='Street',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.locality', verbose_name='locality')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('key', models.CharField(max_length=200)),
                ('kind', models.CharField(blank=True, max_length=20)),
                ('point', django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name='point')),
            ],
            options={
                'verbose_name': 'street',
                'verbose_name_plural': 'streets',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['key'], name='street_alike', opclasses=['gin_trgm_ops'])],
                'constraints': [models.UniqueConstraint(fields=('key', 'locality', 'kind'), name='street_once')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('street', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.street', verbose_name='street')),
                ('house', models.CharField(max_length=40, verbose_name='house')),
                ('house_key', models.CharField(max_length=40)),
                ('number', models.PositiveIntegerField(editable=False)),
                ('postcode', models.CharField(blank=True, max_length=10, verbose_name='postcode')),
                ('point', django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name='point')),
                ('subscribers', models.PositiveIntegerField(default=0, verbose_name='subscribers')),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
                'indexes': [models.Index(fields=['street', 'number'], name='address_by_number')],
                'constraints': [models.UniqueConstraint(fields=('street', 'house_key'), name='address_once')],
            },
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.brand', verbose_name='brand')),
                ('source', models.CharField(max_length=64, verbose_name='source')),
                ('external_id', models.CharField(max_length=100, verbose_name='external id')),
                ('fingerprint', models.BinaryField()),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='complaints.customer', verbose_name='customer')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.topic', verbose_name='topic')),
                ('channel', models.CharField(choices=[('call', 'call'), ('email', 'e-mail'), ('web_form', 'web form'), ('account', 'personal account'), ('shop', 'shop'), ('social', 'social media')], max_length=10, verbose_name='channel')),
                ('text', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='text')),
                ('occurred_at', models.DateTimeField(verbose_name='occurred at')),
                ('received_at', models.DateTimeField(db_index=True, verbose_name='received at')),
                ('tell', models.BooleanField(db_default=True, default=True, verbose_name='wants to be told')),
                ('address', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='address')),
                ('address_index', models.BinaryField(null=True)),
                ('placing', models.CharField(choices=[('waiting', 'waiting for the geocoder'), ('placed', 'on the map'), ('review', 'to be placed by a person')], default='waiting', max_length=8, verbose_name='placing')),
                ('point', django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326, verbose_name='point')),
                ('precision', models.CharField(blank=True, choices=[('house', 'house'), ('street', 'street'), ('locality', 'locality')], max_length=8, verbose_name='precision')),
                ('match_score', models.FloatField(blank=True, null=True, verbose_name='match score')),
                ('placed_at', models.DateTimeField(blank=True, null=True, verbose_name='placed at')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='complaints.region', verbose_name='region')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='resolved at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('corrected_at', models.DateTimeField(blank=True, null=True, verbose_name='corrected at')),
                ('corrections', models.PositiveIntegerField(db_default=0, default=0, verbose_name='corrections')),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'complaint',
                'verbose_name_plural': 'complaints',
                'indexes': [models.Index(condition=models.Q(('placing', 'waiting')), fields=['received_at', 'id'], name='complaint_to_geocode'), models.Index(condition=models.Q(('placing', 'review')), fields=['received_at', 'id'], name='complaint_to_review'), models.Index(condition=models.Q(('placing', 'review')), fields=['address_index'], name='complaint_same_address'), models.Index(condition=models.Q(('placing', 'placed')), fields=['region', 'brand', 'received_at', 'id'], name='complaint_of_region'), models.Index(fields=['external_id'], name='complaint_by_external_id'), models.Index(condition=models.Q(('corrected_at__isnull', False)), fields=['corrected_at'], name='complaint_corrected'), models.Index(fields=['changed_at', 'id'], name='complaint_changed')],
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id'), name='complaint_once_per_source'), models.CheckConstraint(condition=models.Q(models.Q(('placing', 'placed'), _negated=True), models.Q(('placed_at__isnull', False), ('point__isnull', False), models.Q(('precision', ''), _negated=True)), _connector='OR'), name='complaint_placed_has_a_point')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to='complaints.customer')),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=64)),
                ('complaints', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures',
            },
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opt_outs', to='complaints.customer')),
                ('purpose', models.CharField(choices=[('service', "news of one's own complaint"), ('survey', 'surveys'), ('marketing', 'offers and gifts')], max_length=9, verbose_name='purpose')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('told_by', models.CharField(max_length=20, verbose_name='told by')),
            ],
            options={
                'verbose_name': 'opt-out',
                'verbose_name_plural': 'opt-outs',
                'constraints': [models.UniqueConstraint(fields=('customer', 'purpose'), name='optout_once'), models.CheckConstraint(condition=models.Q(('purpose__in', ['service', 'survey', 'marketing'])), name='optout_purpose')],
            },
        ),
        migrations.CreateModel(
            name='ComplaintEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='told_events', to='complaints.complaint')),
                ('source', models.CharField(max_length=64)),
                ('event_id', models.CharField(max_length=100)),
                ('type', models.CharField(choices=[(complaints.events.folding.EventType['CORRECTED'], complaints.events.folding.EventType['CORRECTED']), (complaints.events.folding.EventType['WITHDRAWN'], complaints.events.folding.EventType['WITHDRAWN']), (complaints.events.folding.EventType['CLOSED'], complaints.events.folding.EventType['CLOSED']), (complaints.events.folding.EventType['REOPENED'], complaints.events.folding.EventType['REOPENED']), (complaints.events.folding.EventType['COMMENT'], complaints.events.folding.EventType['COMMENT'])], max_length=9)),
                ('occurred_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('said', complaints.customers.personal.EncryptedTextField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'event of a complaint',
                'verbose_name_plural': 'events of complaints',
                'constraints': [models.UniqueConstraint(fields=('source', 'event_id'), name='complaint_event_once_per_source'), models.CheckConstraint(condition=models.Q(('type__in', [complaints.events.folding.EventType['CORRECTED'], complaints.events.folding.EventType['WITHDRAWN'], complaints.events.folding.EventType['CLOSED'], complaints.events.folding.EventType['REOPENED'], complaints.events.folding.EventType['COMMENT']])), name='complaint_event_type')],
            },
        ),
        migrations.CreateModel(
            name='HouseSubscribers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.brand', verbose_name='brand')),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscribers_by_brand', to='complaints.address', verbose_name='address')),
                ('people', models.PositiveIntegerField(verbose_name='subscribers')),
                ('crm_ids', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
            ],
            options={
                'verbose_name': 'subscribers of a house',
                'verbose_name_plural': 'subscribers of houses',
                'constraints': [models.UniqueConstraint(fields=('brand', 'address'), name='house_once_per_brand')],
            },
        ),
        migrations.CreateModel(
            name='UnplacedComplaint',
            fields=[
            ],
            options={
                'verbose_name': 'complaint to place',
                'verbose_name_plural': 'complaints to place',
                'permissions': [('place_complaint', 'Can put complaints on the map')],
                'proxy': True,
                'default_permissions': (),
            },
            bases=('complaints.complaint',),
        ),
    ]
