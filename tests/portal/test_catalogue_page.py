from __future__ import annotations

import gzip
import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc import rules
from nonnuoc.look import catalogue
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import counting
from tests.portal import network

pytestmark = pytest.mark.django_db


def text(client: Client) -> str:
    response = client.get("/catalogue")
    assert response.status_code == 200
    assert len(gzip.compress(response.content)) < 60_000
    return response.content.decode()


def article(page: str, key: str) -> str:
    found = re.search(rf'<article class="dataset" id="{key}".*?</article>', page, re.S)
    assert found is not None
    return found[0]


@pytest.fixture
def page(client: Client) -> str:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), hours=30)
    counting.refresh(at)
    return text(client)


@pytest.mark.slow
def test_every_link_of_every_public_data_set_gives_what_it_says(client: Client, page: str) -> None:
    for one in catalogue.DATASETS:
        if one.data_class != DataClass.PUBLIC:
            continue
        links = re.findall(r'itemprop="contentUrl" href="([^"]+)" type="([^"]+)"', article(page, one.key))
        assert len(links) == len(one.distributions) > 0
        for url, media_type in links:
            response = client.get(html.unescape(url))
            assert response.status_code == 200
            assert response["Content-Type"].startswith(media_type)
            assert len(response.getvalue()) > 20


@pytest.mark.slow
def test_a_public_data_set_tells_fields_licence_coverage_and_how_to_cite_it(page: str) -> None:
    told = article(page, "observations")
    assert all(f">{one.name}<" in told for one in catalogue.monitoring.OBSERVATIONS.fields)
    assert catalogue.LICENCE.url in told
    assert f"{timezone.localtime():%d/%m/%Y}" in told
    assert re.search(r'itemprop="temporalCoverage" content="\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d"', told)
    assert "http://testserver/catalogue#observations" in told
    assert "UTC+7" in told


def test_what_is_not_public_is_named_without_its_content(client: Client) -> None:
    network.planned("SECRET", where=network.commune(), data_class=DataClass.RESTRICTED)
    page = text(client)
    others = [one for one in catalogue.DATASETS if one.data_class != DataClass.PUBLIC]
    assert {one.data_class for one in others} == {DataClass.INTERNAL, DataClass.RESTRICTED}
    for one in others:
        told = re.search(rf'<div id="{one.key}">.*?</div>', page, re.S)
        assert told is not None
        assert "href" not in told[0]
        assert not one.distributions
    assert "SECRET" not in page


def test_an_empty_province_has_a_catalogue_too(client: Client) -> None:
    page = text(client)
    assert "Chưa trạm nào gửi số liệu" in article(page, "observations")
    assert "temporalCoverage" not in page


def test_the_dictionary_holds_every_property(page: str) -> None:
    for one in rules.load("properties", on=timezone.localdate()).data["property"]:
        assert f"<code>{one['code']}</code>" in page
        assert html.escape(one["name_vi"]) in page


def test_every_data_set_is_declared_once_and_whole() -> None:
    keys = [one.key for one in catalogue.DATASETS]
    assert len(keys) == len(set(keys))
    for one in catalogue.DATASETS:
        if one.data_class == DataClass.PUBLIC:
            assert one.fields and one.distributions and one.keywords and one.changes, one.key


def test_metadata_are_those_of_schema_org(page: str) -> None:
    assert page.count('itemtype="https://schema.org/Dataset"') == page.count('class="dataset"') > 0
    assert 'itemtype="https://schema.org/DataCatalog"' in page


def test_catalogue_takes_no_post(client: Client) -> None:
    assert client.post("/catalogue").status_code == 405
    assert client.head("/catalogue").status_code == 200
    assert client.get("/catalogue?x=%00&page=-1").status_code == 200
