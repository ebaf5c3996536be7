"""Signing in with a passkey: no address and no password to type, and nothing to guess, so nobody is ever held up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from nonnuoc.desk import entering, passkey_asking, signing_in
from nonnuoc.look.access import PUBLIC, stated
from nonnuoc.records.accounts.entrance import passkeys

PURPOSE = "sign-in"


@stated(PUBLIC)
@never_cache
@require_POST
def options(request: HttpRequest) -> HttpResponse:
    """What the browser is to sign."""
    return passkey_asking.ask(request, PURPOSE, passkeys.request_options(passkey_asking.site(request)))


@stated(PUBLIC)
@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Signed by a passkey that is known here: in."""
    try:
        told, challenge = passkey_asking.answer(request, PURPOSE)
        person = passkeys.check(told, challenge=challenge, site=passkey_asking.site(request))
    except passkeys.PasskeyRefusedError:
        entering.refused("", how="passkey")
        said = _("This passkey is not known here. Sign in another way, then add it to your account.")
        return signing_in.page(request, said=said, status=403)
    return entering.finish(request, person, how="passkey", target=entering.target(request))
