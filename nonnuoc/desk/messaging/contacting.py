"""A telephone number or a Zalo account of one's own: given, proved by a code, removed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, signed_in
from nonnuoc.desk.messaging import words
from nonnuoc.records.outbox import contacts, own
from nonnuoc.records.outbox.models import Channel

HELP = {
    Channel.SMS: gettext_lazy("Such as 0912 345 678. A code is sent there."),
    Channel.ZALO: gettext_lazy("The number by which the province's Zalo account knows yours. A code is sent there."),
}


class Address(forms.Form):
    """Where."""

    address = forms.CharField(label=gettext_lazy("Number"), max_length=40)


class Code(forms.Form):
    """What came."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text=gettext_lazy("Six digits, good for ten minutes."),
    )


@signed_in("GET", "HEAD", "POST")
def one(request: Entered, channel: str) -> HttpResponse:
    """The address of one channel: give it, prove it, have another code sent, remove it."""
    way = next((each for each in own.ways(request.user) if each.channel == channel and channel in HELP), None)
    if way is None:
        raise Http404(_("There is no such channel."))
    deed = request.POST.get("deed", "address") if request.method == "POST" else ""
    address = Address(request.POST if deed == "address" else None, initial={"address": way.address})
    address.fields["address"].help_text = HELP[way.channel]
    code = Code(request.POST if deed == "code" else None)
    if deed and (done := _done(request, way, deed, address, code)):
        messages.success(request, done)
        return redirect(*(("message-preferences",) if deed in ("code", "remove") else ("message-contact", channel)))
    wrong = bool(address.errors or code.errors)
    context = {"way": way, "name": words.channel(channel), "address": address, "code": code}
    return render(request, "desk/messaging/contact.html", context, status=422 if wrong else 200)


def _done(request: Entered, way: own.Way, deed: str, address: Address, code: Code) -> str:
    """Do what was asked, and say so; "" where a form has to be mended."""
    person, contact = request.user, way.contact
    form: forms.Form = code if deed in ("code", "again") else address
    try:
        if deed == "address" and address.is_valid():
            contacts.add_contact(person, way.channel, address.cleaned_data["address"], by=person)
            return _("A code is on its way to you.")
        if deed == "code" and contact and code.is_valid():
            contacts.verify(contact, code.cleaned_data["code"], by=person)
            return _("Proved. Messages can reach you there from now on.")
        if deed == "again" and contact:
            contacts.send_code(contact, by=person)
            return _("Another code is on its way to you.")
        if deed == "remove" and contact:
            contacts.remove_contact(contact, by=person)
            return _("Removed. Nothing is sent there any more.")
    except ValidationError as error:
        if not form.is_bound:
            messages.error(request, " ".join(error.messages))
        else:
            choices.refuse(form, error)
    return ""
