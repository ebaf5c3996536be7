"""Who may come in at every address, by hand: nothing here is read from the product's own tables.

A line: the route, its methods, who may. A name alone: to things of their own office or area and to foreign ones;
`name:own`: to their own only; `public`: everybody; `account`: everybody with an open account, also before the second
proof their task needs is added; `entered`: everybody who has signed in whole; `machine`: the bearer of a station's key;
`bearer`: the bearer of any key, whatever they may do there (the matrix sends that of an administrator, made to write).
"""

from __future__ import annotations

from dataclasses import dataclass

ROUTES = """
healthz                      GET,HEAD       public
readyz                       GET,HEAD       public

home                         GET,HEAD       public
station                      GET,HEAD       public
communes                     GET,HEAD       public
commune                      GET,HEAD       public
catalogue                    GET,HEAD       public
method                       GET,HEAD       public
network                      GET,HEAD       public
unknown                      GET,HEAD       public
why                          GET,HEAD       public
compare                      GET,HEAD       public
receipt                      GET,HEAD       public
data-stations                GET,HEAD       public
data-communes                GET,HEAD       public
data-series                  GET,HEAD       public
data-download                GET,HEAD       public
data-network                 GET,HEAD       public
map                          GET,HEAD       public
map-print                    GET,HEAD       public
map-card                     GET,HEAD       public
data-map-layer               GET,HEAD       public
data-map-tile                GET,HEAD       public
search                       GET,HEAD       public
search-hits                  GET,HEAD       public
warnings                     GET,HEAD       public
warnings-feed                GET,HEAD       public
warning                      GET,HEAD       public
warning-aloud                GET,HEAD       public
warning-cap                  GET,HEAD       public
card-warning                 GET,HEAD       public
components                   GET,HEAD       public
components-themes            GET,HEAD       public
service-worker               GET,HEAD       public
offline                      GET,HEAD       public
webmanifest                  GET,HEAD       public
card-home                    GET,HEAD       public
card-station                 GET,HEAD       public
card-commune                 GET,HEAD       public
feed-province                GET,HEAD       public
feed-station                 GET,HEAD       public
feed-commune                 GET,HEAD       public
sitemap                      GET,HEAD       public
robots                       GET,HEAD       public
language                     GET,HEAD       public
progress                     GET,HEAD       public
progress-data                GET,HEAD       public
progress-tasks               GET,HEAD       public
progress-targets             GET,HEAD       public
plan-progress                GET,HEAD       public
plan-progress-calendar       GET,HEAD       public
plan-progress-task           GET,HEAD       public
plan-progress-target         GET,HEAD       public
registers                    GET,HEAD       public
register                     GET,HEAD       public
register-places              GET,HEAD       public
register-targets             GET,HEAD       public
register-entry               GET,HEAD       public
register-document-file       GET,HEAD       public
register-export              GET,HEAD       public
published-inspections        GET,HEAD       public
published-inspection         GET,HEAD       public

api                          GET,HEAD       public
api-docs                     GET,HEAD       public
api-openapi                  GET,HEAD,OPTIONS  public
api-deliveries               POST           machine
api-delivery                 GET            machine
api-observations             POST           bearer
api-download                 GET,HEAD,OPTIONS  public
api-aggregates-of-one        GET,HEAD,OPTIONS  public
api-aggregates               GET,HEAD,OPTIONS  public
api-dcat                     GET,HEAD,OPTIONS  public
api-dcat-file                GET,HEAD,OPTIONS  public
api-stations-latest          GET,HEAD,OPTIONS  public
ogc                          GET,HEAD,OPTIONS  public
ogc-conformance              GET,HEAD,OPTIONS  public
ogc-api                      GET,HEAD,OPTIONS  public
ogc-collections              GET,HEAD,OPTIONS  public
ogc-collection               GET,HEAD,OPTIONS  public
ogc-queryables               GET,HEAD,OPTIONS  public
ogc-items                    GET,HEAD,OPTIONS  public
ogc-item                     GET,HEAD,OPTIONS  public
ogc-locations                GET,HEAD,OPTIONS  public
ogc-location                 GET,HEAD,OPTIONS  public
ogc-position                 GET,HEAD,OPTIONS  public
ogc-area                     GET,HEAD,OPTIONS  public
ogc-cube                     GET,HEAD,OPTIONS  public
api-datastreams-latest       GET,HEAD,OPTIONS  public
api-stream                   GET,HEAD,OPTIONS  public
api-dwca                     GET,HEAD,OPTIONS  public
api-incidents                GET,HEAD,OPTIONS  public
api-incident                 GET,HEAD,OPTIONS  public
sensorthings                 GET,HEAD,OPTIONS  public
sensorthings-slash           GET,HEAD,OPTIONS  public
sensorthings-resource        GET,HEAD,OPTIONS  public
sensorthings-series          GET,HEAD,OPTIONS  public
sensorthings-series          POST,DELETE    bearer
sensorthings-collection      GET,HEAD,OPTIONS  public
sensorthings-collection      POST           bearer
sensorthings-entity          GET,HEAD,OPTIONS  public
sensorthings-entity          PUT,PATCH,DELETE  bearer
sensorthings-batch           POST,OPTIONS   public
sensorthings-create-observations  POST      bearer

sign-in                      GET,HEAD,POST  public
sign-out                     POST           public
sign-in-passkey              POST           public
sign-in-passkey-options      POST           public
second-step                  GET,HEAD,POST  public
second-step-passkey          POST           public
second-step-passkey-options  POST           public
provider                     POST           public
provider-back                GET,HEAD       public
forgotten                    GET,HEAD,POST  public
forgotten-choose             GET,HEAD,POST  public
invitation                   GET,HEAD,POST  public

account                      GET,HEAD       account
account-password             GET,HEAD,POST  account
account-authenticator        GET,HEAD,POST  account
authenticator-remove         POST           account
account-passkey              GET,HEAD,POST  account
account-passkey-options      POST           account
passkey-remove               POST           account
account-codes                GET,HEAD,POST  account
session-end                  POST           account
access-keys                  GET,HEAD       entered
access-key-new               GET,HEAD,POST  entered
access-key-revoke            GET,HEAD,POST  administrator entered:own
sessions-end-others          POST           account
confirm                      GET,HEAD,POST  account
confirm-passkey              POST           account
confirm-passkey-options      POST           account
confirm-again                POST           account

desk                 GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
delegations          GET,HEAD       entered
delegations          POST           administrator operator reviewer approver officer commune_officer enterprise leader ministry local_operator local_approver reporter
delegation-end       GET,HEAD,POST  administrator entered:own

duty                 GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader local_operator local_approver
duty-list            GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader local_operator local_approver
duty-archive         GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader local_operator local_approver
duty-handover        GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader local_operator local_approver
duty-handover        POST           administrator operator officer local_operator
duty-incident        GET,HEAD       administrator operator reviewer approver officer commune_officer:own enterprise:own leader local_operator:own local_approver:own
duty-series          GET,HEAD       administrator operator reviewer approver officer commune_officer:own enterprise:own leader local_operator:own local_approver:own
duty-attachment      GET,HEAD       administrator operator reviewer approver officer commune_officer:own enterprise:own leader local_operator:own local_approver:own
duty-act             POST           administrator operator officer local_operator:own

desk-warnings        GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader local_operator local_approver
desk-warning         GET,HEAD,POST  administrator operator reviewer approver officer commune_officer:own leader local_operator:own local_approver:own
warning-script       GET,HEAD       administrator operator reviewer approver officer commune_officer:own leader local_operator:own local_approver:own
warning-new          GET,HEAD,POST  administrator officer
warning-preview      POST           administrator officer
warning-from-incident  POST         administrator officer
warning-write        GET,HEAD,POST  administrator officer
warning-update       POST           administrator officer
warning-cancel       POST           administrator officer

messages             GET,HEAD       entered
messages-read        POST           entered
message-preferences  GET,HEAD,POST  entered
message-trial        POST           entered
message-wish         GET,HEAD,POST  administrator operator reviewer approver officer commune_officer enterprise leader local_operator local_approver
message-contact      GET,HEAD,POST  entered
message-ledger       GET,HEAD       administrator operator local_operator
message-ledger-one   GET,HEAD       administrator operator local_operator
message-send-again   POST           administrator operator local_operator
message-channels     GET,HEAD       administrator
message-gateway      GET,HEAD,POST  administrator
webhook-new          GET,HEAD,POST  administrator
webhook              GET,HEAD,POST  administrator
webhook-trial        POST           administrator
webhook-secret       GET,HEAD,POST  administrator

desk-map             GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-map-print       GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-map-card        GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-map-layer       GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-map-tile        GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-search          GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-search-hits     GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-registers       GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-register        GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-register-places   GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-register-targets  GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-register-entry    GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-register-new      GET,HEAD,POST  administrator officer commune_officer
desk-register-change   GET,HEAD,POST  administrator officer commune_officer
desk-register-withdraw GET,HEAD,POST  administrator officer commune_officer
desk-register-document POST           administrator officer commune_officer
desk-register-document-file    GET,HEAD  administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-register-document-remove  POST      administrator officer commune_officer
desk-register-export   GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
desk-register-import   GET,HEAD,POST  administrator officer
desk-register-import-blank   GET,HEAD       administrator officer
desk-register-import-one     GET,HEAD,POST  administrator officer
desk-register-import-faults  GET,HEAD       administrator officer
facilities-matches           GET,HEAD,POST  administrator officer
facilities-match             POST           administrator officer
facilities-merge             GET,HEAD,POST  administrator officer
facilities-split             GET,HEAD,POST  administrator officer
facilities-undo              GET,HEAD,POST  administrator officer
facilities-identity          GET,HEAD,POST  administrator officer commune_officer
facilities-outfall-streams   GET,HEAD,POST  administrator officer commune_officer
facilities-stack-streams     GET,HEAD,POST  administrator officer commune_officer
facilities-stream-end        GET,HEAD,POST  administrator officer commune_officer
land                         GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
land-site                    GET,HEAD       administrator operator reviewer approver officer commune_officer:own leader ministry reader local_operator:own local_approver:own reporter
land-site-act                POST           administrator officer commune_officer:own
land-dump                    GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
land-dump-act                POST           administrator officer commune_officer
land-soil-point              GET,HEAD,POST  administrator officer commune_officer
land-craft                   GET,HEAD,POST  administrator officer commune_officer
waters                       GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waters-reach-stations        GET,HEAD,POST  administrator officer commune_officer
waters-reservoir-stations    GET,HEAD,POST  administrator officer commune_officer
nature               GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
nature-report        GET,HEAD,POST  administrator officer commune_officer
nature-review        GET,HEAD,POST  administrator officer
nature-occurrence    GET,HEAD,POST  administrator officer
inspections          GET,HEAD       administrator officer commune_officer enterprise leader ministry
inspections-risk     GET,HEAD       administrator officer
inspection-new       GET,HEAD,POST  administrator officer
inspection           GET,HEAD       administrator officer commune_officer enterprise leader ministry
inspection-act       POST           administrator officer commune_officer enterprise leader ministry
inspection-evidence  GET,HEAD       administrator officer commune_officer enterprise leader ministry
province-page        GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plans                GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan                 GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-units           GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-unit            GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-timeline        GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-matrix          GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-calendar        GET,HEAD,POST  administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-calendar-feed   GET,HEAD       public
plan-import          GET,HEAD,POST  administrator officer
plan-import-one      GET,HEAD,POST  administrator officer
plan-text            GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-text-edition    GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-passage         POST           administrator officer
plan-changes         GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-questions       GET,HEAD,POST  administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-question        GET,HEAD,POST  administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-head            GET,HEAD,POST  administrator officer
plan-tasks           GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-task            GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-task-act        POST           administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-evidence        GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-blockers        GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-task-new        GET,HEAD,POST  administrator officer
plan-task-change     GET,HEAD,POST  administrator officer
plan-rounds          GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-round-new       GET,HEAD,POST  administrator officer
plan-round           GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-round-act       POST           administrator officer
plan-form            GET,HEAD,POST  administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-form-decide     POST           administrator officer
plan-form-original   GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-report          GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-report-basis    GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-report-unit     GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-report-docx     GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-report-xlsx     GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-report-ask      POST           administrator officer
plan-report-issue    GET,HEAD,POST  administrator officer leader
plan-targets         GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-target          GET,HEAD       administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-target-act      POST           administrator operator reviewer approver officer commune_officer leader ministry reader reporter local_operator local_approver
plan-target-new      GET,HEAD,POST  administrator officer
plan-target-change   GET,HEAD,POST  administrator officer
waste                        GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-communes               GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-commune                GET,HEAD,POST  administrator officer commune_officer
waste-site-amounts           GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-site-amounts           POST           administrator officer commune_officer enterprise
waste-facility-amounts       GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-facility-amounts       POST           administrator officer commune_officer enterprise
waste-amount-correct         GET,HEAD,POST  administrator officer commune_officer enterprise
waste-pick-ups               GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-pick-ups               POST           administrator officer commune_officer enterprise
waste-pick-up-correct        GET,HEAD,POST  administrator officer commune_officer enterprise
waste-balance                GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-producers              GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-producer-praise        GET,HEAD,POST  administrator officer commune_officer
waste-praise-decide          POST           administrator officer leader
waste-correction-answer      POST           administrator officer enterprise
waste-manifests              GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-manifest-new           GET,HEAD,POST  administrator officer enterprise
waste-manifest               GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-manifest-slip          GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
waste-manifest-change        GET,HEAD,POST  administrator officer enterprise
waste-manifest-sign          POST           administrator officer enterprise
waste-manifest-correct       POST           administrator officer enterprise
waste-manifest-photo         POST           administrator officer enterprise
waste-manifest-photo-file    GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
licences             GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
licences-calendar    GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
licences-ics         GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
licences-flows       GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
licences-obligation  GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
licences-file        GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
licences-dossier     GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader ministry reader local_operator local_approver reporter
licences-report      POST           administrator officer enterprise
licences-decide      POST           administrator officer
licences-limit       GET,HEAD,POST  administrator officer
licences-limit-end   GET,HEAD,POST  administrator officer
licences-condition   GET,HEAD,POST  administrator officer
licences-condition-change  GET,HEAD,POST  administrator officer
alarm-rules          GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader local_operator local_approver
alarm-rule           GET,HEAD       administrator operator reviewer approver officer commune_officer enterprise leader local_operator local_approver
alarm-rule-new       GET,HEAD,POST  administrator operator local_operator
alarm-rule-change    GET,HEAD,POST  administrator operator local_operator:own
alarm-rule-preview   GET,HEAD       administrator operator local_operator:own
alarm-rule-switch    POST           administrator operator local_operator:own

deliveries           GET,HEAD       administrator operator reviewer approver officer enterprise leader ministry local_operator local_approver
delivery-receipt     GET,HEAD       administrator operator reviewer approver officer enterprise:own leader ministry local_operator:own local_approver:own
delivery-original    GET,HEAD       administrator operator reviewer approver officer enterprise:own leader ministry local_operator:own local_approver:own
delivery-replay      POST           administrator operator local_operator:own
upload               GET,HEAD,POST  administrator operator officer enterprise local_operator
upload-table         GET,HEAD,POST  administrator operator officer enterprise local_operator
judging              GET,HEAD       administrator reviewer approver local_approver
judging-stream       GET,HEAD,POST  administrator reviewer approver local_approver:own
judgement            GET,HEAD,POST  administrator reviewer approver local_approver:own
desk-stations        GET,HEAD       administrator operator local_operator
desk-station         GET,HEAD,POST  administrator operator local_operator:own
keys                 GET,HEAD       administrator operator local_operator
key-new              GET,HEAD,POST  administrator operator local_operator
key-revoke           GET,HEAD,POST  administrator operator local_operator:own

people               GET,HEAD       administrator operator reviewer approver officer commune_officer leader local_operator local_approver reporter
person               GET,HEAD       administrator operator reviewer approver officer commune_officer:own leader local_operator:own local_approver:own reporter
person               POST           administrator
roles                GET,HEAD       administrator operator reviewer approver officer commune_officer leader local_operator local_approver reporter
offices              GET,HEAD       administrator operator reviewer approver officer commune_officer leader local_operator local_approver reporter
office               GET,HEAD       administrator operator reviewer approver officer commune_officer:own leader local_operator:own local_approver:own reporter
office-new           GET,HEAD,POST  administrator
office-change        GET,HEAD,POST  administrator
invite               GET,HEAD,POST  administrator
invitation-withdraw  GET,HEAD,POST  administrator
task-new             GET,HEAD,POST  administrator
task-end             GET,HEAD,POST  administrator
lend-for             GET,HEAD,POST  administrator
person-recover       GET,HEAD,POST  administrator
settings             GET,HEAD,POST  administrator
audit                GET,HEAD       administrator
audit-export         POST           administrator
"""  # noqa: E501
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Entry:
    """A line: for which methods, and who may."""

    methods: tuple[str, ...]
    who: frozenset[str]


def entries() -> dict[str, list[Entry]]:
    """Route -> its lines."""
    found: dict[str, list[Entry]] = {}
    for line in filter(None, ROUTES.splitlines()):
        route, methods, *who = line.split()
        found.setdefault(route, []).append(Entry(tuple(methods.split(",")), frozenset(who)))
    return found
