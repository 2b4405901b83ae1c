"""The bench of growth, small."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError
from django.utils import timezone

from complaints.models import Complaint
from heatmaps_project.bench import document
from heatmaps_project.bench.growth import asking, detecting, filling, report
from heatmaps_project.bench.growth.asking import Cost
from heatmaps_project.models import Look, User
from spots.models import Case, Membership

SMALL = {"ADDRESSES": 500, "STAFF": 20, "A_DAY": 1000}


@pytest.fixture
def small(monkeypatch):
    for name, value in SMALL.items():
        monkeypatch.setattr(filling, name, value)
    monkeypatch.setattr(asking, "ZOOMS", (14,))
    monkeypatch.setattr(asking, "IN_A_BATCH", 20)
    monkeypatch.setattr(detecting, "IN_WINDOW", 500)


def fresh() -> list[int]:
    """How much is new: complaints and looks of a day, and spots that are worked on."""
    since = timezone.now() - timedelta(days=1)
    return [
        Complaint.objects.filter(received_at__gte=since).count(),
        Look.objects.filter(at__gte=since).count(),
        Case.objects.filter(ended_at=None, opened_at__gte=since).count(),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_database_grows_backwards_and_whatever_is_measured_can_be_asked(small, settings):
    settings.ALLOWED_HOSTS = ["*"]
    now = filling.grow(2000)
    before = fresh()
    oldest = Complaint.objects.earliest("received_at").received_at

    assert filling.grow(5000) == now
    assert Complaint.objects.count() == Membership.objects.count() == Look.objects.count() == 5000
    assert fresh() == before
    assert min(before) > 0
    assert Complaint.objects.earliest("received_at").received_at < oldest - timedelta(days=2)
    with pytest.raises(CommandError, match="Filled otherwise"):
        filling.grow(2000)

    filling.settle()
    reader = User.objects.filter(role="administrator").earliest("pk")
    for kind in asking.kinds(reader, now=now):
        kind.call()
    told = detecting.detection()
    assert all(cost.ms > 0 for cost in told.values())
    assert not Complaint.objects.filter(source__startswith="bench-watch").exists()


def test_what_grows_is_marked_and_drawn():
    curves = {
        1000: {"a page": Cost(20.0, 21.0, 3), "a list": Cost(1.0, 1.0, 2)},
        9000: {"a page": Cost(60.0, 61.0, 3), "a list": Cost(3.0, 3.0, 2)},
    }

    told = report.table(curves)

    assert "| a page | 20.0 (21.0) | 60.0 (61.0) | ×3.0 ✗ | 3 |" in told
    assert "| a list | 1.0 (1.0) | 3.0 (3.0) | ×3.0 | 2 |" in told  # within what a clock trembles
    drawn = ElementTree.fromstring(report.drawing(curves))
    lines = [one.get("points", "") for one in drawn.iter("{http://www.w3.org/2000/svg}polyline")]
    heights = [[float(at.split(",")[1]) for at in line.split()] for line in lines]
    assert [len(one) for one in heights] == [2, 2]
    assert all(after < first for first, after in heights)  # more is higher up


def test_curves_are_kept_from_run_to_run(tmp_path):
    curves = {1000: {"a page": Cost(20.0, 21.0, 3)}}
    file = tmp_path / "curves.json"

    assert report.kept(file) == {}
    report.keep(file, curves)

    assert report.kept(file) == curves


def test_a_run_writes_between_its_own_marks_and_leaves_the_rest(tmp_path, monkeypatch):
    file = tmp_path / "operate.md"
    monkeypatch.setattr(document, "DOCUMENT", file)
    begin, end = "<!-- written by a -->\n", document.END
    file.write_text(
        f"above\n{begin}old\n{end}between\n{begin.replace('a ', 'b ')}its\n{end}below\n"
    )

    document.write("a", "new\n")

    assert document.written("a") == "new\n"
    assert document.written("b") == "its\n"
    assert file.read_text().startswith("above\n")
    assert file.read_text().endswith("below\n")
