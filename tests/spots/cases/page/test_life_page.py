"""The picture of a case's life: drawn from the table, the same in the docs and in the admin."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import override

from heatmaps_project.accounts.roles import PERMISSIONS, Role
from spots.cases.page import diagram
from spots.cases.states import MOVES, Permission, State
from tests.factories import make_user

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", ["life-of-a-case.svg", "life-of-a-case.md"])
def test_the_file_in_the_docs_is_what_the_table_gives_now(tmp_path: Path, name: str):
    call_command("draw_life", into=tmp_path)

    assert (settings.BASE_DIR / "docs" / name).read_text() == (tmp_path / name).read_text()


def test_every_state_has_a_box_and_no_two_overlap():
    boxes = list(diagram.STATES.items())

    assert {state for state, _ in boxes} == set(State)
    for number, (state, one) in enumerate(boxes):
        for other_state, other in boxes[:number]:
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart, (state, other_state)


def test_every_cell_of_the_table_has_an_arrow_and_every_arrow_a_move():
    drawn = {
        (name, state)
        for arrow in diagram.ARROWS
        for name in diagram.moves_of(arrow)
        for state in (MOVES[name].sources if MOVES[name].target is None else arrow.tail)
    }

    assert all(diagram.moves_of(arrow) for arrow in diagram.ARROWS)
    assert drawn == {(name, state) for name, move in MOVES.items() for state in move.sources}


def test_the_picture_is_sound_xml_in_the_readers_language():
    with override("ru"):
        drawn = ElementTree.fromstring(diagram.picture())
        words = {text.text for text in drawn.iter(f"{SVG}text")}
        assert {str(state.label) for state in State} <= words


def test_the_words_for_who_may_are_the_roles_that_may():
    with override("en"):
        for permission in Permission:
            may = [role for role, held in PERMISSIONS.items() if permission in held]
            named = {str(Role(role).label) for role in may}
            assert set(str(permission.label).split(", ")) == named


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_everybody_who_sees_spots_can_read_what_becomes_of_them(signed_in, role):
    page = signed_in(make_user(role, language="en")).get("/admin/spots/spot/life/")

    assert page.status_code == 200
    assert page.content.decode().count("<li>") >= len(MOVES)
