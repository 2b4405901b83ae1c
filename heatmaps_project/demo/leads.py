"""What the demo's team leads have set up: tests passed, talks reviewed, ideas, a launch."""

from datetime import datetime, timedelta
from typing import Any, Final

from complaints.customers.models import Brand
from complaints.customers.walls import NO_WALLS
from complaints.geocoding.models import Region
from feedback.insights import transitions as insights
from feedback.insights.models import Department, Insight
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.roles import Role
from heatmaps_project.desk.reviews import transitions as reviews
from heatmaps_project.desk.reviews.models import Criterion, Review
from heatmaps_project.supervision.launches.models import Launch, LaunchItem
from heatmaps_project.supervision.launches.transitions import watch_launches
from heatmaps_project.supervision.listening.transitions import set_day
from heatmaps_project.supervision.planning.transitions import measure_all
from heatmaps_project.supervision.scorecards.transitions import take_part
from spots.models import Team
from spots.routing.certificates.models import Certificate, CertifiedBrand

# days ago on which each passed the brand's test, whose certificates hold a year: one ran out
PASSED: Final = {
    "agent": 40,
    "agent2": 350,
    "agent3": 380,
    "dispatcher": 100,
    "supervisor": 200,
}
DRAWN, REVIEWED = 12, 8  # conversations
# who has it, title, words, votes of
IDEAS: Final = (
    (
        "agent",
        "Показывать срок решения в СМС о приёме обращения",
        "Половина звонков — вопрос, когда починят.",
        ("agent2", "dispatcher", "engineer"),
    ),
    (
        "engineer",
        "Предупреждать о работах за два дня, а не накануне",
        "Люди успеют договориться, что останутся без связи.",
        ("agent", "supervisor"),
    ),
    ("dispatcher", "Одна кнопка «перезвонить» в карточке пятна", "", ("agent",)),
)
CHECKED: Final = (
    ("Тексты для операторов готовы", True),
    ("Ёмкость сот у стадиона проверена", True),
    ("Ответ на вопрос «как отключить» есть в базе знаний", False),
)


def lead(brand: Brand, region: Region, *, now: datetime) -> None:
    """Do all of it, as of now; once more adds nothing."""
    _certify(brand, now=now)
    _review(now=now)
    line, _is_new = Team.objects.get_or_create(
        code="line", defaults={"name": "Первая линия", "lead": _named("supervisor")}
    )
    line.members.add(*User.objects.filter(role=Role.AGENT))
    for user in User.objects.filter(role=Role.AGENT):
        take_part(user=user, wanted=True, now=now - timedelta(days=40))
    _launch(brand, now=now)
    _ideas(brand, region, now=now)
    set_day(day=now.date(), by=_named("supervisor"))
    measure_all(now=now)


def _named(login: str) -> User:
    return User.objects.get(username=login)


def _certify(brand: Brand, *, now: datetime) -> None:
    rule, _is_new = CertifiedBrand.objects.get_or_create(brand=brand, defaults={"days": 365})
    for login, ago in PASSED.items():
        passed = now.date() - timedelta(days=ago)
        until = passed + timedelta(days=rule.days)
        Certificate.objects.get_or_create(
            user=_named(login), brand=brand, defaults={"passed_on": passed, "until": until}
        )


def _review(*, now: datetime) -> None:
    """Draw conversations of the last week, and listen to most of them."""
    boss = _named("supervisor")
    of_week: dict[str, Any] = {"since": now - timedelta(days=7), "until": now}
    reviews.draw(walls=NO_WALLS, brand=None, size=DRAWN, seed=1, by=boss, now=now, **of_week)
    criteria = list(Criterion.objects.order_by("order", "pk").values_list("pk", flat=True))
    waiting = Review.objects.filter(reviewed_at=None).order_by("pk")
    for n, row in enumerate(waiting[: max(0, REVIEWED - Review.objects.exclude(by=None).count())]):
        reviews.review(
            review_id=row.pk,
            scores={key: 3 + (n + k) % 3 for k, key in enumerate(criteria)},
            note="Назвала срок и причину; не спросила, всё ли понятно." if n % 3 == 0 else "",
            recording="",
            by=boss,
            now=now - timedelta(hours=REVIEWED - n),
        )


def _launch(brand: Brand, *, now: datetime) -> None:
    """Watch a launch that complaints name."""
    launch, is_new = Launch.objects.get_or_create(
        name="Волна Видео",
        brand=brand,
        defaults={
            "words": "видео\nволна видео",
            "starts_on": now.date() - timedelta(days=9),
            "watched_until": now.date() + timedelta(days=30),
            "owner": _named("planner"),
        },
    )
    if is_new:
        LaunchItem.objects.bulk_create(
            LaunchItem(launch=launch, what=what, done=done) for what, done in CHECKED
        )
        watch_launches(now=now)


def _ideas(brand: Brand, region: Region, *, now: datetime) -> None:
    if Insight.objects.filter(title=IDEAS[0][1]).exists():
        return
    department, _is_new = Department.objects.get_or_create(
        name_ru="Клиентский сервис", name_en="Customer service"
    )
    for n, (login, title, words, voters) in enumerate(IDEAS):
        at = now - timedelta(days=12 - 3 * n)
        row = insights.raise_insight(
            title=title,
            words=words,
            department=department,
            brand=brand,
            region=region,
            by=_named(login),
            now=at,
        )
        for voter in voters:
            insights.vote(
                insight_id=row.pk, wanted=True, by=_named(voter), now=at + timedelta(hours=4)
            )
        if not n:
            next_on = now.date() + timedelta(days=6)
            insights.take(insight_id=row.pk, next_on=next_on, by=_named("supervisor"), now=at)
