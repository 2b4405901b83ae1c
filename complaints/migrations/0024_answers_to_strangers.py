from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0023_taken_back_refusals'),
    ]

    operations = [
        migrations.AddField(
            model_name='onlineanswer',
            name='proven',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
