"""Every operation of the OpenAPI document, asked what the document says and what it does not: a fixed choice each time.

Bounded: so many questions an operation, all in this process. What is found is a server that breaks, an answer of
another kind or shape than is written, or a status that is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from nonnuoc.api.guide.openapi import document
from nonnuoc.records.accounts import access_keys
from tests.api.observed import build
from tests.api.test_openapi import OPERATIONS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
QUESTIONS = 8
ASKED = settings(
    max_examples=QUESTIONS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
#: It holds its line open, and is tried by itself.
OPEN_ENDED = {"/api/stream"}


@pytest.fixture(scope="module")
def schema() -> Any:
    loaded = schemathesis.openapi.from_dict(document("http://testserver"))
    loaded.app = get_wsgi_application()
    return loaded


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """The world, made once, with the key of an administrator and what can stand in the places of addresses.

    On one connection: the server's own signals would close it after each request, as Django's test client knows.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        world = build()
        key = access_keys.make(world.people["administrator"], name="fuzz", writes=True)[1]
        streams = [str(world.stream("KK01", code).id) for code in ("PM2.5", "PM10")]
        places = {
            "id": streams,
            "datastream_id": streams,
            "code": [*world.things],
            "key": ["stations", "communes", "rivers"],
        }
        yield SimpleNamespace(key=key, places=places)
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("path", "method"), [one for one in OPERATIONS if one[0] not in OPEN_ENDED])
def test_it_keeps_what_is_written(schema: Any, asked: SimpleNamespace, path: str, method: str) -> None:
    operation = schema[path][method.upper()]

    @ASKED
    @given(data=st.data())
    def ask(data: Any) -> None:
        mode = data.draw(st.sampled_from((GenerationMode.POSITIVE, GenerationMode.NEGATIVE)))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        for name in case.path_parameters or {}:
            if name in asked.places and data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(st.sampled_from(asked.places[name]))
        headers = {"Accept-Encoding": "identity"}
        if method != "get" or data.draw(st.booleans()):
            headers["Authorization"] = f"Bearer {asked.key}"
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=list(CHECKS))

    ask()
