"""Settings of the API: tokens, requests, limits, and its description."""

import os
from typing import Any

from django.utils.translation import gettext_lazy as _

API_SCOPES = {
    "complaints:write": _("Send complaints"),
    "complaints:read": _("Read complaints"),
    "customers:write": _("Tell of customers, and erase them"),
    "customers:read": _("Read customers, masked"),
    "spots:read": _("Read spots"),
    "spots:move": _("Make moves with spots"),
    "followups:read": _("Read follow-ups"),
    "followups:close": _("Tell what came of follow-ups"),
    "requests:handle": _("Read requests for service, and say how far they are"),
    "network:write": _("Send outages and works"),
    "lookup:read": _("Ask what is known at a place"),
    "feedback:read": _("Read answers of customers"),
    "feedback:write": _("Tell of customers at touch points"),
    "webhooks:manage": _("Be told of events"),
}
# What is done with these is done by an account of the client's own.
SCOPES_OF_MOVES = frozenset({"spots:move", "followups:close"})
OAUTH2_PROVIDER_APPLICATION_MODEL = "heatmaps_project.ApiClient"
OAUTH2_PROVIDER: dict[str, Any] = {
    "SCOPES": API_SCOPES,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "CLIENT_SECRET_HASHER": "pbkdf2_sha256_secret",
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,  # never in a URL
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,  # not given
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,  # not given
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # only a checksum is kept
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "OAUTH2_VALIDATOR_CLASS": "heatmaps_project.accounts.authentication.ClientValidator",
    "SCOPES_BACKEND_CLASS": "heatmaps_project.accounts.scopes.ClientScopes",
}
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "heatmaps_project.accounts.authentication.ClientAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "oauth2_provider.contrib.rest_framework.TokenHasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["heatmaps_project.accounts.throttles.ClientThrottle"],
    "DEFAULT_PARSER_CLASSES": ["complaints.bodies.JsonValues"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "complaints.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Heatmaps",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "OAUTH2_FLOWS": ["clientCredentials"],
    "OAUTH2_TOKEN_URL": "/oauth/token/",
    "PREPROCESSING_HOOKS": ["heatmaps_project.schema.with_one_form_of_each"],
    "POSTPROCESSING_HOOKS": ["heatmaps_project.schema.with_problems"],
}
API_BODY_BYTES = 256 * 1024  # of one request, where its view sets no other limit
API_BATCH_BYTES = 32 * 1024 * 1024  # of five thousand complaints in one request
API_CALLS_WRITTEN_EVERY = 5.0  # seconds
# of the bodies that one client sends within a day, to each web process: what they say is kept
API_BYTES_PER_DAY = int(os.environ.get("API_MEGABYTES_PER_DAY", "4000")) * 1024 * 1024
# customers that one client erases within a day, by each web process: it cannot be taken back
ERASURES_PER_DAY = int(os.environ.get("ERASURES_PER_DAY", "500"))
# outages and works that one client tells of within a day, by each web process
NETWORK_EVENTS_PER_DAY = int(os.environ.get("NETWORK_EVENTS_PER_DAY", "20000"))
API_REQUESTS_PER_MINUTE = int(os.environ.get("API_REQUESTS_PER_MINUTE", "6000"))  # of one client
# of reading lists, for one client and by each web process: a filter may read millions of rows
API_LIST_SECONDS_PER_MINUTE = int(os.environ.get("API_LIST_SECONDS_PER_MINUTE", "20"))
