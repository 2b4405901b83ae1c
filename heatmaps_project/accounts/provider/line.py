"""
How the provider of identities is asked: in a set time, and for no more than it has to say.

Of the few threads of a web process some wait for it, and while they do nobody signs in: it may be
down, or behind a proxy that is, and the address of another machine may stand where it was.
"""

from io import BytesIO
from socket import socket
from typing import Any, Final

from authlib.integrations.django_client import DjangoOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from complaints.outgoing.calling import hang_up, within

MOST_BYTES: Final = 1024 * 1024  # of one answer
MOST_REDIRECTS: Final = 3
# Of what it says of itself, all that is used: authlib would take anything else as an option of its
# own, and one is whether certificates are looked at.
_TOLD: Final = frozenset(
    {
        *("issuer", "authorization_endpoint", "token_endpoint", "end_session_endpoint"),
        *("jwks_uri", "jwks", "id_token_signing_alg_values_supported", "_loaded_at"),
    }
)
_SIGNATURES: Final = ("RS", "PS", "ES", "Ed")  # that only it can make; never "none", or "HS"


class _Adapter(HTTPAdapter):
    """One question at a time, of at most so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._lines: list[socket] = []
        self._is_cut = False

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """:raises RequestException: it takes too long, says too much, or stops amid a word"""
        with within(self._seconds, self._cut):
            answer = super().send(request, *args, **kwargs)
            try:
                said = answer.raw.read(MOST_BYTES + 1, decode_content=False)
            except HTTPError as fault:
                raise RequestException("It stopped.") from fault
            finally:
                answer.raw.close()
        if self._is_cut or len(said) > MOST_BYTES:  # what came until it was cut looks like all
            raise RequestException("It takes too long, or says too much.")
        answer.raw = BytesIO(said)
        return answer

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        makes = pool.ConnectionCls

        def made(*how: Any, **options: Any) -> Any:
            line = makes(*how, **options)
            connects = line.connect

            def connect() -> None:
                connects()
                self._lines.append(line.sock)
                if self._is_cut:
                    self._cut()

            vars(line)["connect"] = connect
            return line

        pool.ConnectionCls = made
        return pool

    def _cut(self) -> None:
        """From another thread: whoever reads is told that no more comes."""
        self._is_cut = True
        for line in self._lines:
            hang_up(line)


class Line(OAuth2Session):
    def __init__(self, *args: Any, default_timeout: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, default_timeout=default_timeout)
        self.max_redirects = MOST_REDIRECTS
        self.headers["Accept-Encoding"] = "identity"
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(default_timeout))


class Provider(DjangoOAuth2App):
    client_cls = Line

    def load_server_metadata(self) -> dict[str, Any]:
        """:raises ValueError: it says nothing of itself"""
        said = super().load_server_metadata()
        algorithms = said.get("id_token_signing_alg_values_supported") or ["RS256"]
        ours = [one for one in algorithms if str(one).startswith(_SIGNATURES)]
        said["id_token_signing_alg_values_supported"] = ours
        self.server_metadata = {name: told for name, told in said.items() if name in _TOLD}
        return self.server_metadata
