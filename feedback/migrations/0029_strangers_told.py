from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0028_links_of_nobody'),
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
