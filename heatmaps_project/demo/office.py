"""The demo operator's office: brand, region, staff, teams, topics, promises, rules, places."""

from datetime import datetime, time
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from heatmaps_project.accounts.models import User
from heatmaps_project.demo.logins import PASSWORD, STAFF
from heatmaps_project.demo.terrain import region_outline
from heatmaps_project.demo.towns import towns
from spots.models import (
    Cause,
    Duty,
    ImportantPlace,
    Ladder,
    PriorityWeights,
    RoutingRule,
    Rung,
    Team,
)
from spots.sla.models import Policy, WorkingTime

BRAND, REGION = "volna", "ivanovo"

# code, Russian, English, severity: in the order of Behaviour.topic_shares
TOPICS = (
    ("no_signal", "Нет сети", "No signal", 5),
    ("slow_data", "Медленный интернет", "Slow internet", 3),
    ("voice_quality", "Плохо слышно", "Poor voice quality", 4),
)
# code, Russian, English, kind of fix, what customers hear in both languages
CAUSES = (
    (
        "power",
        "Нет электропитания на БС",
        "Site without power",
        "accident",
        "отключение электропитания на базовой станции",
        "a power failure at our base station",
    ),
    (
        "transport",
        "Авария транспортной сети",
        "Backhaul failure",
        "accident",
        "авария на линии связи",
        "a failure of the line to our base station",
    ),
    (
        "cell_down",
        "Отказ оборудования соты",
        "Cell equipment failure",
        "accident",
        "неисправность оборудования базовой станции",
        "faulty equipment at our base station",
    ),
    (
        "overload",
        "Перегрузка соты",
        "Overloaded cell",
        "optimisation",
        "высокая нагрузка на базовую станцию",
        "high load on our base station",
    ),
    (
        "tilt",
        "Неверный наклон антенны",
        "Wrong antenna tilt",
        "optimisation",
        "настройка антенн базовой станции",
        "antennas of our base station being adjusted",
    ),
    (
        "no_coverage",
        "Недостаточное покрытие",
        "Not enough coverage",
        "new_build",
        "недостаточное покрытие, строим новую базовую станцию",
        "weak coverage: we are building a new base station",
    ),
)
# what in the network speaks for a cause
SIGNS = {
    "power": ["outage"],
    "transport": ["outage"],
    "cell_down": ["outage", "works"],
    "no_coverage": ["hole", "build"],
}
# code, name, members, to whom of them a case goes
TEAMS = (
    ("radio", "Эксплуатация радиосети", ("engineer", "dispatcher"), "least_loaded"),
    ("optimisation", "Оптимизация", ("engineer2", "engineer"), "least_loaded"),
    ("duty", "Дежурная смена", ("dispatcher", "engineer", "engineer2"), "leave"),
)
LEADS = {"radio": "engineer", "optimisation": "engineer2", "duty": "dispatcher"}
# promise, % of its time or None and minutes after the breach, who is told, climbs after minutes
RUNGS = (
    ("reaction", 50, None, "members", 10),
    ("reaction", None, 0, "lead", None),
    ("fix", 50, None, "engineer", None),
    ("fix", 75, None, "lead", 30),
    ("fix", 90, None, "supervisor", None),
    ("fix", None, 60, "supervisor", None),
)
# login, working calendar, technologies and topics that they know; nothing: all
DUTIES = (
    ("dispatcher", "24×7", (), ()),
    ("engineer", "24×7", ("2G", "3G", "4G"), ("no_signal", "voice_quality")),
    ("engineer2", "Пн-Пт 9-18", ("4G", "5G"), ("slow_data",)),
)
# order, team, what it asks for
RULES: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (5, "optimisation", {"causes": ("overload", "tilt")}),
    (
        10,
        "duty",
        {"topics": ("no_signal",), "hours_from": time(22), "hours_until": time(6)},
    ),
    (20, "radio", {"topics": ("no_signal", "voice_quality")}),
    (30, "optimisation", {"topics": ("slow_data",), "topics_share": 0.6}),
    (40, "radio", {"segments": ["vip", "premium"], "segments_share": 0.3}),
)
# name with the town's, weight, radius in metres: one in each of the largest towns, in its middle
IMPORTANT = (
    ("Областная больница, %s", 5, 500),
    ("Завод «Волжский текстиль», %s", 2, 400),
    ("Центральная районная больница, %s", 3, 400),
    ("Администрация города, %s", 1, 200),
    ("Центральная районная больница, %s", 3, 400),
)
WEEKDAYS = {str(day): [["09:00", "18:00"]] for day in range(5)}
EVERY_HOUR = {str(day): [["00:00", "24:00"]] for day in range(7)}


def open_office(*, now: datetime) -> tuple[Brand, Region]:
    """Make, or bring up to date, everything that people would set up by hand."""
    brand = _row(Brand, {"code": BRAND}, name="Волна")
    outline = GEOSGeometry(region_outline(towns()).wkt, srid=4326)
    region = _row(
        Region,
        {"code": REGION},
        name_ru="Ивановская область",
        name_en="Ivanovo region",
        outline=outline,
        time_zone="Europe/Moscow",
    )
    for code, russian, english, severity in TOPICS:
        _row(Topic, {"code": code}, name_ru=russian, name_en=english, severity=severity)
    for code, russian, english, kind, said_ru, said_en in CAUSES:
        names = {"name_ru": russian, "name_en": english, "said_ru": said_ru, "said_en": said_en}
        _row(Cause, {"code": code}, fix_kind=kind, signs=SIGNS.get(code, []), **names)
    _row(
        Cause,
        {"code": "battery"},
        parent=Cause.objects.get(code="power"),
        name_ru="Разряжены батареи",
        name_en="Flat batteries",
        fix_kind="accident",
        said_ru="отключение электропитания на базовой станции",
        said_en="a power failure at our base station",
    )
    _staff(brand, region)
    _promises(region)
    _duties()
    _ladder(now=now)
    _routing(region)
    _priorities(brand, now=now)
    return brand, region


def _staff(brand: Brand, region: Region) -> None:
    for login, role, first, last, language in STAFF:
        user, is_new = User.objects.get_or_create(
            username=login,
            defaults={"role": role, "first_name": first, "last_name": last, "is_staff": True},
        )
        if is_new:
            user.language, user.time_zone = language, "Europe/Moscow"
            user.set_password(PASSWORD)
            user.save()
        user.brands.add(brand)
        user.regions.add(region)
    for code, name, members, strategy in TEAMS:
        row = {"name": name, "strategy": strategy, "catch_all": code == "duty"}
        team = _row(Team, {"code": code}, **row)
        team.members.add(*User.objects.filter(username__in=members))
        Team.objects.filter(pk=team.pk, lead=None).update(
            lead=User.objects.get(username=LEADS[code])
        )


def _promises(region: Region) -> None:
    holidays = ["2026-11-04", "2026-12-31", "2027-01-01", "2027-01-04", "2027-01-05"]
    office = _row(
        WorkingTime, {"name": "Пн-Пт 9-18"}, zone=region.time_zone, week=WEEKDAYS, holidays=holidays
    )
    always = _row(WorkingTime, {"name": "24×7"}, zone=region.time_zone, week=EVERY_HOUR)
    no_signal = Topic.objects.get(code="no_signal")
    minutes = ("reaction_minutes", "eta_minutes", "fix_minutes")
    for order, name, topic, working_time, promised in (
        (10, "Нет сети: круглосуточно", no_signal, always, (30, 120, 1440)),
        (20, "Качество: рабочее время", None, office, (60, 240, 1620)),
    ):
        targets = dict(zip(minutes, promised, strict=True))
        row = {"name": name, "topic": topic, "working_time": working_time, **targets}
        _row(Policy, {"order": order}, **row)


def _duties() -> None:
    for login, calendar, technologies, topics in DUTIES:
        row = {
            "working_time": WorkingTime.objects.get(name=calendar),
            "technologies": list(technologies),
        }
        duty = _row(Duty, {"user": User.objects.get(username=login)}, **row)
        duty.topics.set(Topic.objects.filter(code__in=topics))


def _ladder(*, now: datetime) -> None:
    ladder = _row(Ladder, {"name": "Обычная"})
    if ladder.rungs.exists():
        return
    supervisor = User.objects.get(username="supervisor")
    for target, percent, after, who, climbs in RUNGS:
        named = {"receiver": "person", "person": supervisor}
        receiver = named if who == "supervisor" else {"receiver": who}
        Rung.objects.create(
            ladder=ladder,
            target=target,
            percent=percent,
            after_minutes=after,
            channels=["email"],
            climb_minutes=climbs,
            since=now,
            **receiver,
        )


def _routing(region: Region) -> None:
    for order, team, asked in RULES:
        row = {name: value for name, value in asked.items() if name not in ("topics", "causes")}
        row |= {"region": region, "team": Team.objects.get(code=team)}
        rule = _row(RoutingRule, {"order": order}, **row)
        rule.topics.set(Topic.objects.filter(code__in=asked.get("topics", ())))
        rule.causes.set(Cause.objects.filter(code__in=asked.get("causes", ())))


def _priorities(brand: Brand, *, now: datetime) -> None:
    if not PriorityWeights.objects.exists():
        factors = {"mass": 1.0, "b2b": 1.5, "premium": 1.5, "vip": 3.0}
        PriorityWeights.objects.create(since=now, segments=factors)
    for town, (name, weight, radius_m) in zip(towns(), IMPORTANT, strict=False):
        where = {"point": Point(town.lon, town.lat, srid=4326), "radius_m": radius_m}
        key = {"brand": brand, "name": name % town.name_ru}
        _row(ImportantPlace, key, weight=weight, **where)


def _row(model: Any, key: dict[str, Any], **fields: Any) -> Any:
    return model.objects.update_or_create(**key, defaults=fields)[0]
