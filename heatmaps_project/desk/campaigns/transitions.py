"""What callers said to offers: the first word of each stands."""

from datetime import datetime

from complaints.customers.models import Customer
from heatmaps_project.accounts.models import User
from heatmaps_project.desk.campaigns.models import Answer, Campaign, CampaignAnswer


def answer(
    campaign: Campaign, customer: Customer, *, said: Answer, by: User, now: datetime
) -> CampaignAnswer:
    row = {"answer": said, "by": by, "at": now}
    return CampaignAnswer.objects.get_or_create(campaign=campaign, customer=customer, defaults=row)[
        0
    ]
