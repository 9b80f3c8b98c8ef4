"""An antigen at each resolution: two fields, one field, split, broad.

A resolution of an allele may be open: which split `B*15` is depends on its second field. Then every antigen that
it may be is given, and a comparison is undecided where the answer depends on which it is.
"""

from __future__ import annotations

from graftrial.clinical.hla.antigens import Antigen
from graftrial.clinical.hla.serology import NO_ALLELE_TABLE, AlleleSerology, Locus, loci

TWO_FIELD, ONE_FIELD, SPLIT, BROAD = "two_field", "one_field", "split", "broad"
LEVELS = (TWO_FIELD, ONE_FIELD, SPLIT, BROAD)  # from the finest to the coarsest
MOLECULAR_LEVELS = (TWO_FIELD, ONE_FIELD)


def at_level(antigen: Antigen, level: str, table: AlleleSerology = NO_ALLELE_TABLE) -> frozenset[str]:
    """What an antigen may be at a resolution; empty where it cannot be expressed there."""
    if level in MOLECULAR_LEVELS:
        wanted = 2 if level == TWO_FIELD else 1
        fields = antigen.fields[:wanted]
        return frozenset({f"{antigen.locus}*{':'.join(fields)}"}) if len(fields) == wanted else frozenset()
    splits = _splits(antigen, table)
    locus = loci()[antigen.locus]
    return splits if level == SPLIT else frozenset(_broad(each, antigen, locus, table) for each in splits)


def is_broad(antigen: Antigen) -> bool:
    """Whether the antigen is a serologic broad that has splits, so that nothing finer is known of it."""
    return antigen.serologic in loci()[antigen.locus].splits_of


def _splits(antigen: Antigen, table: AlleleSerology) -> frozenset[str]:
    locus = loci()[antigen.locus]
    if antigen.serologic:
        name = locus.parent_of.get(antigen.serologic, antigen.serologic)
        return frozenset(locus.splits_of.get(name, (name,)))
    supplied = table.split.get(antigen.name) or table.broad.get(antigen.name)
    if supplied in locus.antigens:
        name = locus.parent_of.get(supplied, supplied)
        return frozenset(locus.splits_of.get(name, (name,)))
    return frozenset(locus.groups.get(antigen.fields[0], ()))


def _broad(split: str, antigen: Antigen, locus: Locus, table: AlleleSerology) -> str:
    supplied = table.broad.get(antigen.name, "")
    return supplied if supplied in locus.splits_of else locus.broad_of.get(split, split)
