from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0025_places_of_a_brand")]

    operations = [
        migrations.AddField(
            "optout", "by_text_at", models.DateTimeField(editable=False, null=True)
        ),
    ]
