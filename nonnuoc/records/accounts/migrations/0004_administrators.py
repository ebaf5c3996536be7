"""Who was an administrator is one by an appointment in the office at the top of the tree."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from nonnuoc.records.places import province

ROOT = {"code": "province", "kind": "province"}


def appoint(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    people = list(apps.get_model("accounts", "Person").objects.filter(is_administrator=True))
    if not people:
        return
    facts = {"name": f"UBND tỉnh {province.read().name}"}
    office, _ = apps.get_model("accounts", "Office").objects.get_or_create(**ROOT, defaults=facts)
    appointments = apps.get_model("accounts", "Appointment").objects
    for person in people:
        appointments.create(person=person, office=office, role="administrator", since=timezone.now())


def dismiss(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    held = apps.get_model("accounts", "Appointment").objects.filter(role="administrator", until=None)
    people = apps.get_model("accounts", "Person").objects
    people.filter(id__in=held.values("person_id")).update(is_administrator=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_offices")]
    operations = [migrations.RunPython(appoint, dismiss)]
