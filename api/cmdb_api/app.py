"""The application: resources and pages around one core."""

from __future__ import annotations

from fastapi import FastAPI

from cmdb import __version__
from cmdb.bootstrap import Core
from cmdb.usecases.intake import MAX_BYTES
from cmdb_api import problems, reference, web
from cmdb_api.background import lifespan
from cmdb_api.body_limit import BodyLimit
from cmdb_api.failures import Failures
from cmdb_api.headers import SecurityHeaders
from cmdb_api.metrics import Metrics, Timing
from cmdb_api.paging import CursorCodec
from cmdb_api.resources import ROUTERS, observations
from cmdb_api.streams import Streams

MAX_BODY_BYTES = 1 << 20


def create_app(core: Core) -> FastAPI:
    """The API on this core. It holds no state that another process of it would need."""
    app = FastAPI(
        title="CMDB",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.core = core
    app.state.failures = Failures()
    app.state.cursors = CursorCodec(core)
    app.state.metrics = Metrics()
    app.state.streams = Streams()
    problems.install(app)
    app.add_middleware(BodyLimit, limit=MAX_BODY_BYTES, limits={observations.PATH: MAX_BYTES})
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Timing, metrics=app.state.metrics)
    for router in (*ROUTERS, reference.router):
        app.router.routes.extend(router.routes)
    web.mount(app)
    return app
