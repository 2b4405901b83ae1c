"""The pages that staff live in, looked at by axe-core: WCAG 2.2 AA, light and dark."""

import pytest

from spots.models import Case
from tests.browser import PASSWORD, inaccessible, opened, sign_in
from tests.factories import make_user
from tests.scene import make_scene

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = (
    "/admin/spots/spot/",
    "/admin/complaints/complaint/",
    "/admin/feedback/followup/",
    "/admin/spots/policy/",
    "/map/",
    "/lookup/",
    "/audit/",
)


def test_nothing_keeps_staff_out_of_the_pages_they_live_in(live_server):
    make_scene()
    admin = make_user("administrator", password=PASSWORD)
    spot = Case.objects.filter(kind="spot").earliest("pk")
    wide = {"viewport": {"width": 1400, "height": 900}}
    with opened(live_server, bypass_csp=True, **wide) as page:
        sign_in(page, admin)
        found = {}
        for path in (*PAGES, f"/admin/spots/spot/{spot.pk}/change/"):
            assert page.goto(path).status == 200
            for look in ("light", "dark"):
                page.emulate_media(color_scheme=look)
                found[path, look] = inaccessible(page)
    assert {where: rules for where, rules in found.items() if rules} == {}
