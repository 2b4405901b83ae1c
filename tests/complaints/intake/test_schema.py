"""The OpenAPI document: valid, complete, and true to what the API takes."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.utils.translation import trans_real
from drf_spectacular.validation import validate_schema

from complaints.intake.sent import UnreadableError, read
from tests.complaints.intake.bodies import body
from tests.factories import NOW

URL = "/api/v1/schema/"


@pytest.fixture
def document(client: Client, db: None) -> Any:
    return client.get(URL, headers={"Accept": "application/vnd.oai.openapi+json"}).json()


def test_the_document_is_valid_openapi(document: Any):
    assert document["openapi"].startswith("3.1")
    validate_schema(document)


def test_it_answers_with_and_without_the_slash_to_anybody(client: Client):
    assert client.get(URL).status_code == client.get(URL.rstrip("/")).status_code == 200


def test_each_endpoint_is_there_once_with_its_scope_and_its_errors(document: Any):
    send = document["paths"]["/api/v1/complaints/"]["post"]

    assert "/api/v1/complaints" not in document["paths"]
    assert send["security"] == [{"oauth2": ["complaints:write"]}]
    assert {"200", "201", "409", "default"} <= set(send["responses"])
    assert list(send["responses"]["default"]["content"]) == ["application/problem+json"]
    assert "/api/v1/complaints/{id}/" in document["paths"]


@pytest.mark.parametrize("lang", ["xx", "", "\x00", "en"])
def test_a_language_in_the_query_breaks_nothing(client: Client, lang: str):
    assert client.get(URL, {"lang": lang}).status_code < 500


def test_whoever_asks_again_costs_nothing_and_leaves_nothing(client: Client):
    """It was made anew for each, and each made-up language stayed in memory."""
    first = client.get(URL)
    known = len(trans_real._translations)

    answers = [client.get(URL, {"lang": f"xx-{number}", "version": "2"}) for number in range(10)]

    assert len(trans_real._translations) == known
    assert {answer.content for answer in answers} == {first.content}
    assert first.headers["Content-Type"] == "application/vnd.oai.openapi; charset=utf-8"


def texts(node: Any, schemas: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Texts of a body, at whatever depth; not those that are read as the numbers beside them."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name not in path.split("."):
            yield from texts(schemas[name], schemas, f"{path}.{name}")
    if node.get("type") == "string":
        yield path, node
    kinds = node.get("anyOf", [])
    if not any(kind.get("type") == "number" for kind in kinds):
        for kind in kinds:
            yield from texts(kind, schemas, path)
    for name, field in node.get("properties", {}).items():
        yield from texts(field, schemas, f"{path}.{name}")
    if isinstance(node.get("items"), dict):
        yield from texts(node["items"], schemas, path)


def test_every_text_that_can_be_sent_says_which_characters_it_may_have(document: Any):
    """PostgreSQL has no NUL: a text that nobody looked at would be an error of ours."""
    bodies = [
        (path, told["schema"])
        for path, operations in document["paths"].items()
        for operation in operations.values()
        for told in operation.get("requestBody", {}).get("content", {}).values()
    ]
    schemas = document["components"]["schemas"]
    found = [one for path, body in bodies for one in texts(body, schemas, path)]
    bounds = {"pattern", "enum", "const", "format"}

    assert len(found) > 100
    assert [path for path, text in found if not bounds & text.keys()] == []


def validator(document: Any) -> jsonschema.Draft202012Validator:
    schema = {"$ref": "#/components/schemas/SentComplaint", "components": document["components"]}
    return jsonschema.Draft202012Validator(schema)


def test_the_document_takes_what_the_api_takes(document: Any):
    assert list(validator(document).iter_errors(body())) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"external_id": ...},
        {"external_id": 17},
        {"channel": "pigeon"},
        {"text": "a" * 5001},
        {"adress": "typing error"},
        {"point": {"lon": 181, "lat": 0}},
        {"customer": {"id": "1", "ltv": -1}},
    ],
)
def test_the_document_refuses_what_the_api_refuses(document: Any, fields: dict[str, Any]):
    assert list(validator(document).iter_errors(body(**fields)))
    with pytest.raises(UnreadableError):
        read(json.dumps(body(**fields)).encode(), now=NOW)
