from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0027_steps_of_age'),
    ]

    operations = [
        migrations.AddField(
            model_name='announcement',
            name='left_out',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='announcement',
            name='strangers',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
