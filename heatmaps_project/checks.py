"""What must not reach production: keys that everybody knows, and roles that there are not."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from complaints.customers.cipher import is_pepper
from heatmaps_project.accounts.roles import Role
from heatmaps_project.sign_in_settings import ALL_ROLES


def keys_are_secret(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse the keys that tests use, each of them, and whatever it is called."""
    known = {settings.INSECURE, settings.TEST_KEY}
    said = {
        "SECRET_KEY": {settings.SECRET_KEY},
        "DATA_KEYS": {*settings.DATA_KEYS.values()},
        "BLIND_INDEX_PEPPER": {*settings.BLIND_INDEX_PEPPERS.values()},
    }
    public = [name for name, keys in said.items() if keys & known]
    if not public:
        return []
    return [
        Error(
            f"Anybody knows what tests use: {', '.join(public)}.",
            hint="Set all three; docs/operate.md says how to make them.",
            id="heatmaps.E001",
        )
    ]


def keys_are_secret_in_public(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse them before anything starts, too (`migrate` asks), where customers come by https."""
    return keys_are_secret(app_configs) if settings.PUBLIC_URL.startswith("https://") else []


def texts_are_not_printed(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn of texts that go into the log: with them links to customers' pages, and codes."""
    if not settings.SMS_GATEWAY.startswith("console:"):
        return []
    return [
        Warning(
            "SMS_GATEWAY prints texts into the log, and sends none.",
            hint="smpp://user:password@host:port; console: is for trials.",
            id="heatmaps.W003",
        )
    ]


_HERE: Final = {"localhost", "127.0.0.1", "::1"}


def letters_are_sealed(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn of letters that go to another machine in the clear: links of customers are in them."""
    is_sealed = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if is_sealed or settings.EMAIL_HOST in _HERE:
        return []
    return [
        Warning(
            "Letters go to EMAIL_HOST in the clear, with links to customers' pages.",
            hint="EMAIL_TLS=starttls, or tls.",
            id="heatmaps.W004",
        )
    ]


def _is_here(hosts: str) -> bool:
    """Whether all of a list of hosts are this machine, or the folder of a socket on it."""
    return all(
        not host or host.startswith(("/", "@")) or host in _HERE for host in hosts.split(",")
    )


def _redis_is_sealed(url: str) -> bool:
    said = urlsplit(url)
    asked = parse_qs(said.query)
    checks = asked.get("ssl_cert_reqs", ["required"])[-1].lower().removeprefix("cert_")
    names = asked.get("ssl_check_hostname", ["true"])[-1].lower()
    return said.scheme == "rediss" and checks == "required" and names not in {"0", "false", "no"}


def other_machines_are_sealed(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn of a database, or a Redis, on another machine that anybody on the way can speak for."""
    if not settings.PUBLIC_URL.startswith("https://"):
        return []
    database = settings.DATABASES["default"]
    options = database["OPTIONS"]
    hosts = ",".join(str(one) for one in (database["HOST"], options.get("host", "")) if one)
    faulty = []
    if options.get("sslmode") != "verify-full" and not _is_here(hosts):
        faulty.append(("DATABASE_URL", "sslmode=verify-full&sslrootcert=/etc/heatmaps/ca.pem"))
    faulty += [
        (name, "rediss://…?ssl_ca_certs=/etc/heatmaps/ca.pem")
        for name, url in _redis_elsewhere().items()
        if not _redis_is_sealed(url)
    ]
    return [
        Warning(
            f"What {name} leads to is on another machine, and could be anybody on the way.",
            hint=f"{hint}, or a network that is this installation's alone: docs/operate.md.",
            id="heatmaps.W005",
        )
        for name, hint in faulty
    ]


def redis_asks_who_comes(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn of a Redis on another machine that lets us in though we show it nothing of ours."""
    if not settings.PUBLIC_URL.startswith("https://"):
        return []
    return [
        Warning(
            f"What {name} leads to lets in whoever reaches its port.",
            hint="tls-auth-clients yes, and ssl_certfile=…&ssl_keyfile=… here, or a password,"
            " or a network that is this installation's alone: docs/operate.md.",
            id="heatmaps.W006",
        )
        for name, url in _redis_elsewhere().items()
        if not urlsplit(url).password and "ssl_certfile" not in parse_qs(urlsplit(url).query)
    ]


def _redis_elsewhere() -> dict[str, str]:
    """Return the addresses of those on other machines, by the setting's name."""
    cache = settings.CACHES["tiles"]
    tiles = str(cache["LOCATION"]) if "redis" in cache["BACKEND"] else ""
    urls = {"REDIS_URL": settings.REDIS_URL, "TILE_CACHE_URL": tiles}
    return {name: url for name, url in urls.items() if not _is_here(urlsplit(url).hostname or "")}


def peppers_can_be_used(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse peppers that are none, and more of a name than one."""
    said = settings.BLIND_INDEX_PEPPERS
    faulty = [name or "the one without a name" for name in said if not is_pepper(name, said[name])]
    faulty += [] if said else ["nothing"]
    return [
        Error(
            f"BLIND_INDEX_PEPPER: {name} cannot be used.",
            hint="At least 16 bytes as base64, after a name of at most five letters and digits.",
            id="heatmaps.E004",
        )
        for name in faulty
    ]


def second_factor_is_asked(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse roles that there are not: their people would sign in by password alone."""
    asked = settings.SECOND_FACTOR_ROLES
    if unknown := {*asked} - {ALL_ROLES, *Role.values}:
        return [
            Error(
                f"SECOND_FACTOR_ROLES names what is no role: {', '.join(sorted(unknown))}.",
                hint=f"all, none, or some of: {', '.join(Role.values)}.",
                id="heatmaps.E002",
            )
        ]
    if not asked:
        return [Warning("Nobody must have a second factor.", id="heatmaps.W001")]
    return []


def provider_is_trustworthy(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a provider of identities that anybody on the way can speak for, and unknown roles."""
    said = settings.OIDC
    faults = []
    if said["issuer"] and not (
        said["issuer"].startswith("https://") and said["client_id"] and said["client_secret"]
    ):
        faults.append(
            "OIDC_ISSUER needs https, and OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it"
        )
    if said["malformed_roles"]:
        faults.append(f"OIDC_ROLES has no role behind: {', '.join(said['malformed_roles'])}")
    if unknown := {*said["roles"].values()} - {*Role.values}:
        faults.append(f"OIDC_ROLES names what is no role: {', '.join(sorted(unknown))}")
    return [Error(f"{fault}.", id="heatmaps.E003") for fault in faults]
