"""The managed engine: a Neo4j that is fetched, verified and run as a child of this program."""

from cmdb.store.engine.errors import EngineError
from cmdb.store.engine.fetch import Progress
from cmdb.store.engine.running import Engine
from cmdb.store.engine.settings import EngineSettings
from cmdb.store.engine.starting import start

__all__ = ["Engine", "EngineError", "EngineSettings", "Progress", "start"]
