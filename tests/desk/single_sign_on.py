"""A province's single sign-on for tests: django-oauth-toolkit, in a process of its own on loopback.

It speaks OpenID Connect as it should, except where `mischief.json` in its folder tells it to lie: `facts` are what it
thinks of the person, `claims` are put over those of the token, `hide` are left out of it, `signature` is "broken",
"none" or "stranger".
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

CLIENT, SECRET, WORD = "nonnuoc", "a secret of this test alone", "mountain"
BACK = "http://testserver/desk/sign-in/provider/back"


@dataclass
class Provider:
    """Where it runs, and how it is told to lie."""

    issuer: str
    folder: Path

    def lie(self, **how: Any) -> None:
        (self.folder / "mischief.json").write_text(json.dumps(how))

    def sign_in(self, address: str) -> str:
        """What a browser does there: follow, fill in the form, come back. Gives the address it comes back with."""
        browser = requests.Session()
        answer = browser.get(address, allow_redirects=False, timeout=10)
        while answer.is_redirect:
            onward = urljoin(answer.url, answer.headers["Location"])
            if urlsplit(onward).netloc == "testserver":
                return onward.removeprefix("http://testserver")
            answer = browser.get(onward, allow_redirects=False, timeout=10)
            if form := re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.text):
                data = {"username": "an", "password": WORD, "csrfmiddlewaretoken": form.group(1)}
                answer = browser.post(answer.url, data, allow_redirects=False, timeout=10)
        raise AssertionError(f"{answer.status_code} {answer.text[:500]}")


@contextmanager
def running(folder: Path) -> Iterator[Provider]:
    """The provider, as long as the block lasts."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, __file__, str(folder)], stdout=log, stderr=log)
        try:
            port = folder / "port"
            until = time.monotonic() + 60
            while not port.exists() and process.poll() is None and time.monotonic() < until:
                time.sleep(0.1)
            assert port.exists(), (folder / "log").read_text()
            yield Provider(f"http://127.0.0.1:{port.read_text()}/o", folder)
        finally:
            process.terminate()
            process.wait(20)


def serve(folder: Path) -> None:
    """The process: its own Django, its own SQLite, its own keys."""
    import django
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from django.conf import settings

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    sys.modules["single_sign_on"] = sys.modules["__main__"]
    settings.configure(
        SECRET_KEY="of this test",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="single_sign_on",
        LOGIN_URL="/login/",
        USE_TZ=True,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # of the client's secret, too
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "db.sqlite3"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN})],
                    "context_processors": ["django.template.context_processors.request"],
                },
            }
        ],
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": pem,
            "SCOPES": {"openid": "who", "email": "address", "profile": "name"},
            "PKCE_REQUIRED": True,
            "OAUTH2_VALIDATOR_CLASS": "single_sign_on.Validator",
        },
    )
    django.setup()
    _fill()
    _listen(folder)


LOGIN = '<form method="post">{% csrf_token %}{{ form }}<button>in</button></form>'


def _fill() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    User.objects.create_user("an", password=WORD)
    Application.objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=BACK,
        algorithm="RS256",
        skip_authorization=True,
    )


def _listen(folder: Path) -> None:
    from wsgiref.simple_server import make_server

    from django.contrib.auth.views import LoginView
    from django.core.wsgi import get_wsgi_application
    from django.urls import include, path

    globals()["urlpatterns"] = [
        path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
        path("login/", LoginView.as_view()),
    ]
    globals()["Validator"] = _validator(folder)
    server = make_server("127.0.0.1", 0, get_wsgi_application())
    draft = folder / "port.draft"
    draft.write_text(str(server.server_port))
    draft.rename(folder / "port")
    server.serve_forever()


def _validator(folder: Path) -> type:
    from jwcrypto import jwk, jwt
    from oauth2_provider.oauth2_validators import OAuth2Validator

    def mischief() -> dict[str, Any]:
        file = folder / "mischief.json"
        return json.loads(file.read_text()) if file.exists() else {}

    class Validator(OAuth2Validator):
        oidc_claim_scope = None

        def get_additional_claims(self, request):
            return {"email": "an@example.vn", "email_verified": True, **mischief().get("facts", {})}

        def get_id_token_dictionary(self, token, token_handler, request):
            claims, expires = super().get_id_token_dictionary(token, token_handler, request)
            told = mischief()
            kept = {name: value for name, value in claims.items() if name not in told.get("hide", [])}
            return kept | told.get("claims", {}), expires

        def finalize_id_token(self, id_token, token, token_handler, request):
            signed = super().finalize_id_token(id_token, token, token_handler, request)
            how = mischief().get("signature")
            head, body, signature = signed.split(".")
            if how == "broken":
                return f"{head}.{body}.{signature[:-6]}AAAAAA"
            if how == "none":
                plain = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
                return f"{plain}.{body}."
            if how == "stranger":
                claims = base64.urlsafe_b64decode(body + "==").decode()
                made = jwt.JWT(header=json.loads(base64.urlsafe_b64decode(head + "==")), claims=claims)
                made.make_signed_token(jwk.JWK.generate(kty="RSA", size=2048))
                return made.serialize()
            return signed

    return Validator


if __name__ == "__main__":
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    serve(Path(sys.argv[1]))
