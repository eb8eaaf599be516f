"""A provider of identities for tests: OpenID Connect on the loopback, one person at a time."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT, SECRET = "inlet", "a secret of the tests"


class IdentityProvider:
    """Answers discovery, authorization, token and user info; ``claims`` says who signs in next."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "0001", "preferred_username": "dana"}
        self.refuses = False
        self.codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self)

            def do_POST(self) -> None:
                provider.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        parts = urlsplit(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        asked |= {name: values[0] for name, values in parse_qs(handler.rfile.read(length).decode()).items()}
        if parts.path == "/authorize":
            return self._authorize(handler, asked)
        answers = {
            "/.well-known/openid-configuration": self._configuration,
            "/token": lambda: self._token(asked),
            "/userinfo": lambda: self.claims,
        }
        status, body = 200, answers[parts.path]()
        if body is None:
            status, body = 400, {"error": "invalid_grant"}
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
        return None

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _authorize(self, handler: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        answer = {"error": "access_denied"} if self.refuses else {"code": code}
        handler.send_response(302)
        handler.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer | {'state': asked['state']})}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def _token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        began = self.codes.pop(asked.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(asked.get("code_verifier", "").encode()).digest())
        if began is None or asked.get("client_secret") != SECRET:
            return None
        if proof.decode().rstrip("=") != began["code_challenge"]:
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60} | self.claims
        token = jwt.encode(claims, "a key of thirty-two bytes for tests", algorithm="HS256")
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token}
