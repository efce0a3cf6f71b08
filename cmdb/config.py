"""The core's settings: one frozen value, built from the environment at a program's entry and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cmdb.errors import Invalid

DEFAULT_PORT = 8000
MAX_DAYS = 36_500


@dataclass(frozen=True)
class Keeping:
    """How long things are kept, in days.

    `retire_after`: how long a source may be silent before what it last said counts as ended. `history`: how far back
    the past can be asked; what ended earlier is removed. `events`, `health`: the stream of events, the figures of the
    data's health.
    """

    retire_after_days: int = 60
    history_days: int = 400
    events_days: int = 90
    health_days: int = 800


@dataclass(frozen=True)
class Settings:
    """Where data lies and which graph to use. `graph_uri` None means the managed Neo4j of this data folder."""

    data_dir: Path
    cache_dir: Path
    graph_uri: str | None = None
    graph_user: str = "neo4j"
    graph_password_file: Path | None = None
    graph_database: str = "neo4j"
    engine_heap: str = "512m"
    engine_jars: Path | None = None
    maven_url: str | None = None
    java_home: Path | None = None
    keeping: Keeping = Keeping()

    @property
    def admin_token_file(self) -> Path:
        """Where `cmdb up` keeps the first admin token (0600); the command line reads it as its profile."""
        return self.data_dir / "admin-token"


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Settings from `CMDB_*` variables.

    CMDB_DATA, CMDB_CACHE, CMDB_GRAPH_URI, CMDB_GRAPH_USER, CMDB_GRAPH_PASSWORD_FILE, CMDB_GRAPH_DATABASE,
    CMDB_ENGINE_HEAP, CMDB_ENGINE_JARS, CMDB_MAVEN_URL; CMDB_RETIRE_AFTER_DAYS, CMDB_HISTORY_DAYS, CMDB_EVENTS_DAYS,
    CMDB_HEALTH_DAYS; and JAVA_HOME. Folders follow the XDG base directory specification.

    Raises Invalid where a server is named without a file that holds its password, or a number of days is none.
    """
    home = Path(environment.get("HOME") or Path.home())
    data = environment.get("CMDB_DATA")
    cache = environment.get("CMDB_CACHE")
    password_file = environment.get("CMDB_GRAPH_PASSWORD_FILE")
    uri = environment.get("CMDB_GRAPH_URI") or None
    if uri and not password_file:
        raise Invalid(
            "CMDB_GRAPH_URI names a server: put its password into a file and name it", "CMDB_GRAPH_PASSWORD_FILE"
        )
    jars = environment.get("CMDB_ENGINE_JARS")
    java = environment.get("JAVA_HOME")
    return Settings(
        data_dir=Path(data) if data else Path(environment.get("XDG_DATA_HOME") or home / ".local/share") / "cmdb",
        cache_dir=Path(cache) if cache else Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "cmdb",
        graph_uri=uri,
        graph_user=environment.get("CMDB_GRAPH_USER") or "neo4j",
        graph_password_file=Path(password_file) if password_file else None,
        graph_database=environment.get("CMDB_GRAPH_DATABASE") or "neo4j",
        engine_heap=environment.get("CMDB_ENGINE_HEAP") or "512m",
        engine_jars=Path(jars) if jars else None,
        maven_url=environment.get("CMDB_MAVEN_URL") or None,
        java_home=Path(java) if java else None,
        keeping=Keeping(
            **{name: _days(environment, variable, getattr(Keeping, name)) for name, variable in _DAYS.items()}
        ),
    )


_DAYS = {
    "retire_after_days": "CMDB_RETIRE_AFTER_DAYS",
    "history_days": "CMDB_HISTORY_DAYS",
    "events_days": "CMDB_EVENTS_DAYS",
    "health_days": "CMDB_HEALTH_DAYS",
}


def _days(environment: Mapping[str, str], variable: str, default: int) -> int:
    text = environment.get(variable) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= MAX_DAYS:
        raise Invalid(f"{variable} is a number of days from 1 to {MAX_DAYS}, not {text!r}", variable)
    return int(text)


def to_environment(settings: Settings) -> dict[str, str]:
    """The variables from which `from_environment` makes these settings again, for a child process."""
    values = {
        "CMDB_DATA": settings.data_dir,
        "CMDB_CACHE": settings.cache_dir,
        "CMDB_GRAPH_URI": settings.graph_uri,
        "CMDB_GRAPH_USER": settings.graph_user,
        "CMDB_GRAPH_PASSWORD_FILE": settings.graph_password_file,
        "CMDB_GRAPH_DATABASE": settings.graph_database,
        "CMDB_ENGINE_HEAP": settings.engine_heap,
        "CMDB_ENGINE_JARS": settings.engine_jars,
        "CMDB_MAVEN_URL": settings.maven_url,
        "JAVA_HOME": settings.java_home,
        **{variable: getattr(settings.keeping, name) for name, variable in _DAYS.items()},
    }
    return {name: str(value) for name, value in values.items() if value is not None}
