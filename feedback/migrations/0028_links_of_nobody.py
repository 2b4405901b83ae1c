from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0027_steps_of_age'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='message',
            options={
                'permissions': [('resend_message', 'Can send a message again')],
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
            },
        ),
    ]
