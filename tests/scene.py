"""
A small region in full swing: one row of everything, behind the walls of one brand and region.

The walls, rights and tasks tests look at the same scene, so a table that is added to it is
looked at by all of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db.models import Model

from complaints.customers.personal import blind_index
from complaints.geocoding.models import Address, Locality, PlacedAddress, Region, Street
from complaints.models import Brand, NumberRange
from feedback.models import (
    AlarmRule,
    Gateway,
    GoodwillBudget,
    IncomingText,
    LearntSorting,
    OpeningPolicy,
    Sender,
    SendingRule,
    SortingWord,
    Stop,
    Template,
)
from heatmaps_project.models import (
    AuditReport,
    DigestRule,
    Emergency,
    EmergencyContact,
    Look,
    Phrase,
    RetentionRule,
    Review,
    Unit,
    WallTargets,
)
from spots.models import (
    Attachment,
    Case,
    CertifiedBrand,
    Coverage,
    Firing,
    FixCheck,
    LedgerEntry,
    NetworkEvent,
    Notice,
    PriorityWeights,
    Recomputation,
    RoutingRule,
    Rung,
    SingleRule,
    Site,
    SuggestionOutcome,
)
from spots.sla import transitions as sla
from tests.factories import (
    NOW,
    make_absence,
    make_answer,
    make_api_client,
    make_area_batch,
    make_article,
    make_asked_gift,
    make_attractor,
    make_audit_report,
    make_brand,
    make_campaign,
    make_cause,
    make_certificate,
    make_comment,
    make_complaint,
    make_complaint_import,
    make_criterion,
    make_customer,
    make_delivery,
    make_department,
    make_duty,
    make_emergency,
    make_event,
    make_followup,
    make_gift,
    make_gift_rule,
    make_given,
    make_goodwill_limit,
    make_import,
    make_important_place,
    make_inlet,
    make_insight,
    make_invitation,
    make_late_reason,
    make_launch,
    make_learnt_baseline,
    make_learnt_sorting,
    make_lookup,
    make_message,
    make_online_geocoder,
    make_own_number,
    make_policy,
    make_proposal,
    make_recomputation,
    make_region,
    make_request,
    make_request_kind,
    make_review,
    make_rule,
    make_rung,
    make_spot,
    make_subscription,
    make_survey,
    make_team,
    make_topic,
    make_trial,
    make_user,
    make_watch,
    make_weights,
    make_working_time,
)


@dataclass(frozen=True)
class Scene:
    name: str
    brand: Brand
    region: Region
    point: Point
    file: Attachment  # of the spot's first event
    notice: Notice  # a member's of its team
    alarm: Emergency  # of the brand's in the region
    review: Review  # of a conversation of the brand's in the region
    report: AuditReport  # of the brand in the region
    rows: dict[str, Model]  # a row of each model that has admin pages, by "app_model"

    @property
    def spot(self) -> Case:
        spot = self.rows["spots_spot"]
        assert isinstance(spot, Case)
        return spot


def make_scene(
    name: str = "home",
    *,
    brand: str = "demo",
    region: str = "moscow",
    lon: float = 37.6,
    lat: float = 55.75,
    now: datetime = NOW,
) -> Scene:
    """Rows called `name`, of a brand and a region by their codes."""
    return _filled(name, make_brand(brand), make_region(region, lon=lon, lat=lat), lon, lat, now)


def make_rival() -> Scene:
    """The same, of another brand."""
    return make_scene("rival", brand="rival")


def make_far() -> Scene:
    """The same, of the readers' brand in another region."""
    return make_scene("far", region="far", lon=60.0)


def _filled(
    name: str, brand: Brand, region: Region, lon: float, lat: float, now: datetime
) -> Scene:
    point = Point(lon, lat, srid=4326)
    box = Polygon.from_bbox((lon - 0.02, lat - 0.02, lon + 0.02, lat + 0.02))
    walls = {"brand": brand, "region": region}
    times = {
        "occurred_at": now - timedelta(minutes=30),
        "received_at": now - timedelta(minutes=25),
        "placed_at": now - timedelta(minutes=25),
    }
    customer = make_customer(brand=brand)
    placed = {**walls, **times, "lon": lon, "lat": lat, "customer": customer}
    complaint = make_complaint(**placed)
    unplaced = make_complaint(
        **{
            **placed,
            "placing": "review",
            "point": None,
            "placed_at": None,
            "precision": "",
            "region": None,
        }
    )
    by = make_user("supervisor")
    member = make_user("engineer", everywhere=False, username=f"member of {name}")
    member.brands.add(brand)
    member.regions.add(region)
    team = make_team(f"team-{name}", members=(member,))
    policy = make_policy(order=1 + sum(map(ord, name)), **walls)
    opened = now - timedelta(minutes=20)
    spot = make_spot(
        complaints=[complaint],
        centre=point,
        place=f"place of {name}",
        team=team,
        state="routed",
        opened_at=opened,
        started_at=opened,
        **walls,
    )
    file = Attachment.objects.create(
        event=make_event(spot, "opened", at=opened),
        name="mast.png",
        media_type="image/png",
        size=3,
        content=b"png",
    )
    attributes = {"brand_id": brand.pk, "region_id": region.pk, "topic_id": spot.topic_id}
    clocks = sla.start(case_id=spot.pk, band=1, now=opened, **attributes)
    rung = Rung.objects.first() or make_rung(50)
    firing = Firing.objects.create(
        clock=clocks[-1], rung=rung, due_version=1, reached_at=now, fired_at=now
    )
    notice = Notice.objects.create(
        firing=firing, user=member, state="told", due_at=now, told_at=now
    )
    fixed = make_spot(
        complaints=[make_complaint(**placed)],
        centre=point,
        place=f"place of {name}",
        state="fixed",
        fixed_at=now,
        cause=make_cause(),
        **walls,
    )
    single = make_spot(
        kind="single",
        complaints=[make_complaint(**placed)],
        centre=point,
        outline=None,
        place=f"place of {name}",
        opened_at=opened,
        started_at=opened,
        **walls,
    )
    fix = make_event(fixed, at=now)
    invitation = make_invitation(case=fixed, customer=customer)
    message = make_message(
        case=fixed, customer=customer, invitation=invitation, event=fix, planned_at=now, due_at=now
    )
    rule = RoutingRule.objects.create(order=policy.order, team=team, **walls)
    rule.topics.add(make_topic())
    detection = make_rule(f"rule-{name}", **walls)
    trial = make_trial(detection, by=by, made_at=now, state="done", finished_at=now, **walls)
    site = Site.objects.create(
        brand=brand, code=f"site-{name}", name=f"site of {name}", point=point, technologies=["4G"]
    )
    works = NetworkEvent.objects.create(
        brand=brand, kind="works", title=f"works of {name}", area=box, starts_at=now
    )
    coverage = Coverage.objects.create(
        brand=brand,
        technology="4G",
        level="outdoor",
        area=MultiPolygon(box),
        valid_from=now.date(),
        source=name,
    )
    looks = {"by": by, "at": now, "field": "phone", "reason": "call back"}
    hook = make_subscription(client=make_api_client(f"hook-{name}"))
    rows: dict[str, Model] = {
        "complaints_address": _address(name, point),
        "complaints_brand": brand,
        "complaints_complaint": complaint,
        "complaints_complaintimport": make_complaint_import(brand=brand, by=by),
        "complaints_customer": customer,
        "complaints_onlinegeocoder": make_online_geocoder(brand=brand),
        "complaints_placedaddress": PlacedAddress.objects.create(
            brand=brand, complaint=complaint, point=point, precision="house", by=by, at=now
        ),
        "complaints_region": region,
        "complaints_numberrange": NumberRange.objects.get_or_create(
            first=79000000000, last=79000061999, time_zone="Europe/Moscow"
        )[0],
        "complaints_ownnumber": make_own_number(f"+7999000{len(name):04d}"),
        "complaints_topic": make_topic(),
        "complaints_unplacedcomplaint": unplaced,
        "feedback_announcement": make_area_batch(spot, by=by, begun_at=now),
        "feedback_answer": make_answer(invitation=invitation),
        "feedback_alarmrule": AlarmRule.objects.get_or_create(pk=1)[0],
        "feedback_comment": make_comment(invitation=invitation),
        "feedback_followup": make_followup(invitation=invitation),
        "feedback_department": make_department(),
        "feedback_gift": (gift := make_gift(f"gift of {name}", brand=brand)),
        "feedback_given": make_given(gift=gift, customer=customer, region=region),
        "feedback_askedgift": make_asked_gift(
            gift=gift, customer=customer, brand=brand, region=region, by=by
        ),
        "heatmaps_project_campaign": make_campaign(brand=brand),
        "heatmaps_project_requestkind": (kind := make_request_kind(brand=brand)),
        "heatmaps_project_servicerequest": make_request(kind=kind, customer=customer, by=by),
        "feedback_giftrule": make_gift_rule(f"birthday-{name}", brand=brand),
        "feedback_goodwillbudget": GoodwillBudget.objects.get_or_create(
            brand=brand, defaults={"money": 10_000}
        )[0],
        "feedback_goodwilllimit": make_goodwill_limit("agent"),
        "feedback_insight": make_insight(**walls, title=f"wish of {name}"),
        "feedback_learntsorting": LearntSorting.objects.first() or make_learnt_sorting(now=now),
        "feedback_gateway": Gateway.objects.create(
            name=f"centre-{name}", kind="console", address="console:", brand=brand, active=False
        ),
        "feedback_sender": Sender.objects.get_or_create(
            brand=brand, purpose="survey", sender="0651"
        )[0],
        "feedback_stop": Stop.objects.create(
            brand=brand,
            gateway="none",
            why=f"why of {name}",
            pulled_by=by,
            pulled_at=now,
        ),
        "feedback_sendingrule": SendingRule.objects.get_or_create(pk=1)[0],
        "feedback_sortingword": SortingWord.objects.get_or_create(label="price", stem="цен")[0],
        "feedback_invitation": invitation,
        "feedback_incomingtext": IncomingText.objects.create(
            gateway="none",
            address=customer.phone,
            address_index=blind_index(customer.phone),
            sender="0650",
            text=f"text of {name}",
            received_at=now,
            meaning="unclear",
            invitation=invitation,
        ),
        "feedback_message": message,
        "feedback_survey": make_survey("touch", name=f"survey of {name}", brand=brand),
        "feedback_openingpolicy": OpeningPolicy.objects.get_or_create(brand=brand, band=1)[0],
        "feedback_template": Template.objects.get_or_create(
            reason="fixed", channel="sms", language="ru", brand=brand, defaults={"body": "{link}"}
        )[0],
        "heatmaps_project_apiclient": make_api_client(f"crm-{name}"),
        "heatmaps_project_delivery": make_delivery(hook),
        "heatmaps_project_subscription": hook,
        "heatmaps_project_inlet": make_inlet(brand=brand, source=f"inlet-{name}"),
        "heatmaps_project_look": Look.objects.create(subject=f"customer {customer.pk}", **looks),
        "heatmaps_project_article": make_article(brand=brand, title_en=f"article of {name}"),
        "heatmaps_project_emergencycontact": EmergencyContact.objects.get_or_create(
            name_ru="103", name_en="103", phone="103"
        )[0],
        "heatmaps_project_launch": make_launch(
            name=f"launch of {name}", brand=brand, starts_on=now.date()
        ),
        "heatmaps_project_criterion": make_criterion(),
        "heatmaps_project_phrase": Phrase.objects.get_or_create(
            brand=brand, part="cause", defaults={"text_ru": "{cause}", "text_en": "{cause}"}
        )[0],
        "heatmaps_project_proposal": make_proposal(point=point, now=now, **walls),
        "heatmaps_project_lookup": make_lookup(by, at=now, case=spot, **walls),
        "heatmaps_project_digestrule": DigestRule.objects.get_or_create(
            role="supervisor", cadence="daily", about="region"
        )[0],
        "heatmaps_project_unit": Unit.objects.get_or_create(name="all", parent=None)[0],
        "heatmaps_project_retentionrule": RetentionRule.objects.get_or_create(brand=None)[0],
        "heatmaps_project_user": by,
        "heatmaps_project_walltargets": WallTargets.objects.get_or_create(pk=1)[0],
        "spots_absence": make_absence(member, now=now),
        "spots_attractor": make_attractor(**walls, lon=lon, lat=lat),
        "spots_cause": make_cause(),
        "spots_certificate": make_certificate(member, brand=brand),
        "spots_certifiedbrand": CertifiedBrand.objects.get_or_create(
            brand=brand, defaults={"active": False}
        )[0],
        "spots_clock": clocks[-1],
        "spots_coverage": coverage,
        "spots_detectionrule": detection,
        "spots_duty": make_duty(member),
        "spots_event": fix,
        "spots_firing": firing,
        "spots_fixcheck": FixCheck.objects.get_or_create(pk=1)[0],
        "spots_importantplace": make_important_place(
            name=f"hospital of {name}", brand=brand, point=point
        ),
        "spots_import": make_import(brand=brand, by=by),
        "spots_ladder": rung.ladder,
        "spots_latereason": make_late_reason(),
        "spots_learntbaseline": make_learnt_baseline(watch=make_watch(**walls)),
        "spots_ledgerentry": LedgerEntry.objects.filter(clock=clocks[-1])[0],
        "spots_networkevent": works,
        "spots_policy": policy,
        "spots_priorityweights": PriorityWeights.objects.first() or make_weights(),
        "spots_recomputation": Recomputation.objects.first() or make_recomputation(now=now),
        "spots_routingrule": rule,
        "spots_singlecase": single,
        "spots_singlerule": SingleRule.objects.get_or_create(pk=1)[0],
        "spots_site": site,
        "spots_spot": spot,
        "spots_suggestionoutcome": SuggestionOutcome.objects.create(
            event=make_event(fixed, "noted", at=now, facts={"cause": make_cause().pk}),
            chosen=make_cause(),
            first=make_cause(),
            sign="outage",
            score=0.9,
            place=1,
        ),
        "spots_team": team,
        "spots_trial": trial,
        "spots_workingtime": make_working_time(),
    }
    alarm = make_emergency(raised_at=now, **walls)
    review = make_review(began_at=now, **walls)
    report = make_audit_report(brand=brand, region=region)
    return Scene(name, brand, region, point, file, notice, alarm, review, report, rows)


def _address(name: str, point: Point) -> Address:
    locality = Locality.objects.create(name=name, key=name, point=point)
    street = Street.objects.create(locality=locality, name=name, key=name, point=point)
    return Address.objects.create(
        street=street, house="5", house_key="5", number=5, point=point, subscribers=40
    )
