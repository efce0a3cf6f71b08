"""`cmdb backup` and `cmdb restore`: the managed graph in one file, and a data folder from such a file."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmdb import __version__
from cmdb.cli.options import AsJson
from cmdb.cli.output import print_json
from cmdb.cli.settings import settings

if TYPE_CHECKING:
    from cmdb.cli.screen import Screen
    from cmdb.config import Settings
    from cmdb.usecases.backup import Origin

# What a data folder may hold and still be taken for an empty one: the mark of who used it last.
_NOTHING = {"in-use"}


def backup(
    file: Annotated[Path, typer.Argument(help="New file for the backup; it becomes readable to you alone.")],
    as_json: AsJson = False,
) -> None:
    """Back up the managed graph into one file.

    The graph is away meanwhile. With `cmdb up` running, that stops the engine,
    dumps and starts it again; the server answers 503 with Retry-After until
    then, and agents keep what they have to say. The file holds the whole graph
    and digests of tokens, no token and no password.

    Examples:

        cmdb backup /srv/backups/cmdb-2026-11-24.tar

        CMDB_DATA=/srv/cmdb cmdb backup monday.tar
    """
    from cmdb.bootstrap import taking_turns
    from cmdb.cli.supervise.control import ask
    from cmdb.usecases.backup import check_new_file, save

    found = _managed("back it up with its own tools, such as `neo4j-admin database dump`")
    check_new_file(file)
    screen = _screen(as_json)
    with taking_turns(found):
        made_from = _running_origin(found)
        dump = None if made_from is None else ask(found.data_dir, screen.step)
        if made_from is None or dump is None:
            made_from, dump = _dump_here(found, screen)
        try:
            with screen.step("Writing the file", "File written"):
                size_bytes = save(file, dump, made_from)
        finally:
            shutil.rmtree(dump.parent)
    if as_json:
        print_json({"file": str(file), "size_bytes": size_bytes, **_plain(made_from)})
    else:
        screen.say(f"{file}: {size_bytes / 2**20:.1f} MiB, migration {made_from.migration}, Neo4j {made_from.engine}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `cmdb backup` wrote.")],
    data: Annotated[Path | None, typer.Option(help="New or empty folder for it (CMDB_DATA).", metavar="FOLDER")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a data folder from a backup; an existing one is never overwritten.

    The engine is started once to see that it opens the graph. Then `cmdb up`
    runs on the folder. Tokens that were valid are valid again; the file with
    the first admin token is not in a backup: make another with
    `cmdb token create`.

    Examples:

        cmdb restore /srv/backups/cmdb-2026-11-24.tar --data /srv/cmdb

        cmdb up --data /srv/cmdb
    """
    from cmdb.bootstrap import connect, load_engine, on_engine, start_engine
    from cmdb.usecases.backup import check_restored, read_backup, unpacking

    found = _managed("load the dump into it with its own tools, such as `neo4j-admin database load`", data)
    made_from = read_backup(file)
    screen = _screen(as_json)
    with _new_folder(found):
        with screen.step("Loading the graph", "Graph loaded"):
            load_engine(found, unpacking(file), screen.fetching)
        with screen.step("Opening the graph", "Graph opened"):
            engine = start_engine(found)
            with engine, connect(on_engine(found, engine)) as core:
                check_restored(core.graph, made_from)
    if as_json:
        print_json({"data_folder": str(found.data_dir), **_plain(made_from)})
    else:
        screen.say(
            f"{found.data_dir} holds the graph of {_instant(made_from.created_at)}. "
            f"Run it: cmdb up --data {found.data_dir}"
        )


def _managed(instead: str, data: Path | None = None) -> Settings:
    from cmdb.errors import Conflict

    found = settings(data)
    if found.graph_uri is not None:
        raise Conflict(f"CMDB_GRAPH_URI names a server of its own: {instead}")
    return found


def _screen(as_json: bool) -> Screen:
    """Where the steps are shown: standard output is for the answer alone where a program reads it."""
    from rich.console import Console

    from cmdb.cli.screen import Screen

    return Screen(Console(stderr=as_json))


def _plain(made_from: Origin) -> dict[str, Any]:
    return {
        "product": made_from.product,
        "engine": made_from.engine,
        "migration": made_from.migration,
        "created_at": _instant(made_from.created_at),
    }


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def _running_origin(found: Settings) -> Origin | None:
    """What the graph that runs in the data folder says of itself; None where none runs."""
    from cmdb.bootstrap import connect, on_running_engine
    from cmdb.errors import Unavailable
    from cmdb.usecases.backup import origin

    try:
        on = on_running_engine(found)
    except Unavailable:
        return None
    with connect(on) as core:
        return origin(core.graph, __version__, core.now())


def _dump_here(found: Settings, screen: Screen) -> tuple[Origin, Path]:
    """With nothing running: the engine is started to ask it, and so that it ends in good order."""
    from cmdb.bootstrap import connect, dump_engine, hold_data, on_engine, start_engine
    from cmdb.usecases.backup import origin

    hold = hold_data(found)
    try:
        with screen.step("Starting the engine", "Engine started"):
            engine = start_engine(found, screen.fetching)
        with engine, connect(on_engine(found, engine)) as core:
            made_from = origin(core.graph, __version__, core.now())
        with screen.step("Dumping the graph", "Graph dumped"):
            return made_from, dump_engine(found)
    finally:
        hold.release()


@contextmanager
def _new_folder(found: Settings) -> Generator[None]:
    """Holds a folder that is new or empty; what a failed restore has put there is gone afterwards."""
    from cmdb.bootstrap import hold_data
    from cmdb.errors import Conflict

    folder = found.data_dir
    existed = folder.exists()
    if existed and not folder.is_dir():
        raise Conflict(f"{folder} is no folder")
    if existed and {one.name for one in folder.iterdir()} - _NOTHING:
        raise Conflict(f"{folder} is not empty: nothing is overwritten. Name another folder, or move this one away")
    hold = hold_data(found)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder / "engine", ignore_errors=True)
        if not existed:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        hold.release()
