"""Addresses of what administrators look after, and of delegations."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk import audit, delegations, inviting, keys, offices, people, recovering, roles, settings, stations

urlpatterns: list[URLPattern] = [
    path("desk/people/", people.listing, name="people"),
    path("desk/people/invite/", inviting.invite, name="invite"),
    path("desk/people/roles/", roles.listing, name="roles"),
    path("desk/people/<int:identity>/", people.one, name="person"),
    path("desk/people/<int:identity>/task/", people.give_task, name="task-new"),
    path("desk/people/<int:identity>/lend/", delegations.lend_for, name="lend-for"),
    path("desk/people/<int:identity>/recover/", recovering.recover, name="person-recover"),
    path("desk/tasks/<int:identity>/end/", people.end_task, name="task-end"),
    path("desk/invitations/<int:identity>/withdraw/", inviting.withdraw, name="invitation-withdraw"),
    path("desk/delegations/", delegations.listing, name="delegations"),
    path("desk/delegations/<int:identity>/end/", delegations.end, name="delegation-end"),
    path("desk/offices/", offices.listing, name="offices"),
    path("desk/offices/new/", offices.new, name="office-new"),
    path("desk/offices/<slug:code>/", offices.one, name="office"),
    path("desk/offices/<slug:code>/change/", offices.change, name="office-change"),
    path("desk/stations/", stations.listing, name="desk-stations"),
    path("desk/stations/<str:code>/", stations.one, name="desk-station"),
    path("desk/keys/", keys.listing, name="keys"),
    path("desk/keys/new/", keys.new, name="key-new"),
    path("desk/keys/<int:identity>/revoke/", keys.revoke, name="key-revoke"),
    path("desk/settings/", settings.form, name="settings"),
    path("desk/audit/", audit.listing, name="audit"),
    path("desk/audit/export", audit.export, name="audit-export"),
]
