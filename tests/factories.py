"""Rows for tests: always the same, never random. Each function's arguments override its row."""

import itertools
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import h3
import numpy as np
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from oauth2_provider.models import AccessToken, set_token_value

from complaints.customers.personal import blind_index
from complaints.geocoding.models import Address, HouseSubscribers, Locality, Street
from complaints.models import (
    Brand,
    Complaint,
    ComplaintImport,
    Customer,
    OnlineGeocoder,
    OwnNumber,
    Region,
    Topic,
)
from complaints.signing import new_secret
from feedback.goodwill.transitions import fill_pool
from feedback.models import (
    Announcement,
    Answer,
    AskedGift,
    Comment,
    Department,
    FollowUp,
    Gift,
    GiftRule,
    Given,
    GoodwillLimit,
    Insight,
    Invitation,
    LearntSorting,
    Message,
    Survey,
    SurveyQuestion,
    Touch,
)
from feedback.surveys import transitions as surveys
from feedback.surveys.transitions.inviting import snapshot
from heatmaps_project.accounts.transitions import give_account
from heatmaps_project.models import (
    ApiClient,
    Article,
    AuditReport,
    Campaign,
    Criterion,
    Delivery,
    Emergency,
    Inlet,
    Launch,
    Lookup,
    Proposal,
    RequestKind,
    Review,
    Sample,
    ServiceRequest,
    Subscription,
    User,
)
from heatmaps_project.supervision.planning.recurrence import RESOLUTION, outline
from heatmaps_project.webhooks.events import EventType
from spots.detection.arrivals import coordinates
from spots.models import (
    Absence,
    Attractor,
    Case,
    Cause,
    Certificate,
    Coverage,
    DetectionRule,
    Duty,
    Event,
    Import,
    ImportantPlace,
    Ladder,
    LateReason,
    LearntBaseline,
    Measurement,
    Membership,
    NetworkEvent,
    Policy,
    PriorityWeights,
    Recomputation,
    RoutingRule,
    Rung,
    Site,
    Team,
    Trial,
    Watch,
    WorkingTime,
)
from spots.trials.values import values_of
from spots.watching.reading import Place

NOW = datetime(2026, 3, 25, 10, 0, tzinfo=UTC)
CENTRE = (37.6, 55.75)  # lon, lat

_numbers = itertools.count(1)


def make_brand(code: str = "demo") -> Brand:
    return Brand.objects.get_or_create(code=code, defaults={"name": code.title()})[0]


def make_region(code: str = "moscow", *, lon: float = 37.6, lat: float = 55.75) -> Region:
    """A square region of one degree around a point."""
    square = Polygon.from_bbox((lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5))
    defaults = {
        "name_ru": code,
        "name_en": code,
        "outline": MultiPolygon(square, srid=4326),
        "time_zone": "Europe/Moscow",
    }
    return Region.objects.get_or_create(code=code, defaults=defaults)[0]


def make_topic(code: str = "no_signal", **fields: Any) -> Topic:
    defaults = {"name_ru": "Нет сети", "name_en": "No signal", "severity": 4, **fields}
    return Topic.objects.get_or_create(code=code, defaults=defaults)[0]


def make_customer(**fields: Any) -> Customer:
    return make_customers([fields])[0]


def make_customers(rows: Iterable[dict[str, Any]]) -> list[Customer]:
    """Many at once, of one brand unless their rows say another."""
    given = [dict(row) for row in rows]
    _fill(given, brand=make_brand)
    return Customer.objects.bulk_create([_customer(**row) for row in given])


def _fill(rows: list[dict[str, Any]], **makers: Callable[[], Any]) -> None:
    """Give the rows that lack something the same one; it is made only where one does."""
    for name, make in makers.items():
        if lacking := [row for row in rows if name not in row]:
            made = make()
            for row in lacking:
                row[name] = made


def _customer(**fields: Any) -> Customer:
    number = next(_numbers)
    row: dict[str, Any] = {
        "crm_id": f"c{number}",
        "phone": f"+7916{number:07d}",
        "email": f"c{number}@example.org",
        "segment": "mass",
        "language": "ru",
        "described_at": NOW,
        **fields,
    }
    return Customer(**row)


def make_own_number(phone: str, kind: str = "employee") -> OwnNumber:
    defaults = {"phone": phone, "kind": kind}
    return OwnNumber.objects.get_or_create(phone_index=blind_index(phone), defaults=defaults)[0]


def make_complaint(*, lon: float = CENTRE[0], lat: float = CENTRE[1], **fields: Any) -> Complaint:
    """A complaint that is on the map, half an hour old."""
    return make_complaints([{"lon": lon, "lat": lat, **fields}])[0]


def make_complaints(rows: Iterable[dict[str, Any]]) -> list[Complaint]:
    """Many at once, of one brand, region and topic unless their rows say another."""
    given = [dict(row) for row in rows]
    _fill(given, brand=make_brand, region=make_region, topic=make_topic)
    lacking = [row for row in given if "customer" not in row]
    customers = make_customers([{}] * len(lacking))
    for row, customer in zip(lacking, customers, strict=True):
        row["customer"] = customer
    return Complaint.objects.bulk_create([_complaint(**row) for row in given])


def _complaint(*, lon: float = CENTRE[0], lat: float = CENTRE[1], **fields: Any) -> Complaint:
    number = next(_numbers)
    row: dict[str, Any] = {
        "source": "tests",
        "external_id": f"e{number}",
        "fingerprint": number.to_bytes(32, "big"),
        "channel": "call",
        "text": "Нет связи дома",
        "occurred_at": NOW - timedelta(minutes=30),
        "received_at": NOW - timedelta(minutes=25),
        "address": "г. Москва, ул. Полевая, д. 5",
        "placing": "placed",
        "point": Point(lon, lat, srid=4326),
        "precision": "house",
        "placed_at": NOW - timedelta(minutes=25),
        **fields,
    }
    return Complaint(**row)


def make_team(
    code: str = "radio", *, members: tuple[User, ...] | None = None, **fields: Any
) -> Team:
    """A team of one engineer, unless others are given; () leaves it empty."""
    row = {"name": code.title(), **fields}
    team, is_new = Team.objects.get_or_create(code=code, defaults=row)
    if members is not None:
        team.members.set(members)
    elif is_new:
        team.members.add(make_user("engineer", username=f"engineer-of-{code}"))
    return team


def make_duty(user: User | None = None, **fields: Any) -> Duty:
    """In the office's hours, who knows everything."""
    row = {"working_time": make_working_time(), **fields}
    topics = row.pop("topics", ())
    duty = Duty.objects.create(user=user or make_user("engineer"), **row)
    duty.topics.set(topics)
    return duty


def make_absence(user: User | None = None, *, now: datetime = NOW, **fields: Any) -> Absence:
    """From an hour ago, for a week."""
    row = {"since": now - timedelta(hours=1), "until": now + timedelta(days=7), **fields}
    return Absence.objects.create(user=user or make_user("engineer"), **row)


def make_routing_rule(team: str = "radio", *, order: int = 1, **fields: Any) -> RoutingRule:
    """A rule for a team, by its code; it takes every case that is not said otherwise."""
    topics, causes = fields.pop("topics", ()), fields.pop("causes", ())
    rule = RoutingRule.objects.create(order=order, team=make_team(team), **fields)
    rule.topics.set(topics)
    rule.causes.set(causes)
    return rule


def make_cause(code: str = "power") -> Cause:
    defaults = {
        "name_ru": "Нет питания на станции",
        "name_en": "Site without power",
        "fix_kind": "accident",
        "said_ru": "авария электропитания базовой станции",
        "said_en": "a power failure at our base station",
    }
    return Cause.objects.get_or_create(code=code, defaults=defaults)[0]


def make_late_reason(code: str = "power", **fields: Any) -> LateReason:
    defaults = {"name_ru": "Нет электроснабжения", "name_en": "No power supply", **fields}
    return LateReason.objects.get_or_create(code=code, defaults=defaults)[0]


def make_audit_report(**fields: Any) -> AuditReport:
    """Of February, made by somebody in March; it tells nothing."""
    row = {
        "month": date(2026, 2, 1),
        "zone": "Europe/Moscow",
        "as_of": NOW,
        "language": "ru",
        "figures": "{}",
        "page": "<p>отчёт</p>",
        "sha256": "0" * 64,
        "signature": "nobody's",
        **fields,
    }
    for name, make in (("brand", make_brand), ("region", make_region), ("by", make_user)):
        if name not in row:
            row[name] = make()
    return AuditReport.objects.create(**row)


def make_proposal(*, point: Point | None = None, now: datetime = NOW, **fields: Any) -> Proposal:
    """A place where three spots came, its outline the hexagon round a point."""
    lon, lat = (point.x, point.y) if point else CENTRE
    cell = h3.latlng_to_cell(lat, lon, RESOLUTION)
    row: dict[str, Any] = {
        "cell": cell,
        "centre": Point(lon, lat, srid=4326),
        "outline": GEOSGeometry(json.dumps(outline([cell])), srid=4326),
        "found_at": now,
        "measured_at": now,
        "spots": 3,
        "worth": 100,
        **fields,
    }
    _fill([row], brand=make_brand, region=make_region)
    return Proposal.objects.create(**row)


def make_spot(*, complaints: list[Complaint] | None = None, **fields: Any) -> Case:
    """A spot of a few hundred metres around CENTRE (or its `centre`), written without a move."""
    centre = fields.pop("centre", Point(*CENTRE, srid=4326))
    row: dict[str, Any] = {
        "kind": "spot",
        "centre": centre,
        "outline": Polygon.from_bbox(
            (centre.x - 0.005, centre.y - 0.003, centre.x + 0.005, centre.y + 0.003)
        ),
        "started_at": NOW - timedelta(hours=1),
        "opened_at": NOW - timedelta(minutes=20),
        "customers": len(complaints or []),
        "complaints": len(complaints or []),
        **fields,
    }
    for name, make in (("brand", make_brand), ("region", make_region), ("topic", make_topic)):
        if name not in row:
            row[name] = make()
    # What the database wants said with a state.
    if row.get("cause"):
        row.setdefault("fix_kind", row["cause"].fix_kind)
    if row.get("state") == "dismissed":
        row.setdefault("dismissed_for", "not_network")
    if row.get("state") == "waiting":
        row = {"waits_for": "access", "goes_on_as": "accepted", **row}
    spot = Case.objects.create(**row)
    for complaint in complaints or []:
        Membership.objects.create(case=spot, complaint=complaint, since=NOW)
    return spot


def make_user(role: str = "dispatcher", *, everywhere: bool = True, **fields: Any) -> User:
    """A member of staff who sees the brand and region of the other factories."""
    number = next(_numbers)
    user = User.objects.create_user(
        username=fields.pop("username", f"{role}{number}"),
        password=fields.pop("password", None),
        role=role,
        is_staff=True,
        **fields,
    )
    if everywhere:
        user.brands.add(make_brand())
        user.regions.add(make_region())
    return user


def make_certificate(user: User | None = None, **fields: Any) -> Certificate:
    """Of a test passed a month ago, and valid for eleven more."""
    row = {
        "passed_on": NOW.date() - timedelta(days=30),
        "until": NOW.date() + timedelta(days=335),
        **fields,
    }
    row.setdefault("brand", make_brand())
    return Certificate.objects.create(user=user or make_user("agent"), **row)


def make_weights(**fields: Any) -> PriorityWeights:
    return PriorityWeights.objects.create(**{"since": NOW - timedelta(days=1), **fields})


def make_important_place(
    *, lon: float = CENTRE[0], lat: float = CENTRE[1], **fields: Any
) -> ImportantPlace:
    """A hospital of weight 3 at CENTRE, with the 200 metres around it."""
    row = {"name": "Больница", "weight": 3, "point": Point(lon, lat, srid=4326), **fields}
    row.setdefault("brand", make_brand())
    return ImportantPlace.objects.create(**row)


def make_working_time(name: str = "office", **fields: Any) -> WorkingTime:
    """Moscow, Monday to Friday from nine to six."""
    row = {"week": {str(day): [["09:00", "18:00"]] for day in range(5)}, **fields}
    return WorkingTime.objects.get_or_create(name=name, defaults=row)[0]


def make_policy(order: int = 1, **fields: Any) -> Policy:
    """Reaction in one working hour, cause and term in two, fix in eight."""
    row: dict[str, Any] = {
        "name": f"policy {order}",
        "reaction_minutes": 60,
        "eta_minutes": 120,
        "fix_minutes": 480,
        **fields,
    }
    if "working_time" not in row:
        row["working_time"] = make_working_time()
    return Policy.objects.create(order=order, **row)


def make_recomputation(*, now: datetime = NOW, **fields: Any) -> Recomputation:
    """Just asked for, nothing of it done."""
    row = {"policy_versions": 0, "calendar_versions": 0, "asked_at": now, "cases": 4, **fields}
    return Recomputation.objects.create(**row)


def make_rung(percent: int | None = 75, *, ladder: str = "default", **fields: Any) -> Rung:
    """Tells the lead of the team, by inbox and e-mail, of the promise to fix; long in force."""
    row = {
        "target": "fix",
        "receiver": "lead",
        "channels": ["email"],
        "since": NOW - timedelta(days=100),
        **fields,
    }
    if percent is None:
        row.setdefault("after_minutes", 0)
    on = Ladder.objects.get_or_create(name=ladder)[0]
    return Rung.objects.create(ladder=on, percent=percent, **row)


def make_rule(name: str = "no-signal", *, topics: tuple[Topic, ...] = (), **fields: Any) -> Any:
    """A rule of detection that is not active, asked before the default one."""
    row = {"order": next(_numbers) % 1000, **fields}
    rule = DetectionRule.objects.create(name=name, **row)
    rule.topics.set(topics)
    return rule


def make_trial(rule: DetectionRule | None = None, **fields: Any) -> Trial:
    """A rule, as it is, on the day before NOW; nobody has worked on it yet."""
    # A migration makes it; a test that commits wipes it away for those after it.
    usual = {"order": 1000, "active": True}
    rule = rule or DetectionRule.objects.get_or_create(name="default", defaults=usual)[0]
    row: dict[str, Any] = {
        "values": values_of(rule),
        "since": NOW - timedelta(days=1),
        "until": NOW,
        "made_at": NOW,
        "engine": {"topics": sorted(Topic.objects.values_list("pk", flat=True))},
        **fields,
    }
    for name, make in (("brand", make_brand), ("region", make_region), ("by", make_user)):
        if name not in row:
            row[name] = make()
    return Trial.objects.create(rule=rule, **row)


def make_api_client(source: str = "crm", *, everywhere: bool = True, **fields: Any) -> ApiClient:
    """An API client with every scope, of the brand and region of the other factories."""
    client = ApiClient.objects.create(
        source=source,
        name=source,
        client_id=f"{source}-id",
        client_secret=f"{source}-secret",
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        scopes="complaints:write complaints:read spots:read lookup:read feedback:read"
        " feedback:write network:write customers:write customers:read spots:move webhooks:manage"
        " followups:read followups:close requests:handle",
        **fields,
    )
    if everywhere:
        client.brands.add(make_brand())
        client.regions.add(make_region())
    give_account(client_id=client.pk)
    return client


def make_subscription(*, client: ApiClient | None = None, **fields: Any) -> Subscription:
    """A webhook of a client for every event, a month old."""
    row = {
        "client": client or make_api_client(f"hook-{next(_numbers)}"),
        "url": "https://crm.example.org/hook",
        "events": [event for event in EventType.values if event != EventType.PING],
        "secret": new_secret(),
        "created_at": NOW - timedelta(days=30),
        **fields,
    }
    return Subscription.objects.create(**row)


def make_delivery(subscription: Subscription, *, n: int = 0, **fields: Any) -> Delivery:
    """A delivery that is due now; `n` is its content."""
    number = next(_numbers)
    row = {
        "key": f"test:{number}",
        "message_id": UUID(int=number),
        "event": EventType.SPOT_CHANGED,
        "subject": f"case:{number}",
        "payload": {"type": "spot.changed", "timestamp": NOW.isoformat(), "data": {"n": n}},
        "planned_at": NOW,
        "due_at": NOW,
        "give_up_at": NOW + timedelta(days=3),
        **fields,
    }
    return Delivery.objects.create(subscription=subscription, **row)


def bearer(client: ApiClient, scope: str | None = None) -> dict[str, str]:
    """The header of a fresh token of a client, with all its scopes or those given."""
    text = f"token-{next(_numbers)}-of-{client.source}"
    token = AccessToken(
        application=client,
        scope=client.scopes if scope is None else scope,
        expires=datetime.now(UTC) + timedelta(hours=1),
    )
    set_token_value(token, text)
    token.save()
    return {"Authorization": f"Bearer {text}"}


def make_event(case: Case, kind: str = "fixed", **fields: Any) -> Event:
    """Something that happened to a case just now, written without a move."""
    return Event.objects.create(case=case, kind=kind, at=fields.pop("at", NOW), **fields)


def make_fixed_spot(*customers: Customer, **fields: Any) -> Case:
    """A spot that was fixed just now, with one complaint of each customer; nobody is told yet."""
    complaints = [make_complaint(customer=customer) for customer in customers]
    row = {"state": "fixed", "fixed_at": NOW, "place": "Мытищи, ул. Полевая", **fields}
    spot = make_spot(complaints=complaints, cause=row.pop("cause", None) or make_cause(), **row)
    make_event(spot)
    return spot


def make_invitation(**fields: Any) -> Invitation:
    """A customer asked about a fix just now, who has not answered."""
    customer = fields.pop("customer", None) or make_customer()
    case = fields.pop("case", None) or make_fixed_spot(customer)
    event = fields.pop("event", None) or Event.objects.get(case=case)
    survey = fields.pop("survey", None) or make_survey()
    row = {
        "survey": survey,
        "version": surveys.version_in_force(survey.pk, now=NOW),
        "occasion": f"event:{event.pk}",
        "touch_point": survey.trigger,
        "state": "sent",
        "created_at": NOW,
        "due_at": NOW,
        "sent_at": NOW,
        "expires_at": NOW + timedelta(days=30),
        **{n: v for n, v in snapshot(event.case).items() if n.removesuffix("_id") not in fields},
        **fields,
    }
    return Invitation.objects.create(event=event, customer=customer, **row)


def make_survey(trigger: str = "fixed", *questions: dict[str, Any], **fields: Any) -> Survey:
    """The packaged survey of fixes, or another that asks one question, 0 to 10."""
    if trigger == "fixed" and not questions:
        surveys.provide_packaged(now=NOW)
        survey = Survey.objects.get(trigger="fixed", brand=None)
        Survey.objects.filter(pk=survey.pk).update(**fields)
        survey.refresh_from_db()
        return survey
    row = {
        "name": f"survey {next(_numbers)}",
        "title_ru": "Порекомендуете нас?",
        "title_en": "Would you recommend us?",
        "active": True,
        "active_since": NOW - timedelta(days=30),
        "touch_point": "visit" if trigger == "touch" else "",
        **fields,
    }
    survey = Survey.objects.create(trigger=trigger, **row)
    asked = questions or ({"kind": "nps"},)
    for number, question in enumerate(asked, start=1):
        words = {"words_ru": f"Вопрос {number}?", "words_en": f"Question {number}?"}
        SurveyQuestion.objects.create(survey=survey, **{"number": number, **words, **question})
    return survey


def make_touch(**fields: Any) -> Touch:
    """A visit to a shop just now."""
    row = {
        "source": "crm",
        "reference": f"visit-{next(_numbers)}",
        "touch_point": "visit",
        "at": NOW,
        "received_at": NOW,
        **fields,
    }
    if "customer" not in row:
        row["customer"] = make_customer()
    return Touch.objects.create(**row)


def make_answer(rating: int = 5, comment: str = "", **fields: Any) -> Answer:
    """A score, and a comment if there is one, to the first two questions; returns the score's."""
    row = {"at": NOW, "channel": "web", **fields}
    row["invitation"] = row.get("invitation") or make_invitation()
    kind = row["invitation"].version.questions[0].kind
    if comment:
        Answer.objects.create(question=2, kind="text", words=comment, **row)
    Invitation.objects.filter(pk=row["invitation"].pk).update(
        state="started", answered_at=row["at"]
    )
    return Answer.objects.create(question=1, kind=kind, score=rating, **row)


def make_comment(words: str = "интернет плохой", **fields: Any) -> Comment:
    """What a customer said to the second question, sorted."""
    row = {"at": NOW, "channel": "web", "question": 2, "kind": "text", "words": words, **fields}
    row["invitation"] = row.get("invitation") or make_invitation()
    answer = Answer.objects.create(**row)
    return Comment.objects.create(answer=answer, topic="internet", of_moment=answer.at)


def make_department(name: str = "Тарифы") -> Department:
    return Department.objects.get_or_create(name_ru=name, name_en=name)[0]


def make_gift(name: str = "500 ₽ на счёт", *, codes: int = 2, **fields: Any) -> Gift:
    """A gift with a pool of codes."""
    row = {"name_ru": name, "name_en": name, "cost": Decimal(500), **fields}
    gift = Gift.objects.create(**row)
    made = [f"CODE-{gift.pk}-{number}" for number in range(codes)]
    if made:
        lines = {code: number for number, code in enumerate(made, 2)}
        by = make_user("administrator")
        fill_pool(gift=gift, codes=lines, file_name="codes.csv", by=by, now=NOW)
    return gift


def make_gift_rule(touch_point: str = "birthday", **fields: Any) -> GiftRule:
    """A gift for a birthday."""
    row = {"touch_point": touch_point, "since": NOW - timedelta(days=30), **fields}
    row.setdefault("brand", make_brand())
    row["gift"] = row.get("gift") or make_gift(codes=0, kind="gift")
    return GiftRule.objects.create(**row)


def make_campaign(**fields: Any) -> Campaign:
    """A second line for everybody, this month."""
    row = {"name_ru": "Вторая линия", "name_en": "A second line", **fields}
    row = {"script_ru": "Предложите вторую линию", "script_en": "Offer a second line", **row}
    row = {"begins": NOW.date(), "ends": NOW.date() + timedelta(days=30), **row}
    row.setdefault("brand", make_brand())
    return Campaign.objects.create(**row)


def make_request_kind(code: str = "tariff", **fields: Any) -> RequestKind:
    """Another tariff."""
    row = {"name_ru": "Сменить тариф", "name_en": "Another tariff", **fields}
    brand = row.pop("brand", None) or make_brand()
    return RequestKind.objects.get_or_create(brand=brand, code=code, defaults=row)[0]


def make_request(**fields: Any) -> ServiceRequest:
    """A caller asked for another tariff just now."""
    row = {"at": NOW, "changed_at": NOW, "words": "С мая", **fields}
    row["customer"] = row.get("customer") or make_customer()
    row["kind"] = row.get("kind") or make_request_kind(brand=row["customer"].brand)
    row["by"] = row.get("by") or make_user("agent")
    row.setdefault("brand", row["customer"].brand)
    return ServiceRequest.objects.create(**row)


def make_goodwill_limit(role: str = "dispatcher", **fields: Any) -> GoodwillLimit:
    row = {"per_customer": 1, "money_per_gift": 1000, "money_per_giver": 5000, **fields}
    return GoodwillLimit.objects.update_or_create(role=role, defaults=row)[0]


def make_asked_gift(**fields: Any) -> AskedGift:
    """A gift above its giver's limit that waits for a second person."""
    row = {"reason": "outage", "at": NOW, "key": uuid4(), **fields}
    return AskedGift.objects.create(**row)


def make_given(**fields: Any) -> Given:
    """A gift without a code, given now."""
    row = {"reason": "apology", "cost": Decimal(500), "at": NOW, "key": uuid4(), **fields}
    row["customer"] = row.get("customer") or make_customer()
    row["gift"] = row.get("gift") or make_gift(codes=0)
    row["by"] = row.get("by") or make_user("supervisor")
    row.setdefault("brand", row["customer"].brand)
    row.setdefault("month", row["at"].date().replace(day=1))
    return Given.objects.create(**row)


def make_insight(**fields: Any) -> Insight:
    """A wish of the staff, that nobody has looked at yet."""
    row = {"title": "Тариф для дачи", "words": "Тариф на лето", "raised_at": NOW, **fields}
    row.setdefault("brand", make_brand())
    row.setdefault("department", make_department())
    row["raised_by"] = row.get("raised_by") or make_user("agent")
    return Insight.objects.create(**row)


def make_learnt_sorting(*, now: datetime = NOW, **fields: Any) -> LearntSorting:
    """A version that knows nothing of any label."""
    row = {"made_at": now, "learnt_until": now, "examples": 40, "measures": {}, **fields}
    return LearntSorting.objects.create(**row)


def make_followup(comment: str = "", **fields: Any) -> FollowUp:
    """An unhappy customer, nobody's yet."""
    invitation = fields.pop("invitation", None) or make_answer(1, comment).invitation
    kept = {
        name: getattr(invitation, f"{name}_id") for name in ("customer", "brand", "region", "case")
    }
    row = {
        "alarms": ["low_score"],
        "opened_at": NOW,
        "due_at": NOW + timedelta(hours=24),
        "changed_at": NOW,
        **{f"{name}_id": value for name, value in kept.items()},
        **fields,
    }
    return FollowUp.objects.create(invitation=invitation, **row)


def make_message(**fields: Any) -> Message:
    """A text of one part about a fix, due now."""
    customer = fields.pop("customer", None) or make_customer()
    case = fields.pop("case", None) or make_fixed_spot(customer)
    row = {
        "reason": "fixed",
        "event": fields.get("event") or Event.objects.get(case=case),
        "channel": "sms",
        "language": "ru",
        "text": "Мы исправили связь: http://127.0.0.1:8000/r/abc/",
        "parts": 1,
        "planned_at": NOW,
        "due_at": NOW,
        "expires_at": NOW + timedelta(hours=72),
        "brand_id": case.brand_id,
        "region_id": case.region_id,
        "time_zone": case.region.time_zone,
        **fields,
    }
    if row["reason"] == "fixed" and "invitation" not in row:
        row["invitation"] = make_invitation(customer=customer, case=case)
    return Message.objects.create(case=case, customer=customer, **row)


def make_area_batch(case: Case, *, by: User | None = None, **fields: Any) -> Announcement:
    """A draft of what those who live in a spot, and never complained of it, would be told."""
    row = {"state": "draft", "reason": "area", "begun_at": NOW, "recipients": 1, **fields}
    walls = {"brand_id": case.brand_id, "region_id": case.region_id}
    return Announcement.objects.create(case=case, asked_by=by or make_user(), **walls, **row)


def make_house(*customers: Customer, lon: float = CENTRE[0], lat: float = CENTRE[1]) -> Address:
    """A house of the registry where customers of one brand live."""
    number = next(_numbers)
    point = Point(lon, lat, srid=4326)
    town = Locality.objects.create(name=f"town {number}", key=f"town {number}", point=point)
    street = Street.objects.create(locality=town, name="Полевая", key="полевая", point=point)
    house = Address.objects.create(
        street=street, house=str(number), house_key=str(number), number=number, point=point
    )
    ids = [customer.crm_id for customer in customers]
    brand = customers[0].brand if customers else make_brand()
    HouseSubscribers.objects.create(brand=brand, address=house, people=len(ids), crm_ids=ids)
    return house


def make_article(**fields: Any) -> Article:
    """Of every brand, about nothing in particular, valid since the new year."""
    row: dict[str, Any] = {
        "title_ru": "Заметка",
        "title_en": "Note",
        "body_ru": "Текст заметки.",
        "body_en": "The text of a note.",
        "valid_from": date(2026, 1, 1),
        **fields,
    }
    return Article.objects.create(**row)


def make_lookup(by: User | None = None, **fields: Any) -> Lookup:
    """An agent's, or a client's, of an address at which nothing was known, just now."""
    row: dict[str, Any] = {
        "call": UUID(int=next(_numbers)),
        "at": NOW,
        "origin": "panel" if "client" in fields else "page",
        "by": by or (None if "client" in fields else make_user("agent")),
        "asked": "address",
        "situation": "nothing",
        "took_ms": 40,
        **fields,
    }
    return Lookup.objects.create(**row)


def make_criterion(name: str = "Выслушал") -> Criterion:
    return Criterion.objects.get_or_create(name_ru=name, name_en=name)[0]


def make_launch(owner: User | None = None, **fields: Any) -> Launch:
    """Of today, watched for a month."""
    row: dict[str, Any] = {
        "name": "Летний",
        "words": "летн",
        "starts_on": NOW.date(),
        "owner": owner or make_user("planner"),
        **fields,
    }
    row.setdefault("brand", make_brand())
    row.setdefault("watched_until", row["starts_on"] + timedelta(days=30))
    return Launch.objects.create(**row)


def make_emergency(by: User | None = None, **fields: Any) -> Emergency:
    """That nobody has taken."""
    row = {
        "call": UUID(int=next(_numbers)),
        "danger": "health",
        "raised_at": NOW,
        "raised_by": by or make_user("agent"),
        **fields,
    }
    return Emergency.objects.create(**row)


def make_review(agent: User | None = None, **fields: Any) -> Review:
    """Of a conversation that was drawn, and that nobody has listened to."""
    began_at = fields.setdefault("began_at", NOW)
    sample = Sample.objects.create(
        since=began_at - timedelta(days=7),
        until=began_at,
        seed=1,
        size=1,
        by=make_user("supervisor"),
        at=began_at,
    )
    row = {"call": UUID(int=next(_numbers)), "agent": agent or make_user("agent"), **fields}
    return Review.objects.create(sample=sample, **row)


def make_site(code: str = "M0001", *, lon: float = CENTRE[0], lat: float = CENTRE[1]) -> Site:
    return Site.objects.create(
        brand=make_brand(),
        code=code,
        name="Полевая",
        point=Point(lon, lat, srid=4326),
        technologies=["2G", "4G"],
    )


def make_measurement(kind: str = "survey", **fields: Any) -> Measurement:
    """A poor answer to a survey at CENTRE, just given; or as many counters say."""
    row = {
        "external_id": str(next(_numbers)),
        "point": Point(*CENTRE, srid=4326),
        "at": NOW,
        "tried": 1,
        "failed": 1,
        **fields,
    }
    return Measurement.objects.create(
        kind=kind, brand=row.pop("brand", None) or make_brand(), **row
    )


def make_coverage(technology: str = "4G", level: str = "outdoor", **fields: Any) -> Coverage:
    """Coverage within about five kilometres of CENTRE, valid for a year."""
    row = {
        "area": MultiPolygon(Point(*CENTRE).buffer(0.05), srid=4326),
        "valid_from": NOW.date() - timedelta(days=365),
        "source": f"plan {next(_numbers)}",
        **fields,
    }
    row.setdefault("brand", make_brand())
    return Coverage.objects.create(technology=technology, level=level, **row)


def make_network_event(kind: str = "works", **fields: Any) -> NetworkEvent:
    """Works over CENTRE, from an hour ago until in three hours."""
    row = {
        "title": "Замена антенны",
        "area": Polygon.from_bbox(
            (CENTRE[0] - 0.01, CENTRE[1] - 0.01, CENTRE[0] + 0.01, CENTRE[1] + 0.01)
        ),
        "starts_at": NOW - timedelta(hours=1),
        "ends_at": NOW + timedelta(hours=3),
        **fields,
    }
    row.setdefault("brand", make_brand())
    return NetworkEvent.objects.create(kind=kind, **row)


def make_import(kind: str = "sites", **fields: Any) -> Import:
    """A file of sites that was checked just now and changes nothing."""
    row = {
        "file_name": "sites.csv",
        "sha256": "0" * 64,
        "size": 100,
        "language": "en",
        "made_at": NOW,
        "state": "checked",
        "checked_at": NOW,
        **fields,
    }
    for name, make in (("brand", make_brand), ("by", make_user)):
        if name not in row:
            row[name] = make()
    return Import.objects.create(kind=kind, **row)


def make_complaint_import(**fields: Any) -> ComplaintImport:
    """A file of complaints that was read just now and whose columns nobody has told yet."""
    row = {
        "source": "crm",
        "file_name": "crm.csv",
        "size": 100,
        "language": "en",
        "made_at": NOW,
        "state": "read",
        "header": ["id", "topic"],
        **fields,
    }
    for name, make in (("brand", make_brand), ("by", make_user)):
        if name not in row:
            row[name] = make()
    return ComplaintImport.objects.create(**row)


def make_inlet(kind: str = "social", **fields: Any) -> Inlet:
    """Social media, by a signed webhook; each message is a complaint."""
    row = {
        "name": "social media",
        "source": f"inlet-{next(_numbers)}",
        "channel": "social",
        "due_at": NOW,
        "mapping": {"external_id": "id", "text": "text", "occurred_at": "at"},
        **fields,
    }
    for name, make in (("brand", make_brand), ("topic", make_topic)):
        if name not in row:
            row[name] = make()
    return Inlet.objects.create(kind=kind, **row)


def make_online_geocoder(kind: str = "nominatim", **fields: Any) -> OnlineGeocoder:
    brand = fields.pop("brand", None) or make_brand()
    row = {"place": next(_numbers) % 1000, **fields}
    return OnlineGeocoder.objects.create(brand=brand, kind=kind, **row)


def make_watch(**fields: Any) -> Watch:
    """What the default rule watches of a brand in a region."""
    # A migration makes it; tests that empty all tables take it with them.
    usual = {"name": "default", "defaults": {"order": 1000, "active": True}}
    row = {"rule": DetectionRule.objects.get_or_create(**usual)[0], **fields}
    for name, make in (("brand", make_brand), ("region", make_region)):
        if name not in row:
            row[name] = make()
    return Watch.objects.get_or_create(**row)[0]


def make_learnt_baseline(**fields: Any) -> LearntBaseline:
    """What a watch learnt just now from eight weeks: one complaint an hour, two by day (UTC)."""
    row = {
        "learnt_at": NOW,
        "history_days": 59.0,
        "complaints": 2240,
        "attractors": 1,
        "weekly": [2.0 if 6 <= hour % 24 < 18 else 1.0 for hour in range(168)],
        "learning": False,
        "open_at": 7.2,
        "near_misses": 31,
        **fields,
    }
    if "watch" not in row:
        row["watch"] = make_watch()
    return LearntBaseline.objects.create(**row)


def make_attractor(*, lon: float = CENTRE[0], lat: float = CENTRE[1], **fields: Any) -> Attractor:
    """A coordinate that a person called no real place, and that the learning does not find."""
    row = {"verdict": "added", "customers": 17, **fields}
    for name, make in (("brand", make_brand), ("region", make_region)):
        if name not in row:
            row[name] = make()
    place = Place(row["brand"].pk, row["region"], ())
    metres = place.projection.metres(np.array([lon]), np.array([lat]))
    row.setdefault("coordinate", int(coordinates(metres)[0]))
    return Attractor.objects.create(point=Point(lon, lat, srid=4326), **row)
