"""Every key that a study file may hold, as a dotted path, and the nearest of them to a misspelt one."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from graftrial.study.model import Study
from graftrial.study.part import Part

CLOSE = 0.75  # similarity from which a suggestion helps rather than confuses

# what people write, and where this file says it
SYNONYMS: Mapping[str, str] = {
    "stopping_rules": "safety.rules",
    "stopping_rule": "safety.rules",
    "stop_rules": "safety.rules",
    "pause_rules": "safety.rules",
    "safety_rules": "safety.rules",
    "dsmb": "safety.board",
    "safety_board": "safety.board",
    "inclusion": "eligibility",
    "exclusion": "eligibility",
    "inclusion_criteria": "eligibility",
    "exclusion_criteria": "eligibility",
    "criteria": "eligibility",
    "criterion": "eligibility",
    "nct": "registries",
    "nct_id": "registries",
    "registry": "registries",
    "registration": "registries",
    "arms": "cohorts",
    "groups": "cohorts",
    "visit_windows": "schedule.visits",
    "visits": "schedule.visits",
    "follow_up": "schedule.follow_up_days",
    "day_0": "schedule.anchor",
    "cells_per_kg": "dose.planned_cells_per_kg",
    "planned_dose": "dose.planned_cells_per_kg",
    "infusions": "dose.planned_infusions",
    "concomitant_therapy": "standard_therapy",
    "background_therapy": "standard_therapy",
    "cell_product": "product",
    "baseline": "definitions.baseline",
    "teae": "definitions.treatment_emergent",
    "populations": "analysis_sets",
    "outcomes": "endpoints",
    "outcome_measures": "endpoints",
    "primary_endpoint": "endpoints",
    "editions": "rules",
    "rule_editions": "rules",
    "pins": "rules",
    "cutoffs": "thresholds",
    "protocol_versions": "amendments",
    "cutoff": "data_cut.date",
    "cutoff_date": "data_cut.date",
    "units": "intake.units",
    "bibliography": "references",
    "publications": "references",
    "name": "study.title",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it means, whether it has to be there, and what stands under it."""

    path: str
    means: str
    is_required: bool
    is_table: bool
    is_list: bool


@cache
def keys() -> Mapping[str, Key]:
    """Every dotted path of the study file, in the order of the model."""
    return {each.path: each for each in _below(Study, "")}


def _below(part: type[Part], prefix: str) -> Iterator[Key]:
    for name, field in part.model_fields.items():
        path = f"{prefix}{name}"
        inner = _part_in(field.annotation)
        is_list = any(get_origin(each) is tuple for each in (field.annotation, *get_args(field.annotation)))
        yield Key(path, field.description or "", field.is_required(), inner is not None, is_list)
        if inner is not None:
            yield from _below(inner, f"{path}.")


def _part_in(annotation: Any) -> type[Part] | None:
    """The part behind `X`, `X | None` or `tuple[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    if get_origin(annotation) in (tuple, Union, types.UnionType, Annotated):
        found = (_part_in(each) for each in get_args(annotation))
        return next((each for each in found if each is not None), None)
    return None


def nearest_key(unknown: str) -> str:
    """The path that was probably meant by an unknown dotted path; empty where none is near.

    A neighbour at the same level comes first, then a synonym, then a key of that name elsewhere in the file.

    >>> nearest_key("stoping_rules")
    'safety.rules'
    """
    head, _, name = unknown.rpartition(".")
    prefix = f"{head}." if head else ""
    here = {each.removeprefix(prefix): each for each in keys() if _is_directly_under(each, prefix)}
    elsewhere = {each.rpartition(".")[2]: each for each in reversed(list(keys()))}
    joined = {each.replace(".", "_"): each for each in keys()}
    for candidates in (here, SYNONYMS, elsewhere, joined):
        if found := nearest(name, candidates):
            return candidates[found]
    return ""


def _is_directly_under(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and "." not in path[len(prefix) :]


def nearest(given: str, choices: Iterable[str]) -> str:
    """The choice most like what was given; empty where none is near enough."""
    plain = given.lower().replace("-", "_").replace(" ", "_")
    scored = [(SequenceMatcher(None, plain, each.lower()).ratio(), each) for each in choices]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return best if score >= CLOSE else ""
