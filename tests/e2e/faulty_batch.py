"""A batch and those who are told by it: half of them rather once, half of them rather twice."""

from django.db.models import F
from django.db.models.functions import Mod
from django.utils import timezone

from complaints.models import Customer
from feedback.models import Template
from heatmaps_project.bench.messages import filling
from heatmaps_project.models import User
from tests.e2e.conftest import PASSWORD

WATCHER = "watcher"


def fill(customers: int) -> None:
    """Fill an empty database; what is due goes as soon as a worker looks."""
    filling.fill(customers, now=timezone.now())
    english = Customer.objects.annotate(half=Mod(F("pk"), 2)).filter(half=1)
    english.update(language="en")
    Template.objects.create(
        reason="fixed",
        channel="sms",
        language="en",
        body="It is fixed: {link}",
        when_unsure="twice",
    )
    watcher = User.objects.create_user(
        username=WATCHER, password=PASSWORD, role="supervisor", is_staff=True, language="en"
    )
    customer = Customer.objects.select_related("brand").first()
    watcher.brands.add(customer.brand)
    watcher.regions.set([one.region for one in customer.complaint_set.select_related("region")])
