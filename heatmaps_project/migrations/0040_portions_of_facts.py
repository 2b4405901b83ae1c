from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("heatmaps_project", "0039_launches_by_region")]

    operations = [
        *(
            migrations.AddField("position", name, models.BigIntegerField(null=True))
            for name in ("front", "front_pk", "again", "again_pk")
        ),
        migrations.AddField("position", "again_since", models.DateTimeField(null=True)),
    ]
