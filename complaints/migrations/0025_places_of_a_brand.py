import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Of a place whose complaint is gone nothing says whose it was, but where there is one brand only.
OF_THEIR_BRANDS = """
    SET CONSTRAINTS ALL IMMEDIATE;
    UPDATE complaints_placedaddress AS placed SET brand_id = complaint.brand_id
    FROM complaints_complaint AS complaint WHERE complaint.id = placed.complaint_id;
    UPDATE complaints_placedaddress SET brand_id = (SELECT min(id) FROM complaints_brand)
    WHERE brand_id IS NULL AND 1 = (SELECT count(*) FROM complaints_brand);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0024_answers_to_strangers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalplacedaddress',
            name='brand',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.brand', verbose_name='brand'),
        ),
        migrations.AddField(
            model_name='placedaddress',
            name='brand',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='complaints.brand', verbose_name='brand'),
        ),
        migrations.RunSQL(OF_THEIR_BRANDS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='historicalplacedaddress',
            name='address_index',
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name='placedaddress',
            name='address_index',
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name='placedaddress',
            constraint=models.UniqueConstraint(fields=('address_index', 'brand'), name='placed_once_by_brand'),
        ),
    ]
