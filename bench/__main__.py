"""`make bench`: every measurement in one run on this machine, told and written to NONNUOC_HOME/bench.json.

`python -m bench api --large` measures the interfaces once more with ten times the values.
On an embedded PostgreSQL of its own, with the settings of the product; DATABASE_URL names another server.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

LARGE = "--large"


def main() -> None:
    """Run the parts named on the command line, or all of them."""
    out = Path(os.environ.get("NONNUOC_HOME", "var")).absolute() / "bench.json"
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nonnuoc-bench-")))
        home.chmod(0o755)  # as root, the database runs as another user, who has to pass
        os.environ["NONNUOC_HOME"] = str(home)
        if "DATABASE_URL" not in os.environ:
            from nonnuoc.config import postgres

            stack.enter_context(postgres.owned(home, say=print))
            os.environ["DATABASE_URL"] = postgres.url(home)
        figures = {"machine": _machine()} | _measured(sys.argv[1:])
    out.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(out.read_text()) if out.exists() and sys.argv[1:] else {}
    out.write_text(json.dumps(known | figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
    print(f"written to {out}")


def _measured(wanted: list[str]) -> dict[str, object]:
    # Django reads its settings when it is imported, so it is imported once the environment is ready.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nonnuoc.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from bench import (
        air,
        alarms,
        api,
        browser,
        faults,
        lighthouse,
        live,
        map,
        memory,
        messages,
        pages,
        parse,
        plans,
        qc,
        registers,
        river,
        store,
    )
    from nonnuoc.records.monitoring import services

    call_command("migrate", verbosity=0)
    services.load_properties()
    measured = (
        qc,
        air,
        faults,
        parse,
        store,
        river,
        live,
        alarms,
        messages,
        registers,
        plans,
        memory,
        pages,
        api,
        map,
        browser,
        lighthouse,
    )
    parts = {part.__name__.rpartition(".")[2]: part for part in measured}
    wanted, large = [name for name in wanted if name != LARGE], LARGE in wanted
    figures: dict[str, object] = {}
    for name, part in parts.items():
        if not wanted or name in wanted:
            print(f"measuring {name} …", flush=True)
            began = time.perf_counter()
            figures[name] = api.run(large=large) if part is api else part.run()
            print(f"  {time.perf_counter() - began:.0f} s", flush=True)
    return figures


def _machine() -> dict[str, object]:
    model = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    return {
        "cores": os.cpu_count(),
        "processor": model[0] if model else platform.processor(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


if __name__ == "__main__":
    main()
