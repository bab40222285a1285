"""/metrics: what the program counts, for Prometheus."""

import asyncio
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy import func, select

from storage import sending
from storage.database import Database
from storage.tables.delivery import Inbox, Job

EVENTS = {
    "received": "Messages that came in",
    "ignored": "Messages of somebody who writes more than anybody could",
    "handled": "Messages whose effects have committed",
    "failed": "Messages whose handling raised",
    "sent": "Messages a platform took",
    "retried": "Sends that will be tried again",
    "given_up": "Sends that will not be tried again",
    "job_done": "Jobs the worker finished",
    "job_failed": "Jobs that failed for good",
}
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
STEP_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)

Gauges = Callable[[], Mapping[str, float]]
"""Name → value now; called in a thread, for each look at /metrics."""


@dataclass(slots=True)
class Metrics:
    """Plain counters; a registry of its own, so that two of them do not meet."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _counters: dict[str, Counter] = field(init=False)
    _steps: Histogram = field(init=False)
    _gauges: dict[str, Gauge] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._counters = {
            name: Counter(f"dvk_{name}", told, registry=self.registry)
            for name, told in EVENTS.items()
        }
        self._steps = Histogram(
            "dvk_step_seconds",
            "From a message handed in to its effects committed",
            buckets=STEP_SECONDS,
            registry=self.registry,
        )

    def count(self, event: str, number: int = 1) -> None:
        """One of EVENTS happened."""
        self._counters[event].inc(number)

    def received(self) -> None:
        self.count("received")

    def handled(self, number: int = 1) -> None:
        self.count("handled", number)

    def failed(self) -> None:
        self.count("failed")

    def step(self, seconds: float) -> None:
        self._steps.observe(seconds)

    def render(self, gauges: Mapping[str, float]) -> bytes:
        for name, value in gauges.items():
            if name not in self._gauges:
                self._gauges[name] = Gauge(f"dvk_{name}", name, registry=self.registry)
            self._gauges[name].set(value)
        return generate_latest(self.registry)


def routes(metrics: Metrics, gauges: Gauges, *, for_all: bool = False) -> list[web.RouteDef]:
    """for_all: also to others than this machine itself."""

    async def show(request: web.Request) -> web.Response:
        # What a proxy on this machine passes on comes from somebody else.
        passed_on = any(name in request.headers for name in PASSED_ON)
        here = is_here(request.remote) and is_here(request.url.host)
        if not for_all and (passed_on or not here):
            raise web.HTTPForbidden(text="only from this machine\n")
        body = metrics.render(await asyncio.to_thread(gauges))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return [web.get("/metrics", show)]


def is_here(remote: str | None) -> bool:
    """Whether an address or name is a loopback one, also written as IPv6."""
    try:
        address = ipaddress.ip_address(remote or "")
    except ValueError:
        return remote == "localhost"
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).is_loopback


def gauges_of(database: Database, silent: Callable[[], float] = lambda: 0.0) -> Gauges:
    """What stands in the tables: waiting mail, messages set aside, jobs; and for how many seconds
    the clock has been silent."""

    def read() -> dict[str, float]:
        now = datetime.now(UTC)
        with database.reading() as session:
            due, since = sending.depth(session, now)
            aside = select(func.count()).where(Inbox.state == "aside")
            states = select(Job.state, func.count()).where(Job.state != "done")
            jobs = dict(session.execute(states.group_by(Job.state)).all())
            return {
                "outbox_depth": due,
                "outbox_oldest_seconds": (now - since).total_seconds() if since else 0,
                "inbox_aside": session.scalar(aside) or 0,
                "jobs_waiting": jobs.get("waiting", 0),
                "jobs_running": jobs.get("running", 0),
                "tick_age_seconds": silent(),
            }

    return read
