"""What a document means for the silence of its source, and for what it holds back: told as events."""

from __future__ import annotations

from cmdb.model import events as kinds
from cmdb.reconcile.content import Content
from cmdb.reconcile.events import Draft
from cmdb.store.driver import Transaction
from cmdb.store.queries import life as queries
from cmdb.store.queries.life import Named, Source
from cmdb.usecases.events import tell


def hear(tx: Transaction, key: str, before: Content, after: Content, at: int, recorded_at: int) -> None:
    """What a document of the scope with this key means for its silence, and what it holds back, as events. Epoch ms.

    To be called when the document is written; `before` and `after` are what the scope said and says.
    """
    heard = queries.hear(tx, key)
    drafts = [event_of_ci(kinds.RETURNED, one) for one in heard.woken]
    if heard.silent_since is not None:
        drafts.append(event_of_source(kinds.HEARD, heard.source))
    held = sum(item.held and not _was_held(before, name) for name, item in after.items.items())
    if held:
        drafts.append(event_of_source(kinds.HELD, heard.source, held=held))
    if drafts:
        tell(tx, drafts, at, recorded_at)


def _was_held(content: Content, name: str) -> bool:
    item = content.items.get(name)
    return item is not None and item.held


def event_of_ci(kind: kinds.EventKind, one: Named) -> Draft:
    """An event of a CI that tells no more than its kind does."""
    return Draft(kind.name, one.id, one.type, one.title)


def event_of_source(kind: kinds.EventKind, one: Source, **details: int) -> Draft:
    """An event of a source: its key stands where others have the id of their CI."""
    title = ", ".join(one.names[:3]) or one.key.split("|", 4)[4]
    return Draft(kind.name, one.key, kinds.SOURCE, title, None, dict(details))
