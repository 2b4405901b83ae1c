"""Reactions and terms are asked why they are late, too; the table stays where it was."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('spots', '0019_heat_by_day'),
    ]

    operations = [
        migrations.AlterModelTable(name='latefix', table='spots_latefix'),
        migrations.RenameModel('LateFix', 'LateReasonGiven'),
        migrations.AlterModelOptions(
            name='latereason',
            options={'verbose_name': 'reason for being late', 'verbose_name_plural': 'reasons for being late'},
        ),
        migrations.AlterModelOptions(
            name='latereasongiven',
            options={'verbose_name': 'reason given for being late', 'verbose_name_plural': 'reasons given for being late'},
        ),
        migrations.AlterField(
            model_name='latereasongiven',
            name='clock',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='late_reasons', to='spots.clock'),
        ),
        migrations.AlterField(
            model_name='latereasongiven',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='late_reason', to='spots.event'),
        ),
        migrations.AlterField(
            model_name='latereasongiven',
            name='reason',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='given', to='spots.latereason', verbose_name='reason'),
        ),
    ]
