"""Addresses of signing in and of one's own account."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk import (
    access_keys,
    account,
    account_factors,
    confirming,
    forgotten,
    invitation,
    passkey_sign_in,
    provider,
    second_step,
    signing_in,
)

urlpatterns: list[URLPattern] = [
    path("desk/sign-in/", signing_in.sign_in, name="sign-in"),
    path("desk/sign-out/", signing_in.sign_out, name="sign-out"),
    path("desk/sign-in/passkey/", passkey_sign_in.sign_in, name="sign-in-passkey"),
    path("desk/sign-in/passkey/options", passkey_sign_in.options, name="sign-in-passkey-options"),
    path("desk/sign-in/second/", second_step.second_step, name="second-step"),
    path("desk/sign-in/second/passkey/", second_step.by_passkey, name="second-step-passkey"),
    path("desk/sign-in/second/passkey/options", second_step.passkey_options, name="second-step-passkey-options"),
    path("desk/sign-in/provider/", provider.start, name="provider"),
    path("desk/sign-in/provider/back", provider.back, name="provider-back"),
    path("desk/sign-in/forgotten/", forgotten.ask, name="forgotten"),
    path("desk/sign-in/forgotten/<str:who>/<str:token>/", forgotten.choose, name="forgotten-choose"),
    path("desk/invitation/<str:token>/", invitation.accept, name="invitation"),
    path("desk/account/", account.overview, name="account"),
    path("desk/account/password/", account.password, name="account-password"),
    path("desk/account/authenticator/", account_factors.add_authenticator, name="account-authenticator"),
    path("desk/account/authenticator/remove", account_factors.remove_authenticator, name="authenticator-remove"),
    path("desk/account/passkey/", account_factors.add_passkey, name="account-passkey"),
    path("desk/account/passkey/options", account_factors.passkey_options, name="account-passkey-options"),
    path("desk/account/passkey/<int:identity>/remove", account_factors.remove_passkey, name="passkey-remove"),
    path("desk/account/codes/", account_factors.codes, name="account-codes"),
    path("desk/account/sessions/<int:identity>/end", account.end_session, name="session-end"),
    path("desk/account/sessions/end-others", account.end_other_sessions, name="sessions-end-others"),
    path("desk/account/keys/", access_keys.listing, name="access-keys"),
    path("desk/account/keys/new/", access_keys.new, name="access-key-new"),
    path("desk/account/keys/<int:identity>/revoke/", access_keys.revoke, name="access-key-revoke"),
    path("desk/account/confirm/", confirming.confirm, name="confirm"),
    path("desk/account/confirm/passkey/", confirming.by_passkey, name="confirm-passkey"),
    path("desk/account/confirm/passkey/options", confirming.passkey_options, name="confirm-passkey-options"),
    path("desk/account/confirm/again", confirming.again, name="confirm-again"),
]
