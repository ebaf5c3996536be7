"""`nonnuoc cap` tells everything that is wrong with messages, without a database."""

from __future__ import annotations

from click.testing import CliRunner

from nonnuoc.config import cli
from tests.exchange.test_cap_checking import GOOD


def test_it_tells_what_is_wrong_with_each_file(tmp_path):
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(GOOD)
    bad.write_text(GOOD.replace("<sender>warnings@", "<sender>warnings ").replace("106.25 3.5", "106.25 -3"))
    assert CliRunner().invoke(cli.nonnuoc, ["cap", str(good)]).exit_code == 0
    told = CliRunner().invoke(cli.nonnuoc, ["cap", str(good), str(bad)])
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        f"{good}: nothing is wrong",
        f"{bad}: sender: no spaces, commas, < or & may stand in it (3.2.1)",
        f"{bad}: info[vi-VN]/area/circle: a radius of -3 km cannot be",
    ]
