from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0021_customers_of_age'),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='proven',
            field=models.BooleanField(db_default=True, default=True, verbose_name='its sender knows the customer'),
        ),
    ]
