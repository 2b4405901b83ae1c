from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0017_coarse_places_of_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='kept',
            field=models.PositiveSmallIntegerField(choices=[(0, 'everything'), (1, 'the words; of the place 100 m'), (2, 'nothing of a person; of the place 100 m')], db_default=0, default=0, verbose_name='kept'),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='placing',
            field=models.CharField(choices=[('waiting', 'waiting for the geocoder'), ('placed', 'on the map'), ('review', 'to be placed by a person'), ('nowhere', 'nowhere: its address is known no more')], default='waiting', max_length=8, verbose_name='placing'),
        ),
        AddConstraintNotValid(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(('kept', 0), models.Q(('address', None), ('address_index', None), models.Q(('precision', 'house'), _negated=True)), _connector='OR'), name='complaint_of_no_house'),
        ),
        AddConstraintNotValid(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kept', 2), _negated=True), ('text', None), _connector='OR'), name='complaint_without_words'),
        ),
    ]
