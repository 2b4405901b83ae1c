"""Every address of the web application, by the name of its view."""

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from heatmaps_project.models import User

# Twins of named ones, without a slash or to redirect; and what answers for anything else.
UNNAMED = ("<path:object_id>/", "(?P<url>.*)$", r"^api(?:/|$)", r"^tmf-api(?:/|$)")

MODELS = sorted(
    f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry
)


def names() -> list[str]:
    """Names of all addresses; those that Django's admin makes for each model are left out."""
    return sorted({name for name, _ in routes()})


def routes() -> list[tuple[str, str]]:
    """Names and routes of all addresses; those that Django's admin makes are left out."""
    return [
        (name, route) for name, route in _walk(get_resolver()) if name and not _of_a_model(name)
    ]


def unnamed_routes() -> list[str]:
    """Routes that have no name, and are no twin of one that has."""
    named = {route for name, route in _walk(get_resolver()) if name}
    return [
        route
        for name, route in _walk(get_resolver())
        if not name and f"{route}/" not in named and not route.endswith(UNNAMED)
    ]


def ask(
    user: User | AnonymousUser, address: str, method: str = "get", **sent: object
) -> HttpResponse | None:
    """
    Ask a view, without drawing the page that it answers. None: it has nothing for this reader.

    None stands for 403, 404, a way to the sign-in page, and the ways to its front page or to
    the list that the admin shows where it does not know a row.
    """
    request = getattr(RequestFactory(), method)(address, sent)
    request.user, request.session = user, SessionStore()
    request._dont_enforce_csrf_checks = True
    request._messages = CookieStorage(request)
    found = resolve(address.partition("?")[0])
    try:
        response = found.func(request, *found.args, **found.kwargs)
    except (PermissionDenied, Http404):
        return None
    where = response.get("Location", "")
    elsewhere = "/login/" in where or where == reverse("admin:index")
    to_its_list = method == "get" and bool(where) and address.startswith(where)
    return None if response.status_code in {403, 404} or elsewhere or to_its_list else response


def answered(user: User | AnonymousUser, address: str, method: str = "get") -> bool:
    return ask(user, address, method) is not None


def _of_a_model(name: str) -> bool:
    pages = ("changelist", "add", "change", "delete", "history", "simple_history")
    return any(name == f"admin:{model}_{page}" for model in MODELS for page in pages)


def _walk(
    resolver: URLResolver, namespace: str = "", prefix: str = ""
) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, route)
        elif isinstance(pattern, URLPattern):
            yield (f"{namespace}{pattern.name}" if pattern.name else ""), route
