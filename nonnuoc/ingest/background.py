"""The job queue's workers, in threads beside the one that drains the spool: one for everything, and one for the watch
alone, which must not wait for a job that takes minutes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.contrib.django.django_connector import DjangoConnector

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 30.0


#: The queue of what has to happen on time.
WATCH = "watch"


def start(stop: threading.Event) -> threading.Thread:
    """Run jobs until `stop` is set; while the database is away, try again and again."""
    return _started("jobs", stop, None)


def start_watch(stop: threading.Event) -> threading.Thread:
    """Run the jobs of the queue WATCH only."""
    return _started(WATCH, stop, [WATCH])


def _started(name: str, stop: threading.Event, queues: list[str] | None) -> threading.Thread:
    thread = threading.Thread(target=_keep_running, args=(stop, queues), name=name)
    thread.start()
    return thread


def _keep_running(stop: threading.Event, queues: list[str] | None) -> None:
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    wait = 1.0
    while not stop.is_set():
        try:
            asyncio.run(_serve(stop, queues))
            wait = 1.0
        except Exception as error:
            log.warning("Jobs wait: %s", str(error).strip() or repr(error))
            stop.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT_S)


async def _serve(stop: threading.Event, queues: list[str] | None) -> None:
    """On a connection of its own: the app keeps Django's, so that what is deferred in a transaction is part of it."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(1, thread_name_prefix="job"))
    runner = DjangoApp(connector=DjangoConnector().get_worker_connector())
    runner.tasks, runner.periodic_registry = app.tasks, app.periodic_registry
    try:
        async with runner.open_async():
            worker = asyncio.create_task(
                runner.run_worker_async(
                    queues=queues,  # type: ignore[arg-type]  # None: all
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=15,
                )
            )
            while not stop.is_set() and not worker.done():
                await asyncio.sleep(0.1)
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker
    finally:
        await loop.run_in_executor(None, connections.close_all)  # where jobs ran
        await sync_to_async(connections.close_all)()  # where Django's own connector ran
