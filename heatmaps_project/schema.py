"""The API's OpenAPI 3.1 document: what drf-spectacular does not know by itself."""

from typing import Any

from drf_spectacular.contrib.django_oauth_toolkit import DjangoOAuthToolkitScheme
from drf_spectacular.contrib.pydantic import PydanticExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from pydantic.json_schema import model_json_schema

from complaints.problems import MEDIA_TYPE, Problem

REFERENCE = "#/components/schemas/{model}"


class ClientScheme(DjangoOAuthToolkitScheme):
    """Our own authentication is the library's, to whoever reads the document."""

    target_class = "heatmaps_project.accounts.authentication.ClientAuthentication"


class BodyExtension(PydanticExtension):
    """A pydantic model in a request is what may be sent, not what it would be written as."""

    priority = 1

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        schema = model_json_schema(
            self.target,
            ref_template=REFERENCE,
            mode="validation" if direction == "request" else "serialization",
        )
        for name, part in schema.pop("$defs", {}).items():
            auto_schema.registry.register_on_missing(
                ResolvedComponent(
                    name=name, type=ResolvedComponent.SCHEMA, object=name, schema=part
                )
            )
        return schema


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say of every operation that anything else it answers is a problem (RFC 9457)."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    problem = model_json_schema(Problem, ref_template=REFERENCE, mode="serialization")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    answer = {
        "description": "A problem.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}},
    }
    for path in result["paths"].values():
        for method, operation in path.items():
            _describe(operation["responses"], answer, reads=method == "get")
    return result


def _describe(responses: dict[str, Any], problem: dict[str, Any], *, reads: bool) -> None:
    for status, told in responses.items():
        if status.startswith("4"):
            told["content"] = problem["content"]
    responses.setdefault("default", problem)
    if reads:
        responses.setdefault("304", {"description": "You have it already."})


def with_one_form_of_each(endpoints: list[tuple[str, str, str, Any]]) -> list[Any]:
    """
    Describe each address once, with its trailing slash: both forms answer alike.

    What TM Forum describes itself is left to it.
    """
    return [
        endpoint
        for endpoint in endpoints
        if endpoint[0].startswith("/api/") and endpoint[0].endswith("/")
    ]
