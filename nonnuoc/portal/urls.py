"""The addresses of the public face. Each view states its access."""

from django.urls import path

from nonnuoc.look import language
from nonnuoc.portal import data, home, receipt, station

urlpatterns = [
    path("", home.home, name="home"),
    path("stations/<str:code>", station.station, name="station"),
    path("receipts/<uuid:uuid>", receipt.receipt, name="receipt"),
    path("data/stations.geojson", data.stations, name="data-stations"),
    path("data/communes.geojson", data.communes, name="data-communes"),
    path("data/stations/<str:code>/series.json", data.series, name="data-series"),
    path("language/<str:code>", language.choose, name="language"),
]
