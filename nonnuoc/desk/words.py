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
    "alarm_rule.changed": _("changed a rule of alarm"),
    "alarm_rule.disabled": _("switched a rule of alarm off"),
    "alarm_rule.enabled": _("switched a rule of alarm on"),
    "alarm_rule.ended": _("ended a rule of alarm"),
    "alarm_rule.made": _("made a rule of alarm"),
    "alarm_rules.loaded": _("loaded the rules of alarm that come with the system"),
    "appointment.ended": _("ended a task"),
    "appointment.given": _("gave a task"),
    "audit.exported": _("exported the audit trail"),
    "collection.reported": _("reported the collection of waste in a commune"),
    "condition.changed": _("changed a condition of a licence"),
    "condition.withdrawn": _("withdrew a condition of a licence"),
    "condition.written": _("wrote a condition of a licence"),
    "contact.added": _("gave an address for messages"),
    "contact.removed": _("removed an address for messages"),
    "contact.verified": _("confirmed an address for messages"),
    "correction.answered": _("answered a correction of a manifest"),
    "correction.asked": _("asked for a correction of a manifest"),
    "craft.checked": _("checked the infrastructure of a craft village"),
    "datastream.changed": _("changed a datastream"),
    "datastream.deleted": _("deleted a datastream"),
    "datastream.equipped": _("changed an instrument"),
    "datastream.registered": _("registered a datastream"),
    "delegation.ended": _("ended a delegation"),
    "delegation.given": _("lent a task"),
    "deliveries.replayed": _("read deliveries again"),
    "document.added": _("added a document"),
    "document.removed": _("removed a document"),
    "entity.added": _("described a sensor, property, place or feature"),
    "entity.changed": _("changed the description of a sensor, property, place or feature"),
    "entity.deleted": _("deleted a sensor, property, place or feature"),
    "entries.imported": _("imported a file into a register"),
    "entry.changed": _("changed an entry of a register"),
    "entry.created": _("registered an entry"),
    "entry.restored": _("restored an entry of a register"),
    "entry.withdrawn": _("withdrew an entry of a register"),
    "facility.identified": _("gave a facility a number of another programme"),
    "facility.merged": _("merged two facilities"),
    "facility.named": _("gave a facility another name"),
    "facility.split": _("split a facility"),
    "facility.unnamed": _("took a name from a facility"),
    "gateway.removed": _("removed a gateway for messages"),
    "gateway.set": _("set up a gateway for messages"),
    "ground.advanced": _("moved a site to its next stage"),
    "ground.milestone_added": _("added a milestone of a site"),
    "ground.milestone_done": _("reached a milestone of a site"),
    "ground.paper_added": _("added a paper to a stage of a site"),
    "ground.paper_removed": _("removed a paper from a stage of a site"),
    "ground.restricted": _("restricted the use of ground"),
    "ground.restriction_lifted": _("lifted a restriction of ground"),
    "ground.result_withdrawn": _("withdrew a result of the laboratory"),
    "ground.results_added": _("added results of the laboratory"),
    "ground.sent_back": _("sent a site back to an earlier stage"),
    "incident.acknowledged": _("acknowledged an incident"),
    "incident.assigned": _("assigned an incident"),
    "incident.attached": _("attached a file to an incident"),
    "incident.closed": _("closed an incident"),
    "incident.missed": _("told of an event that no rule found"),
    "incident.noted": _("noted something about an incident"),
    "incident.reopened": _("reopened an incident"),
    "incident.silenced": _("silenced the messages of an incident"),
    "incident.unsilenced": _("let the messages of an incident go again"),
    "inspection.announced": _("announced an inspection"),
    "inspection.begun": _("began an inspection"),
    "inspection.cancelled": _("cancelled an inspection"),
    "inspection.concluded": _("concluded an inspection"),
    "inspection.decided": _("recorded a decision after an inspection"),
    "inspection.evidence": _("added evidence to an inspection"),
    "inspection.finding": _("wrote down a finding of an inspection"),
    "inspection.planned": _("planned an inspection"),
    "inspection.remedy_reported": _("reported that something was put right"),
    "inspection.remedy_verified": _("verified that something was put right"),
    "inspection.replanned": _("changed the plan of an inspection"),
    "inspection.settled": _("changed the state of a decision"),
    "invitation.accepted": _("accepted an invitation"),
    "invitation.withdrawn": _("withdrew an invitation"),
    "judgement.approved": _("approved a judgement of values"),
    "judgement.proposed": _("proposed a judgement of values"),
    "judgement.returned": _("returned a judgement of values"),
    "judgement.withdrawn": _("withdrew a judgement of values"),
    "key.made": _("made a key"),
    "key.revoked": _("revoked a key"),
    "limit.ended": _("ended a limit of a licence"),
    "limit.withdrawn": _("withdrew a limit of a licence"),
    "limit.written": _("wrote a limit of a licence"),
    "manifest.changed": _("changed a draft of a manifest"),
    "manifest.photographed": _("added a picture of a manifest"),
    "manifest.signed": _("signed a step of a manifest"),
    "manifest.written": _("wrote a manifest of hazardous waste"),
    "match.decided": _("decided whether two facilities are the same"),
    "message.sent-again": _("sent a message again"),
    "messages.preferred": _("chose how to be told"),
    "messages.subscribed": _("chose what to be told of"),
    "messages.unsubscribed": _("left to the tasks what to be told of"),
    "obligation.accepted": _("accepted a report of an obligation"),
    "obligation.excused": _("excused an obligation"),
    "obligation.reopened": _("reopened an obligation"),
    "obligation.reported": _("reported that an obligation is met"),
    "obligation.returned": _("returned a report of an obligation"),
    "observations.corrected": _("judged values"),
    "observations.deleted": _("deleted values"),
    "occurrences.judged": _("judged occurrences of species"),
    "office.registered": _("registered or changed an office"),
    "password.changed": _("changed the password"),
    "password.reset": _("chose a new password"),
    "person.changed": _("changed a person's facts"),
    "person.invited": _("invited a person"),
    "person.registered": _("registered a person"),
    "places.imported": _("imported boundaries"),
    "places.loaded": _("loaded communes and rivers"),
    "producer.decided": _("decided whether a producer is named in public"),
    "producer.proposed": _("proposed to name a producer in public"),
    "profile.kept": _("kept a column profile"),
    "provider-account.tied": _("tied an account of the single sign-on"),
    "provider-account.untied": _("untied an account of the single sign-on"),
    "publication.approved": _("published the conclusion of an inspection"),
    "publication.proposed": _("proposed the text of an inspection for publication"),
    "publication.replied": _("replied to the text of an inspection"),
    "publication.sent_back": _("sent back the text of an inspection"),
    "publication.shown": _("showed the text of an inspection to the facility"),
    "publication.withdrawn": _("withdrew what was published of an inspection"),
    "publication.written": _("wrote what the public is told of an inspection"),
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
    "source.linked": _("linked a source with its telemetry"),
    "source.unlinked": _("ended the link of a source with its telemetry"),
    "station.assigned": _("said whose station it is"),
    "station.deleted": _("deleted a station"),
    "station.placed": _("placed a station"),
    "station.registered": _("registered or changed a station"),
    "station.water": _("said which law of water holds at a station"),
    "tank.corrected": _("corrected a pick-up from a tank"),
    "tank.emptied": _("reported a pick-up from a tank"),
    "threshold.set": _("set a threshold"),
    "warning.approved": _("approved and published a public warning"),
    "warning.changed": _("changed a draft of a public warning"),
    "warning.drafted": _("drafted a public warning"),
    "warning.proposed": _("proposed a public warning"),
    "warning.published": _("published an automatic warning"),
    "warning.returned": _("returned a public warning"),
    "warning.withdrawn": _("withdrew a public warning"),
    "waste.corrected": _("corrected an amount of waste"),
    "waste.reported": _("reported an amount of waste"),
    "watch.taken-over": _("took over the watch"),
    "water.station_put": _("put a station on a water body"),
    "water.station_taken": _("took a station off a water body"),
    "webhook.changed": _("changed a webhook"),
    "webhook.made": _("made a webhook"),
    "webhook.new-secret": _("made another secret for a webhook"),
}

#: Facts in before, after and detail.
FACTS: Mapping[str, Promise] = {
    "action": _("Action"),
    "address_there": _("Address there"),
    "area_en": _("Area, in English"),
    "area_vi": _("Area, in Vietnamese"),
    "before": _("Before"),
    "browser": _("Browser"),
    "by": _("Person"),
    "category": _("Kind of danger"),
    "certainty": _("Certainty"),
    "changed": _("Changed"),
    "changes": _("What it changes"),
    "check": _("Quality check"),
    "commune": _("Commune"),
    "communes": _("Communes"),
    "count": _("Number"),
    "created": _("Created"),
    "data_class": _("Class of data"),
    "deliveries": _("Deliveries"),
    "description": _("Description"),
    "description_en": _("Description, in English"),
    "description_vi": _("Description, in Vietnamese"),
    "effective": _("Holds from"),
    "email": _("E-mail address"),
    "event_en": _("Event, in English"),
    "event_vi": _("Event, in Vietnamese"),
    "expires": _("Runs out"),
    "facility": _("Facility"),
    "flag": _("Flag"),
    "headline_en": _("Headline, in English"),
    "headline_vi": _("Headline, in Vietnamese"),
    "id": _("Number"),
    "how": _("How"),
    "identifier": _("Identifier"),
    "incident": _("Incident"),
    "instructions": _("Instructions"),
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
    "message_type": _("Kind of message"),
    "metadata": _("Description"),
    "name": _("Name"),
    "note": _("Note"),
    "number": _("Number"),
    "office": _("Office"),
    "onset": _("Onset"),
    "parent": _("Stands under"),
    "phone": _("Telephone"),
    "polygon": _("Drawn area"),
    "property": _("Parameter"),
    "range_max": _("Upper end of the range"),
    "range_min": _("Lower end of the range"),
    "reach": _("Reach"),
    "reason": _("Reason"),
    "river": _("River"),
    "role": _("Task"),
    "severity": _("Severity"),
    "simulated": _("Simulated data"),
    "since": _("From"),
    "source": _("Source"),
    "state": _("State"),
    "station": _("Station"),
    "status": _("Status"),
    "subject": _("Subject"),
    "to": _("To whom"),
    "trust_clock": _("Times were trusted"),
    "until": _("Until"),
    "urgency": _("Urgency"),
    "valid_from": _("Valid from"),
    "valid_to": _("Valid until"),
    "value": _("Value"),
    "verdict": _("Judgement"),
    "water_kind": _("Kind of water"),
    "water_class": _("Class of the water"),
    "hydrological_station": _("Hydrological station"),
    "writes": _("May write"),
    "active": _("Switched on"),
    "channel": _("Channel"),
    "channels": _("Channels"),
    "address": _("Address"),
    "language": _("Language"),
    "least_severity": _("From which severity on"),
    "loud_severity": _("Severity that breaks quiet hours"),
    "marks": _("With Vietnamese marks"),
    "most_an_hour": _("Most messages an hour"),
    "quiet_from": _("Quiet from"),
    "quiet_until": _("Quiet until"),
    "secret_changed": _("Another secret"),
    "segments": _("Most parts of a text message"),
    "success": _("Sign of success"),
    "text": _("Text"),
    "topic": _("Topic"),
    "topics": _("Topics"),
    "url": _("Web address"),
    "cause": _("Cause"),
    "going_on": _("Alarms that go on"),
    "outcome": _("Outcome"),
    "size": _("Size"),
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
