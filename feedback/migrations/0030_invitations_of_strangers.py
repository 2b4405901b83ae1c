from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0029_strangers_told'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='of_stranger',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
