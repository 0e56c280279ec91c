"""The cases: found, ordered, and selected by id."""

from __future__ import annotations

import fnmatch
import importlib
import pkgutil
from typing import TYPE_CHECKING

from linkback_conformance import cases
from linkback_conformance.case import REGISTRY, Area, Case, Level, Role
from linkback_conformance.errors import SuiteError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RANK = {Level.MUST: 0, Level.SHOULD: 1, Level.MAY: 2}


def load() -> tuple[Case, ...]:
    """Return every case, in the order of the files."""
    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module(f"{cases.__name__}.{module.name}")
    return tuple(REGISTRY.values())


def receiver_cases() -> tuple[Case, ...]:
    """Return the cases that try an endpoint and its pages."""
    return tuple(each for each in load() if each.role is not Role.SENDER)


def sender_cases() -> tuple[Case, ...]:
    """Return the cases that try a sender."""
    return tuple(each for each in load() if each.role is Role.SENDER)


def find(case_id: str) -> Case:
    """Return a case by its id; raises `UsageError` with the nearest ids where there is none."""
    load()
    try:
        return REGISTRY[case_id]
    except KeyError:
        word = case_id.rsplit(".", maxsplit=1)[-1]
        near = [known for known in REGISTRY if word and word in known][:3]
        hint = f"; perhaps {' or '.join(near)}" if near else "; `list` shows them"
        message = f"there is no case {case_id!r}{hint}"
        raise UsageError(message) from None


def select(
    every: Sequence[Case],
    *,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    levels: Iterable[Level] = (),
    areas: Iterable[Area] = (),
) -> tuple[Case, ...]:
    """Return the cases that match, with the cases that they need.

    A pattern is an id, the beginning of one up to a dot, or a glob. A pattern that matches no case
    raises `UsageError`, and so does a selection that leaves nothing.
    """
    wanted = _matching(every, only) if only else {each.id for each in every}
    unwanted = _matching(every, skip)
    levels, areas = tuple(levels), tuple(areas)
    chosen = {
        each.id
        for each in every
        if each.id in wanted
        and each.id not in unwanted
        and (not levels or each.level in levels)
        and (not areas or each.area in areas)
    }
    if not chosen:
        message = "the selection leaves no case to run; `list` shows what there is"
        raise UsageError(message)
    return with_needs(every, chosen)


def with_needs(every: Sequence[Case], chosen: set[str]) -> tuple[Case, ...]:
    """Return the chosen cases and whatever they need, in order."""
    by_id = {each.id: each for each in every}
    todo = list(chosen)
    found = set(chosen)
    while todo:
        for needed in by_id[todo.pop()].needs:
            if needed not in by_id:
                message = f"a case needs {needed}, which does not exist"
                raise SuiteError(message)
            if needed not in found:
                found.add(needed)
                todo.append(needed)
    return tuple(each for each in every if each.id in found)


def _matching(every: Sequence[Case], patterns: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        hits = {each.id for each in every if _fits(each.id, pattern)}
        if not hits:
            message = f"no case matches {pattern!r}; `list` shows them"
            if any(_fits(name, pattern) for name in REGISTRY):
                message = (
                    f"{pattern!r} matches no case of this run: receivers are tried by "
                    "`linkback-conformance TARGET`, senders by `linkback-conformance sender`"
                )
            raise UsageError(message)
        found |= hits
    return found


def _fits(case_id: str, pattern: str) -> bool:
    return (
        case_id == pattern
        or case_id.startswith(pattern.rstrip(".") + ".")
        or fnmatch.fnmatchcase(case_id, pattern)
    )
