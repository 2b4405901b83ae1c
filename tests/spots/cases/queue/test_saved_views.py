"""Views of the queue under a name, with counts, and the columns that each person chose."""

import pytest

from spots.cases.queue.looks import order_named, order_placed
from spots.models import ChosenColumns, SavedView
from tests.factories import NOW, make_brand, make_event, make_spot, make_team, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/admin/spots/spot/"


def tabs(client, query=""):
    """{title: count} of the tabs above the queue."""
    return {str(tab.title): tab.count for tab in client.get(QUEUE + query).context["tabs"]}


def save(client, name, query, **more):
    return client.post(f"{QUEUE}views/", {"name": name, "query": query, **more}, follow=True)


def change(client, view, what, **sent):
    return client.post(f"{QUEUE}views/{view.pk}/{what}/", sent, follow=True)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_each_tab_counts_the_spots_that_it_shows_and_none_behind_a_wall(signed_in):
    me = make_user("engineer", language="en")
    make_spot(engineer=me, team=make_team(members=(me,)), state="accepted", band=1)
    make_spot(band=2)
    make_spot(brand=make_brand("other"), band=1)
    client = signed_in(me)
    save(client, "Burning", "band=1")

    counts = tabs(client)

    assert counts["In work"] == 2
    assert (counts["Mine"], counts["My teams'"], counts["Nobody's"]) == (1, 1, 1)
    assert counts["Burning"] == 1
    assert len(client.get(f"{QUEUE}?band=1").context["cl"].result_list) == counts["Burning"]


def test_a_tab_counts_what_has_ended_where_its_view_asks_for_that(signed_in):
    for state in ("accepted", "fixed", "closed", "closed", "dismissed"):
        make_spot(state=state, fixed_at=NOW if state in ("fixed", "closed") else None, band=2)
    make_spot(brand=make_brand("other"), state="closed", fixed_at=NOW)
    client = signed_in(make_user("engineer", language="en"))
    queries = {
        "Over": "state=ended",
        "Closed": "state=closed",
        "All": "state=all&band=2",
        "Tested": "state=watched&band=2",
        "None": "state=all&band=1",
    }
    for name, query in queries.items():
        save(client, name, query)

    counts = tabs(client)

    assert [counts[name] for name in queries] == [3, 2, 5, 1, 0]
    for name, query in queries.items():
        found = client.get(f"{QUEUE}?{query}").context["cl"].result_list
        assert len(found) == counts[name]


def test_where_no_spot_is_in_work_the_tabs_know_the_last_event_all_the_same(signed_in):
    event = make_event(make_spot(state="closed", fixed_at=NOW))
    client = signed_in(make_user("engineer", language="en"))
    save(client, "Over", "state=ended")

    answer = client.get(QUEUE)

    assert answer.context["newest"] == event.pk
    assert (tabs(client)["In work"], tabs(client)["Over"]) == (0, 1)


def test_a_saved_view_keeps_what_the_queue_knows_alone(signed_in):
    answer = save(signed_in(), "  Burning   north ", "q=север&band=1&p=3&_facets=True&x=1")

    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Burning north", "band=1&q=%D1%81%D0%B5%D0%B2%D0%B5%D1%80")
    assert answer.context["active"].view == view


def test_saving_under_a_name_that_is_there_gives_it_the_new_query(signed_in):
    client = signed_in()

    save(client, "Burning", "band=1")
    save(client, "Burning", "band=2")

    assert SavedView.objects.get().query == "band=2"


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_view_without_a_proper_name_is_refused_in_words(signed_in, name):
    answer = save(signed_in(), name, "band=1")

    assert len(said(answer)) == 1
    assert not SavedView.objects.exists()


def test_a_person_has_ten_views_at_most(signed_in):
    client = signed_in()
    for number in range(10):
        save(client, f"view {number}", "band=1")

    assert said(save(client, "one more", "band=2"))
    assert SavedView.objects.count() == 10


def test_a_view_of_a_team_is_its_members_and_saved_by_who_dispatches(client, signed_in):
    member, stranger = make_user("engineer"), make_user("engineer")
    team = make_team(members=(member,))

    assert said(save(signed_in(member), "ours", "band=1", team=team.pk))
    save(signed_in("dispatcher"), "ours", "band=1", team=team.pk)

    view = SavedView.objects.get()
    assert "ours" in tabs(signed_in(member))
    assert said(change(client, view, "delete"))
    assert "ours" not in tabs(signed_in(stranger))
    assert change(client, view, "rename", name="mine").status_code == 404


def test_the_owner_renames_and_deletes_a_view_and_nobody_else_sees_it(client, signed_in):
    owner, other = make_user("engineer"), make_user("dispatcher")
    save(signed_in(owner), "Burning", "band=1")
    save(client, "Calm", "band=4")
    view = SavedView.objects.get(name="Burning")

    signed_in(other)
    assert "Burning" not in tabs(client)
    assert change(client, view, "delete").status_code == 404

    signed_in(owner)
    assert said(change(client, view, "rename", name="Calm"))
    change(client, view, "rename", name="Hot")
    assert "Hot" in tabs(client)
    change(client, view, "delete")
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Calm"]


def test_each_person_chooses_the_columns_beside_those_that_are_always_there(signed_in):
    make_spot()
    client = signed_in()

    client.post(f"{QUEUE}columns/", {"columns": ["cause", "region", "password"], "query": "band=1"})

    assert ChosenColumns.objects.get().columns == ["cause", "region"]
    shown = client.get(QUEUE).context["cl"].list_display
    assert shown == [
        "action_checkbox",
        "priority_shown",
        "place_shown",
        "state_shown",
        "cause",
        "region",
    ]
    assert "customers" in signed_in("engineer").get(QUEUE).context["cl"].list_display


def shown(client, query=""):
    """The columns that can be chosen and are shown, and the spots in their order."""
    cl = client.get(QUEUE + query).context["cl"]
    return [*cl.list_display[4:]], [case.pk for case in cl.result_list]


def tab(client, title):
    found = client.get(QUEUE).context["tabs"]
    return next(f"?{tab.query}" for tab in found if str(tab.title) == title)


def test_a_view_of_a_team_is_opened_in_its_columns_and_order(
    client, signed_in, django_assert_max_num_queries
):
    author, member = make_user("dispatcher"), make_user("engineer")
    team = make_team(members=(author, member))
    few, many = make_spot(customers=3, priority=9), make_spot(customers=8, priority=1)
    signed_in(author)
    client.post(f"{QUEUE}columns/", {"columns": ["customers", "cause"]})
    save(client, "Big", "band=4&o=-4", team=team.pk)

    signed_in(member)
    assert shown(client)[1] == [few.pk, many.pk]
    view = tab(client, "Big")
    client.get(QUEUE)
    with django_assert_max_num_queries(15):
        assert shown(client, view) == (["customers", "cause"], [many.pk, few.pk])


def test_columns_chosen_in_an_open_view_are_its_own_and_the_order_stays_by_name(signed_in):
    few, many = make_spot(customers=3, priority=9), make_spot(customers=8, priority=1)
    client = signed_in()
    save(client, "Big", "band=4&o=-5")
    view = SavedView.objects.get()
    assert view.order == ["-customers"]

    client.post(f"{QUEUE}columns/", {"columns": ["customers"], "query": tab(client, "Big")[1:]})

    assert shown(client, tab(client, "Big")) == (["customers"], [many.pk, few.pk])
    assert "owner" in shown(client)[0]


def test_who_may_not_change_a_view_does_not_choose_its_columns_nor_open_that_of_another(signed_in):
    member = make_user("engineer")
    team = make_team(members=(member,))
    of_team, of_another = (
        SavedView.objects.create(owner=make_user(), team=of, name="X", columns=["cause"])
        for of in (team, None)
    )
    client = signed_in(member)

    for view in (of_team, of_another):
        sent = {"columns": ["brand"], "query": f"view={view.pk}"}
        client.post(f"{QUEUE}columns/", sent)

    assert SavedView.objects.filter(columns=["cause"]).count() == 2
    assert shown(client, f"?view={of_team.pk}")[0] == ["cause"]
    assert shown(client, f"?view={of_another.pk}")[0] == ["brand"]


@pytest.mark.parametrize(
    ("places", "order"),
    [("2", ["b"]), ("-2.1", ["-b", "a"]), ("1.-1", ["a"]), ("9.x.-", []), ("", [])],
)
def test_an_order_is_kept_by_the_names_of_its_columns(places, order):
    assert order_named(places, ["box", "a", "b"]) == order
    assert order_named(order_placed(order, ["b", "a"]), ["b", "a"]) == order
