"""The addresses of the public face. Each view states its access."""

from django.urls import path

from nonnuoc.look import components, language
from nonnuoc.portal import (
    cards,
    catalogue,
    commune,
    communes,
    compare,
    data,
    download,
    feeds,
    home,
    method,
    network,
    network_data,
    offline,
    receipt,
    sitemap,
    station,
    unknown,
    why,
)
from nonnuoc.portal.inspected import urls as inspected
from nonnuoc.portal.mapping import urls as mapping
from nonnuoc.portal.plans import urls as plans
from nonnuoc.portal.registers import urls as registers
from nonnuoc.portal.searching import urls as searching
from nonnuoc.portal.warned import urls as warned

urlpatterns = [
    *warned.urlpatterns,
    *inspected.urlpatterns,
    *mapping.urlpatterns,
    *searching.urlpatterns,
    *registers.urlpatterns,
    *plans.urlpatterns,
    path("", home.home, name="home"),
    path("stations/<str:code>", station.station, name="station"),
    path("communes/", communes.communes, name="communes"),
    path("communes/<str:code>", commune.commune, name="commune"),
    path("catalogue", catalogue.catalogue, name="catalogue"),
    path("method", method.method, name="method"),
    path("network", network.network, name="network"),
    path("unknown", unknown.unknown, name="unknown"),
    path("stations/<str:code>/why", why.why, name="why"),
    path("compare", compare.compare, name="compare"),
    path("receipts/<uuid:uuid>", receipt.receipt, name="receipt"),
    path("data/stations.geojson", data.stations, name="data-stations"),
    path("data/communes.geojson", data.communes, name="data-communes"),
    path("data/stations/<str:code>/series.json", data.series, name="data-series"),
    path("data/stations/<str:code>/series.csv", download.series, name="data-download"),
    path("data/network", network_data.network, name="data-network"),
    path("components", components.components, name="components"),
    path("components.css", components.themes, name="components-themes"),
    path("sw.js", offline.worker, name="service-worker"),
    path("offline", offline.offline, name="offline"),
    path("manifest.webmanifest", offline.manifest, name="webmanifest"),
    path("cards/home.png", cards.of_home, name="card-home"),
    path("cards/stations/<str:code>.png", cards.of_station, name="card-station"),
    path("cards/communes/<str:code>.png", cards.of_commune, name="card-commune"),
    path("feed.atom", feeds.of_province, name="feed-province"),
    path("stations/<str:code>/feed.atom", feeds.of_station, name="feed-station"),
    path("communes/<str:code>/feed.atom", feeds.of_commune, name="feed-commune"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("language/<str:code>", language.choose, name="language"),
]
