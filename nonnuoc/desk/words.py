"""What the audit trail says, in words: every action that is recorded, and the facts it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import DataClass, Office, Role

#: Every action the code records (a test compares), as it is told about its subject.
DEEDS: Mapping[str, Promise] = {
    "access-key.made": _("made a key for a program"),
    "access-key.revoked": _("revoked a key for a program"),
    "appointment.ended": _("ended a task"),
    "appointment.given": _("gave a task"),
    "audit.exported": _("exported the audit trail"),
    "datastream.changed": _("changed a datastream"),
    "datastream.deleted": _("deleted a datastream"),
    "datastream.equipped": _("changed an instrument"),
    "datastream.registered": _("registered a datastream"),
    "delegation.ended": _("ended a delegation"),
    "delegation.given": _("lent a task"),
    "deliveries.replayed": _("read deliveries again"),
    "entity.added": _("described a sensor, property, place or feature"),
    "entity.changed": _("changed the description of a sensor, property, place or feature"),
    "entity.deleted": _("deleted a sensor, property, place or feature"),
    "invitation.accepted": _("accepted an invitation"),
    "invitation.withdrawn": _("withdrew an invitation"),
    "judgement.approved": _("approved a judgement of values"),
    "judgement.proposed": _("proposed a judgement of values"),
    "judgement.returned": _("returned a judgement of values"),
    "judgement.withdrawn": _("withdrew a judgement of values"),
    "key.made": _("made a key"),
    "key.revoked": _("revoked a key"),
    "observations.corrected": _("judged values"),
    "observations.deleted": _("deleted values"),
    "office.registered": _("registered or changed an office"),
    "password.changed": _("changed the password"),
    "password.reset": _("chose a new password"),
    "person.changed": _("changed a person's facts"),
    "person.invited": _("invited a person"),
    "person.registered": _("registered a person"),
    "places.imported": _("imported boundaries"),
    "places.loaded": _("loaded communes and rivers"),
    "profile.kept": _("kept a column profile"),
    "provider-account.tied": _("tied an account of the single sign-on"),
    "provider-account.untied": _("untied an account of the single sign-on"),
    "recovery-code.used": _("used a recovery code"),
    "recovery-codes.made": _("made recovery codes"),
    "recovery.link-given": _("gave a link to begin anew"),
    "recovery.link-sent": _("sent a link for a new password"),
    "second-factor.added": _("added a second proof"),
    "second-factor.removed": _("removed a second proof"),
    "session.ended": _("ended a session"),
    "setting.chosen": _("changed a setting"),
    "sign-in": _("signed in"),
    "sign-in.refused": _("was refused at the sign-in"),
    "sign-out": _("signed out"),
    "station.assigned": _("said whose station it is"),
    "station.deleted": _("deleted a station"),
    "station.placed": _("placed a station"),
    "station.registered": _("registered or changed a station"),
    "threshold.set": _("set a threshold"),
}

#: Facts in before, after and detail.
FACTS: Mapping[str, Promise] = {
    "action": _("Action"),
    "address_there": _("Address there"),
    "before": _("Before"),
    "browser": _("Browser"),
    "by": _("Person"),
    "changed": _("Changed"),
    "check": _("Quality check"),
    "commune": _("Commune"),
    "communes": _("Communes"),
    "count": _("Number"),
    "created": _("Created"),
    "data_class": _("Class of data"),
    "deliveries": _("Deliveries"),
    "description": _("Description"),
    "email": _("E-mail address"),
    "expires": _("Runs out"),
    "facility": _("Facility"),
    "flag": _("Flag"),
    "id": _("Number"),
    "how": _("How"),
    "instrument": _("Instrument"),
    "interval_s": _("Interval, seconds"),
    "is_active": _("Is open"),
    "kind": _("Kind"),
    "issuer": _("Single sign-on"),
    "label": _("Label"),
    "lat": _("Latitude"),
    "left": _("Left over"),
    "lon": _("Longitude"),
    "mapping": _("Column profile"),
    "metadata": _("Description"),
    "name": _("Name"),
    "note": _("Note"),
    "number": _("Number"),
    "office": _("Office"),
    "parent": _("Stands under"),
    "phone": _("Telephone"),
    "property": _("Parameter"),
    "range_max": _("Upper end of the range"),
    "range_min": _("Lower end of the range"),
    "reason": _("Reason"),
    "role": _("Task"),
    "simulated": _("Simulated data"),
    "since": _("From"),
    "source": _("Source"),
    "state": _("State"),
    "station": _("Station"),
    "subject": _("Subject"),
    "to": _("To whom"),
    "trust_clock": _("Times were trusted"),
    "until": _("Until"),
    "valid_from": _("Valid from"),
    "valid_to": _("Valid until"),
    "value": _("Value"),
    "verdict": _("Judgement"),
    "writes": _("May write"),
}
NOTHING = "–"
_LABELS: Mapping[str, Mapping[Any, Any]] = {
    "role": dict(Role.choices),
    "data_class": dict(DataClass.choices),
    "kind": dict(Office.Kind.choices),
}


def is_empty(held: Any) -> bool:
    """Whether the fact is there, but says nothing."""
    return held is None or held in ("", [], {})


def deed(action: str) -> str:
    """What was done, in words; an action of an older version by its code."""
    return str(DEEDS.get(action, action))


def fact(name: str) -> str:
    """What a fact is called."""
    return str(FACTS.get(name, name))


def value(name: str, held: Any) -> str:
    """A fact's value as people read it."""
    if is_empty(held):
        return NOTHING
    if held is True:
        return gettext("yes")
    if held is False:
        return gettext("no")
    if isinstance(held, list):
        return ", ".join(value(name, one) for one in held)
    if isinstance(held, Mapping):
        return "; ".join(f"{fact(str(key))}: {value(str(key), one)}" for key, one in held.items())
    label = _LABELS.get(name, {}).get(held)
    return str(label) if label is not None else str(held)


def subject(action: str, about: str) -> str:
    """What it was done to."""
    if action == "setting.chosen" and about in preferences.CHOICES:
        return str(preferences.CHOICES[about].label)
    return about


def sentence(action: str, about: str) -> str:
    """What was done to what, as one line of a list."""
    told = capfirst(deed(action))
    return gettext("%(deed)s: %(subject)s") % {"deed": told, "subject": subject(action, about)} if about else told
