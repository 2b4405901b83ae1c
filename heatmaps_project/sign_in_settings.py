"""Settings of who signs in, and how."""

import os
from typing import Any, Final

AUTHENTICATION_BACKENDS: Final = [
    "heatmaps_project.accounts.guessers.GuesserBackend",
    "heatmaps_project.accounts.backends.RoleBackend",
    "heatmaps_project.accounts.second_factor.backend.SecondFactorBackend",
    "heatmaps_project.accounts.provider.backend.ProviderBackend",
]
AUTH_PASSWORD_VALIDATORS: Final = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS: Final = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of people's passwords
    "heatmaps_project.accounts.hashers.SecretHasher",  # of API clients' secrets
]


def _words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


_ROLES = [word.rpartition("=") for word in _words("OIDC_ROLES")]

# A provider of identities (OpenID Connect) for the staff; no issuer: there is none.
OIDC: Final[dict[str, Any]] = {
    "issuer": os.environ.get("OIDC_ISSUER", ""),
    "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
    "client_secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
    "account_claim": os.environ.get("OIDC_ACCOUNT_CLAIM", "preferred_username"),
    "groups_claim": os.environ.get("OIDC_GROUPS_CLAIM", "groups"),
    # "heatmaps-leads=supervisor,heatmaps=dispatcher": the first that one is in
    "roles": {group.strip(): role.strip() for group, _sign, role in _ROLES if group.strip()},
    # `check` refuses them, and they give nobody a role
    "malformed_roles": ["".join(parts) for parts in _ROLES if not parts[0].strip()],
    "acr": _words("OIDC_ACR"),  # of whoever gave a second factor there
    "amr": _words("OIDC_AMR"),
}
# Roles that must have a second factor, "all" or "none"; superusers must where any role must.
ALL_ROLES: Final = "all"
SECOND_FACTOR_ROLES: Final = [
    role.strip()
    for role in os.environ.get("SECOND_FACTOR_ROLES", ALL_ROLES).split(",")
    if role.strip() != "none"
]
AXES_VERBOSE: Final = False
AXES_CLIENT_IP_CALLABLE: Final = "complaints.limits.sender_of"
AXES_FAILURE_LIMIT: Final = 10
AXES_COOLOFF_TIME: Final = 0.25  # hours
# Whoever is locked out has nothing more written down: axes would add each try to the row of those
# before, and write the whole of it anew: 20,000 of them are 200 GB.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT: Final = False
# A guesser locks out their own address for that name, not the person everywhere.
AXES_LOCKOUT_PARAMETERS: Final = [["username", "ip_address"]]
AXES_SENSITIVE_PARAMETERS: Final = ["username", "ip_address", "code", "proof"]
