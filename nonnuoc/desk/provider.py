"""The province's single sign-on (OpenID Connect): authorization code with PKCE, state and nonce, the token checked.

Authlib does the talking. Nobody is made here: whoever was not invited is told so.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from joserfc.errors import JoseError

from nonnuoc.desk import entering
from nonnuoc.look.access import PUBLIC, stated
from nonnuoc.records.accounts.entrance import provider_accounts

log = logging.getLogger(__name__)

TARGET = "provider_target"
TIMEOUT_S = 10
#: What a token may be signed with, whatever else the provider could do: key pairs, so that only it can have signed.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class ProviderSilentError(Exception):
    """It cannot be reached, or does not speak as it should."""


class ProviderRefusedError(Exception):
    """It did not prove who asks."""


class _Line(OAuth2Session):  # type: ignore[misc]
    """Asks where it was told to, and follows no redirection to anywhere else."""

    def request(self, *args: Any, **kwargs: Any) -> Any:
        return super().request(*args, **{**kwargs, "allow_redirects": False})


class _Client(DjangoOAuth2App):  # type: ignore[misc]
    client_cls = _Line


def name() -> str:
    """What the button calls it; "" where there is none."""
    return settings.OIDC.name if settings.OIDC else ""


@stated(PUBLIC)
@never_cache
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """On to the provider."""
    oidc = _configured()
    request.session[TARGET] = entering.target(request)
    try:
        client = _client(oidc)
        back = request.build_absolute_uri(reverse("provider-back"))
        return client.authorize_redirect(request, back)  # type: ignore[no-any-return]
    except (requests.RequestException, AuthlibBaseError, KeyError, ValueError, RuntimeError) as error:
        log.warning("the single sign-on cannot be reached: %.300r", str(error))
        return _said(request, _("%(provider)s does not answer."), status=502)


@stated(PUBLIC)
@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Back from it, with a code: exchanged, checked, and in."""
    try:
        claims = _claims(request)
        person = provider_accounts.person_of(
            _configured().issuer,
            str(claims["sub"]),
            email=str(claims.get("email", "")),
            verified=claims.get("email_verified") is True,
        )
    except ProviderSilentError as error:
        log.warning("the single sign-on cannot be reached: %.300r", str(error))
        return _said(request, _("%(provider)s does not answer."), status=502)
    except ProviderRefusedError as error:
        log.warning("the single sign-on proved nobody: %.300r", str(error))
        return _refused(request, _("%(provider)s did not confirm who you are. Start again from the sign-in page."))
    except provider_accounts.NotProvenError:
        return _refused(request, _("%(provider)s has not verified your e-mail address. Have it verified there first."))
    except provider_accounts.AnotherAccountError:
        return _refused(
            request,
            _("The account of this e-mail address is another person at %(provider)s. Ask your administrator."),
        )
    except provider_accounts.NotInvitedError:
        return _refused(
            request, _("%(provider)s knows you, but nobody has invited you here yet. Ask your administrator.")
        )
    return entering.begin(request, person, how="provider", target=request.session.pop(TARGET, reverse("desk")))


def _claims(request: HttpRequest) -> dict[str, Any]:
    """What the provider says of whoever came back, checked. ProviderSilentError, ProviderRefusedError."""
    oidc = _configured()
    expected = {
        "iss": {"essential": True, "values": [oidc.issuer]},
        "aud": {"essential": True, "values": [oidc.client_id]},
    }
    try:
        client = _client(oidc)
        token = client.authorize_access_token(request, claims_options=expected)
        claims = dict(token["userinfo"])
        if "email" not in claims:
            told = dict(client.userinfo(token=token))
            if told.get("sub") != claims["sub"]:
                raise ProviderRefusedError("userinfo is of somebody else")
            claims = {**told, **claims}
    except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as error:
        raise ProviderRefusedError(str(error) or repr(error)) from error
    except requests.RequestException as error:
        raise ProviderSilentError(str(error)) from error
    return claims


def _configured() -> Any:
    """What the environment says of the provider. Raises Http404 where it says nothing."""
    if settings.OIDC is None:
        raise Http404
    return settings.OIDC


def _client(oidc: Any) -> Any:
    """What speaks to the provider. Raises ValueError where the metadata there are another issuer's."""
    client = _registered(oidc)
    told = client.load_server_metadata().get("issuer")
    if told != oidc.issuer:
        raise ValueError(f"its metadata are of the issuer {told!r}, not of {oidc.issuer!r}")
    client.server_metadata["id_token_signing_alg_values_supported"] = SIGNATURES
    return client


@cache
def _registered(oidc: Any) -> Any:
    return OAuth().register(
        "province",
        client_cls=_Client,
        client_id=oidc.client_id,
        client_secret=oidc.client_secret,
        server_metadata_url=f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_S,
        },
    )


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    entering.refused("", how="provider")
    return _said(request, words, status=403)


def _said(request: HttpRequest, words: str, *, status: int) -> HttpResponse:
    context = {"words": words % {"provider": name()}, "silent": status == 502}
    return render(request, "desk/provider.html", context, status=status)
