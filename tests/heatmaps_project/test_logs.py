"""Log lines: whose they are, and what they never say."""

import json
import logging
import re
import sys
import time
from datetime import timedelta
from io import StringIO
from secrets import token_urlsafe

import pytest
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch, resolve

from complaints.customers import personal
from feedback.surveys.links import links_to
from heatmaps_project import logs
from heatmaps_project.desk.own.links import path_to
from heatmaps_project.logs import JsonFormatter, UtcFormatter, scrubbed
from heatmaps_project.operations.trace import TraceMiddleware, whereabouts
from heatmaps_project.supervision.listening.redacting import redacted
from spots.models import Case
from tests.conftest import LISTENER
from tests.factories import NOW, make_customer, make_user
from tests.personal_in_logs import PERSONAL, Listener, in_files


def record(message: str, *, failed: bool = False) -> logging.LogRecord:
    trace = sys.exc_info() if failed else None
    return logging.LogRecord("heatmaps", logging.ERROR, "x.py", 1, message, (), trace)


def lines(one: logging.LogRecord) -> list[str]:
    plain = UtcFormatter("{asctime} {levelname} {name} {message}{where}", style="{")
    return [plain.format(one), JsonFormatter().format(one)]


def test_a_phone_and_an_address_of_mail_are_not_said():
    for line in lines(record("Told +7 926 123-45-67 and anna@example.com")):
        assert "Told [hidden] and [hidden]" in line


@pytest.mark.django_db
def test_a_traceback_does_not_quote_rows_of_the_database():
    place = "Anna Petrova, Arbat 7"
    try:
        Case.objects.create(place=place, brand_id=1)
    except IntegrityError:
        said = lines(record("Failed", failed=True))

    for line in said:
        assert "IntegrityError" in line
        assert "Arbat" not in line


@pytest.mark.parametrize("quoted", [str, repr])  # by repr: as Celery says why a task failed
@pytest.mark.django_db
def test_a_row_of_the_database_is_not_quoted_however_its_error_is(quoted):
    place = "Anna Petrova\n\nArbat 7"
    try:
        Case.objects.create(place=place, brand_id=1)
    except IntegrityError as error:
        said = quoted(error)
    assert "Petrova" in said
    assert "Arbat" in said

    for line in lines(record(f"Task heatmaps.x[1] raised unexpected: {said}")):
        assert "null value in column" in line
        assert "Petrova" not in line
        assert "Arbat" not in line


def test_what_follows_the_row_of_one_error_in_a_traceback_is_the_next_error():
    chained = (
        "psycopg.errors.CheckViolation: new row\nDETAIL:  Failing row contains (Anna\n\nArbat).\n"
        "\nThe above exception was the direct cause of the following exception:\n\nTraceback …\n"
        "IntegrityError: new row\nDETAIL:  Failing row contains (Anna\n\nArbat).\n"
    )

    said = scrubbed(chained)

    assert said.count("DETAIL: [hidden]") == 2
    assert scrubbed('x\nCONTEXT:  COPY told, line 1: "Anna"') == "x\nCONTEXT: [hidden]"
    assert "direct cause" in said
    assert "Anna" not in said
    assert "Arbat" not in said


@pytest.mark.parametrize(
    "whose",
    [
        "+79261234567",
        "89261234567",
        "+7 926 123-45-67",
        "8 (926) 123 45 67",
        "7-926-1234567",
        "+7\u00a0926\u00a0123\u201145\u201167",
        "8–926–123–45–67",
        "8.926.123.45.67",
        "+7/926/123/45/67",
        "anna.k+1@mail.example.org",
    ],
)
def test_the_suite_would_hear_whose_it_is_in_whatever_it_logs(whose, tmp_path, monkeypatch):
    listener, logger = Listener(), logging.Logger("of this test")
    logger.addHandler(listener)
    logger.warning("Told %s", whose)
    assert (listener.taken(), listener.lines) == ([], 1)  # hidden, as production does
    monkeypatch.setattr(logs, "PERSONAL", re.compile("nothing"))
    logger.warning("Told %s", whose)
    assert len(listener.taken()) == 2  # as a line, and as JSON

    (tmp_path / "web.log").write_text(f"GET /\nTold {whose} of it\n")
    assert in_files(tmp_path.iterdir()) == [f"web.log: Told {whose} of it"]


@pytest.mark.parametrize(
    "line",
    [
        "id 1764298512345",
        "took 79261234567.5 s",
        "+7 926 ***-**-12",
        "a79261234567",
        "8:00",
        "worker@host.example.org ready",
        "a***@example.org",
        "85.140.212.133",
    ],
)
def test_other_words_are_nobodys(line):
    assert PERSONAL.search(line) is None


def test_everything_that_is_logged_is_heard():
    before = LISTENER.lines
    for name in ("", "django.request", "celery", "weasyprint", "fontTools"):
        logging.getLogger(name).error("Anything")

    assert LISTENER.lines == before + 5


def test_json_is_one_object_a_line():
    said = json.loads(JsonFormatter().format(record("two\nlines")))

    assert (said["level"], said["logger"], said["message"]) == ("ERROR", "heatmaps", "two\nlines")
    assert said["time"].endswith("Z")


def test_nobody_writes_a_line_of_their_own_or_steers_a_terminal():
    [plain, _json] = lines(record("/a\r\nERROR heatmaps forged \x1b[2J\u2028x"))

    assert "\\r\\nERROR" in plain
    assert plain.isprintable()


def test_a_traceback_steers_no_terminal():
    try:
        raise ValueError("\x1b[2J")
    except ValueError:
        [plain, _json] = lines(record("Failed", failed=True))

    assert "ValueError: \\x1b[2J" in plain


@pytest.mark.django_db
def test_no_key_in_an_address_is_said(client):
    """Whoever reads the log would open the page of a customer by it, or answer for them."""
    customer = make_customer()
    own = path_to(customer, until=NOW + timedelta(days=30))
    keys = [resolve(own).kwargs["token"], links_to([7])[7].split("/")[-2], token_urlsafe(32)]
    addresses = [own, f"/r/{keys[1]}/", f"/api/v1/receipts/{keys[2]}/", f"/panel/{keys[0]}/act/"]
    said = StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(UtcFormatter("{message}", style="{"))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        for address in addresses:
            for copied in (address, address.rstrip("/"), f"{address})", address[:-1] + ").ё"):
                assert client.put(copied, {}).status_code >= 301
        client.get("/tmf-api/serviceProblemManagement/v4/nothing/")
    finally:
        logger.removeHandler(handler)

    lines = said.getvalue().splitlines()
    assert len(lines) >= 12
    assert [line for line in lines if any(key[:20] in line for key in keys)] == []
    assert "serviceProblemManagement" in lines[-1]


def test_all_of_a_number_is_hidden_in_words_however_it_is_spelled():
    for whose in ("8-495-123.45.67", "+7\u00a0926\u00a0123\u201145\u201167", "8.926.123.45.67"):
        assert personal.scrubbed(f"это {whose}, Анна") == "это •••, Анна"
    assert personal.scrubbed("с 12.11.2026") == "с 12.11.2026"


def test_a_long_word_is_looked_through_in_no_time():
    word = "a" * 200_000
    began = time.process_time()

    assert (scrubbed(word), personal.scrubbed(word), redacted(word)) == (word,) * 3
    assert redacted("а-" * 100_000 + "а")

    assert time.process_time() - began < 10  # from each of its letters anew it would be minutes


@pytest.mark.parametrize(("sent", "kept"), [("abc-123.x_YZ", True), ("a b\nc", False), ("", False)])
def test_a_request_has_its_proxys_id_or_one_of_ours_and_names_its_case(sent, kept):
    seen = {}

    def view(request):
        request.resolver_match = ResolverMatch(view, (), {"object_id": 7}, "spots_spot_change")
        middleware.process_view(request, view, (), {"object_id": 7})
        seen.update(whereabouts())
        return HttpResponse()

    middleware = TraceMiddleware(view)
    answer = middleware(RequestFactory().get("/", headers={"X-Request-ID": sent} if sent else {}))

    assert seen == {"request": answer["X-Request-ID"], "case": 7}
    assert (answer["X-Request-ID"] == sent) == kept
    assert whereabouts() == {}


@pytest.mark.django_db
def test_every_answer_says_its_id(client):
    client.force_login(make_user(), backend="heatmaps_project.accounts.backends.RoleBackend")

    assert len(client.get("/admin/")["X-Request-ID"]) == 32
