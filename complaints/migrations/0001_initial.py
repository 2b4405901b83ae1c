import complaints.customers.personal
import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import simple_history.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(
        ),
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
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
            },
        ),
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
            ],
            options={
                'verbose_name': 'brand',
                'verbose_name_plural': 'brands',
            },
        ),
        migrations.CreateModel(
            name='HistoricalPlacedAddress',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('address_index', models.BinaryField(db_index=True, null=True)),
                ('point', django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name='point')),
                ('precision', models.CharField(choices=[('house', 'house'), ('street', 'street'), ('locality', 'locality')], max_length=8, verbose_name='precision')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical address placed by a person',
                'verbose_name_plural': 'historical addresses placed by a person',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HouseSubscribers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveIntegerField(verbose_name='subscribers')),
                ('crm_ids', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
            ],
            options={
                'verbose_name': 'subscribers of a house',
                'verbose_name_plural': 'subscribers of houses',
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
            name='PlacedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_index', models.BinaryField(null=True, unique=True)),
                ('point', django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name='point')),
                ('precision', models.CharField(choices=[('house', 'house'), ('street', 'street'), ('locality', 'locality')], max_length=8, verbose_name='precision')),
                ('at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'address placed by a person',
                'verbose_name_plural': 'addresses placed by a person',
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
            name='Street',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('key', models.CharField(max_length=200)),
                ('kind', models.CharField(blank=True, max_length=20)),
                ('point', django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name='point')),
            ],
            options={
                'verbose_name': 'street',
                'verbose_name_plural': 'streets',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['key'], name='street_alike', opclasses=['gin_trgm_ops'])],
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
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.brand', verbose_name='brand')),
            ],
            options={
                'verbose_name': 'customer',
                'verbose_name_plural': 'customers',
                'indexes': [models.Index(fields=['phone_index'], name='customer_phone'), models.Index(fields=['email_index'], name='customer_email')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'crm_id'), name='customer_once_per_brand'), models.CheckConstraint(condition=models.Q(('ltv__gte', 0)), name='customer_ltv'), models.CheckConstraint(condition=models.Q(('churn_risk__gte', 0), ('churn_risk__lte', 1)), name='customer_churn_risk')],
            },
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=64, verbose_name='source')),
                ('external_id', models.CharField(max_length=100, verbose_name='external id')),
                ('fingerprint', models.BinaryField()),
                ('channel', models.CharField(choices=[('call', 'call'), ('email', 'e-mail'), ('web_form', 'web form'), ('account', 'personal account'), ('shop', 'shop'), ('social', 'social media')], max_length=10, verbose_name='channel')),
                ('text', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='text')),
                ('occurred_at', models.DateTimeField(verbose_name='occurred at')),
                ('received_at', models.DateTimeField(db_index=True, verbose_name='received at')),
                ('address', complaints.customers.personal.EncryptedTextField(blank=True, null=True, verbose_name='address')),
                ('address_index', models.BinaryField(null=True)),
                ('placing', models.CharField(choices=[('waiting', 'waiting for the geocoder'), ('placed', 'on the map'), ('review', 'to be placed by a person')], default='waiting', max_length=8, verbose_name='placing')),
                ('point', django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326, verbose_name='point')),
                ('precision', models.CharField(blank=True, choices=[('house', 'house'), ('street', 'street'), ('locality', 'locality')], max_length=8, verbose_name='precision')),
                ('match_score', models.FloatField(blank=True, null=True, verbose_name='match score')),
                ('placed_at', models.DateTimeField(blank=True, null=True, verbose_name='placed at')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='resolved at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('corrected_at', models.DateTimeField(blank=True, null=True, verbose_name='corrected at')),
                ('corrections', models.PositiveIntegerField(db_default=0, default=0, verbose_name='corrections')),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.brand', verbose_name='brand')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='complaints.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'complaint',
                'verbose_name_plural': 'complaints',
                'indexes': [models.Index(condition=models.Q(('placing', 'waiting')), fields=['received_at', 'id'], name='complaint_to_geocode'), models.Index(condition=models.Q(('placing', 'review')), fields=['received_at', 'id'], name='complaint_to_review'), models.Index(condition=models.Q(('placing', 'review')), fields=['address_index'], name='complaint_same_address'), models.Index(condition=models.Q(('corrected_at__isnull', False)), fields=['corrected_at'], name='complaint_corrected')],
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id'), name='complaint_once_per_source'), models.CheckConstraint(condition=models.Q(models.Q(('placing', 'placed'), _negated=True), models.Q(('placed_at__isnull', False), ('point__isnull', False), models.Q(('precision', ''), _negated=True)), _connector='OR'), name='complaint_placed_has_a_point')],
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
                'indexes': [],
                'constraints': [],
            },
            bases=('complaints.complaint',),
        ),
    ]
