"""An agent's page while somebody is there, and when nobody is any more."""

import pytest

from tests.browser import PASSWORD, opened, sign_in
from tests.factories import make_user

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

MINUTE_MS = 60_000


def test_keys_keep_an_agent_signed_in_and_the_page_goes_when_nobody_is_there(live_server, settings):
    with opened(live_server) as page:
        page.clock.install()
        sign_in(page, make_user("agent", password=PASSWORD))
        page.goto("/lookup/")
        page.clock.run_for(MINUTE_MS + 1000)
        with page.expect_response("**/acting/") as heard:
            page.keyboard.press("a")
        assert heard.value.status == 204

        page.clock.run_for(14 * MINUTE_MS)
        assert page.url.endswith("/lookup/")
        settings.SESSION_IDLE_SECONDS = -1  # the clock of the server has not moved
        page.clock.run_for(MINUTE_MS + 1000)
        page.wait_for_url("**/admin/login/?next=/lookup/")
        assert page.errors == []
