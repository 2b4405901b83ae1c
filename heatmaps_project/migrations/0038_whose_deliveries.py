from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("heatmaps_project", "0037_texts_of_own_pages")]

    operations = [
        migrations.AddField("delivery", name, models.BigIntegerField(editable=False, null=True))
        for name in ("of_brand", "of_region")
    ]
