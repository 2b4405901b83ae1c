"""A small provider of identities: OpenID Connect over HTTP. It lies where it is told to."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

CLIENT, SECRET = "heatmaps", "a-secret-of-the-client"


@dataclass
class Provider:
    """Whom it knows, and how it answers."""

    issuer: str = ""
    claims: dict[str, object] = field(default_factory=dict)  # of whoever signs in next
    lies: dict[str, object] = field(default_factory=dict)  # in the token, over what is right
    signs_with: JWK | None = None  # another key than it publishes
    key: JWK = field(default_factory=lambda: JWK.generate(kty="RSA", size=2048, kid="k1"))
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # by code

    def settings(self, **more: object) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "account_claim": "preferred_username",
            "groups_claim": "groups",
            "roles": {},
            "malformed_roles": [],
            "acr": [],
            "amr": [],
            **more,
        }

    def metadata(self) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "end_session_endpoint": f"{self.issuer}/out?ui=ru",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def approve(self, address: str) -> str:
        """Answer as after a sign-in: the address that the browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, given: dict[str, str], authorization: str) -> dict[str, object] | None:
        """The tokens of a code, once, for who can prove to have asked for it."""
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.asked.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_right = (
            asked is not None
            and authorization == expected
            and challenge == asked["code_challenge"]
            and given.get("redirect_uri") == asked["redirect_uri"]
        )
        if not is_right:
            return None
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
            **self.lies,
        }
        token = JWT(header={"alg": "RS256", "kid": "k1"}, claims=said)
        token.make_signed_token(self.signs_with or self.key)
        return {"access_token": "a", "token_type": "Bearer", "id_token": token.serialize()}


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {
                "/.well-known/openid-configuration": provider.metadata(),
                "/keys": {"keys": [provider.key.export_public(as_dict=True)]},
            }
            self._say(pages.get(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(provider.token(given, self.headers.get("Authorization", "")))

        def _say(self, page: dict[str, object] | None) -> None:
            body = json.dumps(page or {"error": "invalid_grant"}).encode()
            self.send_response(200 if page else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing of it is wanted."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
