"""The reference of CI types, written from their declarations: `python -m cmdb.model.reference` writes it anew.

With `--check` nothing is written, and the exit status is 1 where the file does not say what the model says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from cmdb.model.preferences import PREFERENCES, Preference, believed
from cmdb.model.sections import SECTIONS
from cmdb.model.sources import SOURCE_KINDS
from cmdb.model.types import CI_TYPES
from cmdb.model.verbs import VERBS
from cmdb.model.vocabulary import Attribute, CIType, Identifier, Impact

FILE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "ci-types.md"
COMMAND = "python -m cmdb.model.reference"

_SUFFERS = {
    Impact.HARD: "is down too",
    Impact.DECLARED: "is down or degraded, as declared on the relationship",
    Impact.OBSERVED: "is judged by the rule for observed calls",
    Impact.GROUP: "is down when fewer than k members work",
    Impact.NONE: "suffers nothing",
}


def render() -> str:
    """The whole reference in Markdown, ending in a line break."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# CI types"
    yield ""
    yield f"Written from `cmdb/model` by `{COMMAND}`; change the declarations, not this file."
    yield ""
    yield "Beside its own attributes every CI has `id`, `type`, `title`, `state` (active or retired), `valid_from` and"
    yield "`valid_to`. Instants are milliseconds since 1970, UTC. An attribute that is not known is absent."
    for ci_type in CI_TYPES:
        yield from _type(ci_type)
    yield from _table("Verbs", ("verb", "reads", "read backwards", "when its end fails, its start"), (
        (f"`{verb.name}`", verb.about, verb.inverse, _SUFFERS[verb.impact]) for verb in VERBS
    ))  # fmt: skip
    yield ""
    yield "An ended relationship is called `WAS_<VERB>` and carries `valid_to`."
    yield from _table("Sections of a document", ("section", "holds"), (
        (f"`{section.name}`", section.about) for section in SECTIONS
    ))  # fmt: skip
    yield from _table("Kinds of sources", ("kind", "what it is", "rank", "one per thing", "reports every"), (
        (f"`{kind.name}`", kind.about, str(kind.rank), _yes(kind.exclusive), f"{kind.period_ms // 60_000} min")
        for kind in SOURCE_KINDS.values()
    ))  # fmt: skip
    yield ""
    yield "The value of the source of the highest rank wins. One that has been silent for three of its own intervals"
    yield "loses to any that has not; between equals the claim that changed last wins. What a person sets wins over all"
    yield "until it expires. For these attributes other sources are believed first:"
    yield from _table(None, ("types", "attributes", "believed in this order", "because"), map(_preference, PREFERENCES))


def _type(ci_type: CIType) -> Iterator[str]:
    yield ""
    yield f"## {ci_type.label}"
    yield ""
    yield ci_type.about
    yield ""
    yield f"- Identified {_identified(ci_type)}."
    if ci_type.inside is not None:
        parents = " or ".join(ci_type.inside.parents)
        way = f"{parents} → {ci_type.label}" if ci_type.inside.points_down else f"{ci_type.label} → {parents}"
        yield f"- Lives in: {parents} (`{ci_type.inside.verb.name}`: {way})."
    if ci_type.relationships:
        yield "- Relates: " + ", ".join(f"`{verb.name}` {target}" for verb, target in ci_type.relationships) + "."
    heads = ("attribute", "kind", "unit", "section", "complete with it", "about")
    yield from _table(None, heads, map(_attribute, ci_type.attributes))
    if ci_type.identified_by:
        yield from _table(
            None, ("identifier", "tier", "origin", "section", "because"), map(_identifier, ci_type.identified_by)
        )


def _identified(ci_type: CIType) -> str:
    if ci_type.family is not None:
        return f"by evidence, in the family `{ci_type.family}`"
    if ci_type.value_key:
        where = " in one routing domain" if ci_type.domain_scoped else ""
        return f"by its value{where}: {', '.join(f'`{name}`' for name in ci_type.value_key)}"
    if ci_type.declared:
        return "by the person who declares it"
    matches = ci_type.inside.matches if ci_type.inside else ()
    return "inside what it lives in, by " + ", else ".join(
        " and ".join(f"`{name}`" for name in names) for names in matches
    )


def _attribute(attribute: Attribute) -> tuple[str, ...]:
    about = attribute.about + (" Always moves: no history." if attribute.volatile else "")
    return (
        f"`{attribute.name}`", attribute.kind, attribute.unit or "", attribute.section, attribute.completeness or "",
        about,
    )  # fmt: skip


def _preference(preference: Preference) -> tuple[str, ...]:
    order = believed(preference.types[0], preference.attributes[0])
    return *(", ".join(f"`{name}`" for name in names) for names in (
        preference.types, preference.attributes, order
    )), preference.because  # fmt: skip


def _identifier(identifier: Identifier) -> tuple[str, ...]:
    return f"`{identifier.kind}`", identifier.tier, identifier.origin, identifier.section, identifier.because


def _table(title: str | None, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    if title is not None:
        yield f"## {title}"
        yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for cells in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` say whether it is fresh; the exit status."""
    text = render()
    if "--check" not in arguments:
        FILE.write_text(text, encoding="utf-8")
        return 0
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{FILE} is not what the model says: run `{COMMAND}`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
