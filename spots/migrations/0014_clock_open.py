"""What is promised and not done, by when: missed ones too, which `clock_due` leaves out."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False  # or the index could not be made while others write
    dependencies = [("spots", "0013_measurements")]
    operations = [
        AddIndexConcurrently(
            "clock",
            models.Index(
                fields=["due_at", "id"],
                condition=Q(satisfied_at=None, stopped_at=None),
                name="clock_open",
            ),
        )
    ]
