"""Splits, broads and the first fields of alleles that carry them: the table of our own, and one the user supplies.

Group level only: an exception within a group (an allele of a group that carries another antigen) is known where an
allele table is supplied, and not otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Locus:
    """Serology of one locus.

    broad_of: broad of each split. splits_of: splits of each broad. parent_of: parent of each associated antigen.
    antigens: every serologic name. groups: first field of the alleles with the antigens that it may carry.
    any_group: whether first fields beyond `groups` exist.
    """

    name: str
    broad_of: Mapping[str, str]
    splits_of: Mapping[str, tuple[str, ...]]
    parent_of: Mapping[str, str]
    antigens: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    any_group: bool


@dataclass(frozen=True, slots=True)
class AlleleSerology:
    """Serologic equivalents of single alleles, from a table the user supplies.

    version: what the table calls itself.
    split, broad: antigen of a two-field allele such as `B*15:01`; absent where the table has none.
    """

    version: str
    split: Mapping[str, str]
    broad: Mapping[str, str]


NO_ALLELE_TABLE = AlleleSerology("", {}, {})


@cache
def loci() -> Mapping[str, Locus]:
    """Every locus of the table of our own."""
    text = files("graftrial.clinical.hla").joinpath("serology.toml").read_text(encoding="utf-8")
    return {name: _locus(name, body) for name, body in tomllib.loads(text).items()}


def _locus(name: str, body: Mapping[str, Any]) -> Locus:
    broad, parents = body["broad"], body["associated"]
    broad_of = {split: parent for parent, splits in broad.items() for split in splits}
    silent = dict.fromkeys(body.get("without_serology", ()), ())
    return Locus(
        name=name,
        broad_of=broad_of,
        splits_of={parent: tuple(splits) for parent, splits in broad.items()},
        parent_of=parents,
        antigens=frozenset({*broad, *broad_of, *parents, *body["single"]}),
        groups={field: tuple(found) for field, found in body["first_field"].items()} | silent,
        any_group=body.get("any_first_field", False),
    )


@cache
def locus_of() -> Mapping[str, str]:
    """Locus of every serologic antigen: `DR52` is DRB3."""
    return {antigen: locus.name for locus in loci().values() for antigen in locus.antigens}
