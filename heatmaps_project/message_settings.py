"""Settings of what is sent to customers and staff, by mail and by text."""

import os
from typing import Final

from django.core.exceptions import ImproperlyConfigured

EMAIL_BACKEND: Final = os.environ.get("EMAIL_BACKEND", "complaints.outgoing.smtp.EmailBackend")
EMAIL_HOST: Final = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT: Final = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER: Final = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD: Final = os.environ.get("EMAIL_PASSWORD", "")
# What is misspelled must not be taken for "none".
_TLS: Final = os.environ.get("EMAIL_TLS", "")
if _TLS not in {"", "starttls", "tls"}:
    raise ImproperlyConfigured("EMAIL_TLS is starttls, tls, or empty.")
EMAIL_USE_TLS: Final = _TLS == "starttls"  # letters wait where the server does not offer it
EMAIL_USE_SSL: Final = _TLS == "tls"
EMAIL_TIMEOUT: Final = 10
DEFAULT_FROM_EMAIL: Final = os.environ.get("DEFAULT_FROM_EMAIL", "heatmaps@localhost")
# "smpp://user:password@host:port" or "console:" (prints the texts; for trials and the demo)
SMS_GATEWAY: Final = os.environ.get("SMS_GATEWAY", "console:")
SMS_SENDER: Final = os.environ.get("SMS_SENDER", "0650")
# of customers of whom no region is known
CUSTOMERS_TIME_ZONE: Final = os.environ.get("CUSTOMERS_TIME_ZONE", "Europe/Moscow")
# local hours at which no customer is written to; empty: none
QUIET_HOURS: Final = os.environ.get("QUIET_HOURS", "21-09")
