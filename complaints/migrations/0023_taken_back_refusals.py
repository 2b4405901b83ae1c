import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0022_proven_senders'),
    ]

    operations = [
        migrations.CreateModel(
            name='TakenBackRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('service', "news of one's own complaint"), ('survey', 'surveys'), ('marketing', 'offers and gifts')], max_length=9, verbose_name='purpose')),
                ('refused_at', models.DateTimeField(verbose_name='refused at')),
                ('told_by', models.CharField(max_length=20, verbose_name='told by')),
                ('at', models.DateTimeField(verbose_name='taken back at')),
                ('by', models.CharField(max_length=100, verbose_name='taken back by')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken_back_refusals', to='complaints.customer')),
            ],
            options={
                'verbose_name': 'refusal that was taken back',
                'verbose_name_plural': 'refusals that were taken back',
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['service', 'survey', 'marketing'])), name='takenbackrefusal_purpose')],
            },
        ),
    ]
