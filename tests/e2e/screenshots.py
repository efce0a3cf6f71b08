"""Makes the screenshots of the documentation anew: `python -m tests.e2e.screenshots`.

A managed engine of its own, the showcase estate, an incident on its database, and Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from cmdb_api.app import create_app

from cmdb.bootstrap import connect, on_engine
from cmdb.config import Settings
from cmdb.store.driver import Graph
from cmdb.store.engine import start
from cmdb.usecases.access import Role, create_token
from cmdb.usecases.incidents import change_incident, open_incident
from tests.support import showcase
from tests.support.browser import chromium, served, sign_in
from tests.support.engine import engine_settings

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
MINUTE_MS, DAY_MS = 60_000, 86_400_000
WIDTH, HEIGHT = 1280, 1360


def tell_a_story(graph: Graph, now: int) -> str:
    """Fill the graph: three quiet days, an upgrade of the database, and an incident on it; the incident's id."""
    showcase.build(graph, now - 3 * DAY_MS)
    showcase.take_all(graph, showcase.machines(now - 50 * MINUTE_MS))
    showcase.take_all(graph, showcase.with_postgresql("16.4", now - 42 * MINUTE_MS))
    opened = open_incident(
        graph,
        {
            "cis": {"postgresql@db-1": "down"},
            "title": "Orders fail: the database does not answer",
            "started_at": now - 31 * MINUTE_MS,
            "team": "Data stores",
        },
        "Rita Okafor",
        now - 29 * MINUTE_MS,
    )
    change_incident(graph, opened.id, {"state": "in_progress"}, None, "Sam Iyer", now - 27 * MINUTE_MS)
    return opened.id


def main() -> int:
    """Write the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, start(engine_settings(Path(name))) as engine:
        settings = on_engine(Settings(data_dir=Path(name), cache_dir=Path(name)), engine)
        with connect(settings) as core, served(create_app(core)) as address, chromium() as browser:
            core.migrate()
            incident = tell_a_story(core.graph, core.now())
            token = create_token(core.graph, "Rita Okafor", Role.RESPONDER, core.now(), created_by="screenshots")
            page = browser.new_page(base_url=address, viewport={"width": WIDTH, "height": HEIGHT})
            sign_in(page, token.secret)
            page.goto(f"/incidents/{incident}")
            page.screenshot(path=FOLDER / "incident.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
