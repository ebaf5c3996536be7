"""Other names of a facility, and the numbers other programmes know it by: written and taken away by people."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Decision
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities.models import Alias, Facility, Identifier
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model


@transaction.atomic
def identify(facility: Facility, programme: str, value: str, *, source: str, by: Person | None) -> Identifier:
    """This programme knows the facility by this number. Known already, it does nothing.

    Raises ValidationError, also where the number is another facility's: then the two may be one.
    """
    lent = _require(by, facility).lent
    value = " ".join(value.split())
    held = Identifier.objects.filter(programme=programme, value=value).select_related("facility").first()
    if held is not None and held.facility_id != facility.pk:
        told = _(
            "“%(value)s” is kept of %(code)s. If that is the same facility, merge the two; if not, one number is wrong."
        )
        raise ValidationError({"value": told % {"value": value, "code": held.facility.code}})
    if held is not None:
        return held
    made = Identifier(facility=facility, programme=programme, value=value, source=source.strip(), by=by)
    made.full_clean(exclude=["by"])
    made.save()
    after = {"programme": programme, "value": value, "source": made.source}
    audit.record(by, "facility.identified", f"facilities {facility.code}", after=after, through=lent)
    return made


@transaction.atomic
def name(facility: Facility, text: str, *, source: str, by: Person | None) -> Alias:
    """The facility has, or had, this name too. Known already, it does nothing. Raises ValidationError."""
    lent = _require(by, facility).lent
    text = " ".join(text.split())
    if (held := Alias.objects.filter(facility=facility, name=text).first()) is not None:
        return held
    made = Alias(facility=facility, name=text, source=source.strip(), by=by)
    made.full_clean(exclude=["by"])
    made.save()
    after = {"name": text, "source": made.source}
    audit.record(by, "facility.named", f"facilities {facility.code}", after=after, through=lent)
    return made


def one(facility: Facility, key: str) -> Identifier | Alias | None:
    """What is kept of this facility under "number-<id>" or "name-<id>"."""
    kind, _dash, identity = key.partition("-")
    model: type[Identifier | Alias] | None = {"number": Identifier, "name": Alias}.get(kind)  # type: ignore[assignment]
    if model is None or not (identity.isascii() and identity.isdigit()):
        return None
    return model._default_manager.filter(facility=facility, pk=int(identity)).select_related("facility").first()


@transaction.atomic
def forget(known: Identifier | Alias, *, by: Person | None) -> None:
    """It was wrong: take it away. The trail keeps it."""
    lent = _require(by, known.facility).lent
    audit.record(
        by, "facility.unnamed", f"facilities {known.facility.code}", before={"value": str(known)}, through=lent
    )
    known.delete()


def _require(by: Person | None, facility: Facility) -> Decision:
    register = of_model(Facility)
    return access.of(by).require(register.keep, reading.subject(register, facility))
