"""The examples of docs/BULK.md run as they stand, against a live server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts.models import Role
from tests import factories as f
from tests.records.accounts import staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PAGE = (Path(__file__).resolve().parents[2] / "docs/BULK.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("example", "stored"), list(zip(EXAMPLES, (3, 2), strict=True)))
def test_an_example_stores_its_values(live_server: Any, example: str, stored: int) -> None:
    thing = f.station()
    person = staff.person("operator")
    staff.task(person, staff.office("so"), Role.OPERATOR)
    secret = access_keys.make(person, name="notebook", writes=True)[1]
    program = example.replace("https://quantrac.example", live_server.url).replace("nnk_…", secret)
    program = program.replace('", 17', f'", {f.stream(thing, "PM2.5").id}')
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert told.stdout == f"201 {stored} stored, 0 unchanged, 0 refused\n", told.stderr
    assert len(f.held(thing, "PM2.5")) == stored
