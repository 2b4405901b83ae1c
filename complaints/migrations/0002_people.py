import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # Installations from before the first release have these instead.
    replaces = [
        ("complaints", "0002_addresses"),
        ("complaints", "0003_corrections"),
        ("complaints", "0004_churn_risk"),
        ("complaints", "0005_house_subscribers"),
        ("complaints", "0006_metres_of_a_region"),
    ]

    dependencies = [
        ('complaints', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalplacedaddress',
            name='by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='historicalplacedaddress',
            name='complaint',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.complaint', verbose_name='complaint'),
        ),
        migrations.AddField(
            model_name='historicalplacedaddress',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='housesubscribers',
            name='address',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscribers_by_brand', to='complaints.address', verbose_name='address'),
        ),
        migrations.AddField(
            model_name='housesubscribers',
            name='brand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.brand', verbose_name='brand'),
        ),
        migrations.AddField(
            model_name='placedaddress',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='placedaddress',
            name='complaint',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='complaints.complaint', verbose_name='complaint'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='complaints.region', verbose_name='region'),
        ),
        migrations.AddField(
            model_name='street',
            name='locality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.locality', verbose_name='locality'),
        ),
        migrations.AddField(
            model_name='address',
            name='street',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.street', verbose_name='street'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='complaints.topic', verbose_name='topic'),
        ),
        migrations.AddConstraint(
            model_name='housesubscribers',
            constraint=models.UniqueConstraint(fields=('brand', 'address'), name='house_once_per_brand'),
        ),
        migrations.AddConstraint(
            model_name='street',
            constraint=models.UniqueConstraint(fields=('key', 'locality', 'kind'), name='street_once'),
        ),
        migrations.AddIndex(
            model_name='address',
            index=models.Index(fields=['street', 'number'], name='address_by_number'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(fields=('street', 'house_key'), name='address_once'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('placing', 'placed')), fields=['region', 'brand', 'received_at', 'id'], name='complaint_of_region'),
        ),
    ]
