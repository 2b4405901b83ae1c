from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # rows come in while the index is built

    dependencies = [
        ('feedback', '0025_messages_of_age'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='incomingtext',
            index=models.Index(condition=models.Q(('address__isnull', False), ('text__isnull', False), _connector='OR'), fields=['received_at'], name='text_of_age'),
        ),
    ]
