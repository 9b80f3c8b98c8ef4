"""Changes of a patient's scores, set by set, where both lanes pass; else why no change is given."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Fold, Heading, Note, Row, Table, cell
from graftrial.report.figures.transcripts import KEY_SETS
from graftrial.report.material import Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, plural, rounded, signed
from graftrial.report.results import ResultRow

CLASSIFIERS = {
    "amr_probability": "AMR",
    "tcmr_probability": "TCMR",
    "no_rejection_probability": "No rejection",
}
METHODS = {"singscore": 3, "mean_log2": 2}  # digits
OPEN_PATIENTS = 3
RESUBSTITUTION = "resubstitution"


def change_blocks(material: Material) -> list[Block]:
    """A table a pair, the first three open."""
    blocks: list[list[Block]] = []
    for pair in material.frame("transcript_pairs").iter_rows(named=True):
        name = f"{pair['subject_id']}: {pair['after']} beside {pair['before']}"
        if pair["state"] != "compared":
            blocks.append([Note(f"{name}: no change is given. {pair['reason']}.", "missing")])
        else:
            colour = material.colours[pair["subject_id"]]
            anchor = f"transcripts-{pair['subject_id']}-{pair['after']}"
            blocks.append([Heading(name, anchor, colour), _change_table(material, pair)])
    opened = [each for block in blocks[:OPEN_PATIENTS] for each in block]
    rest = [each for block in blocks[OPEN_PATIENTS:] for each in block]
    if rest:
        opened.append(Fold(f"Changes of {plural(len(blocks) - OPEN_PATIENTS, 'further pair')}", tuple(rest)))
    return opened


def _change_table(material: Material, pair: Record) -> Table:
    columns = (
        Column("Gene set", wide=True),
        Column("Before", is_number=True, below="percentile"),
        Column("After", is_number=True, below="percentile"),
        Column("Change", is_number=True, below="counting noise alone, 95%"),
        Column("Of the reference spread", is_number=True, below="interquartile ranges"),
    )
    rows: list[Row] = []
    scores = [*CLASSIFIERS, *(f"set.{name}.{method}" for name in KEY_SETS for method in METHODS)]
    for score in scores:
        change = material.results.get(f"transcript.change.{score}.{pair['subject_id']}.{pair['after']}")
        if change is not None:
            rows.append(_change_row(material, pair, score, change))
    unknown = (
        "Change: after less before. Inside the noise of counting it says nothing; beyond it, it may still be noise "
        "of tissue, lot or scanner, which nobody has measured in public."
    )
    notes = (
        unknown,
        "All sets are in results.csv as transcript.change.… and in derived/transcript_changes.csv.",
    )
    caption = f"Change of scores, {pair['subject_id']}, {pair['after']} less {pair['before']}"
    return Table(caption, columns, tuple(rows), notes, compact=True)


def _change_row(material: Material, pair: Record, score: str, change: ResultRow) -> Row:
    digits = METHODS.get(score.rsplit(".", 1)[-1], 2)
    known = [
        _value(material, score, f"{pair['subject_id']}.{pair[when]}", digits) for when in ("before", "after")
    ]
    interval = (
        ""
        if change.lower is None or change.upper is None
        else f"{signed(change.lower, digits)} to {signed(change.upper, digits)}"
    )
    place = f"{score}.{pair['subject_id']}.{pair['after']}"
    spread = material.results.get(f"transcript.change_in_iqr.{place}")
    in_spread = (
        cell("–") if spread is None or spread.number is None else Cell(signed(spread.number, 1), spread.key)
    )
    moved = Cell(signed(change.number or 0, digits), change.key, below=interval)
    return Row((_named(score), *known, moved, in_spread))


def _named(score: str) -> Cell:
    if score in CLASSIFIERS:
        return Cell(f"{CLASSIFIERS[score]}, probability", tone="strong")
    _, name, method = score.split(".")
    return Cell(KEY_SETS[name], below=method.replace("_", " "))


def _value(material: Material, score: str, place: str, digits: int) -> Cell:
    row = material.results.get(f"transcript.{score}.{place}")
    percentile = material.results.get(f"transcript.percentile.{score}.{place}")
    if row is None or row.number is None:
        return cell(NOT_ASSESSABLE)
    below = "" if percentile is None or percentile.number is None else rounded(percentile.number)
    told = "; ".join(each for each in (below, marked(row)) if each)
    return Cell(rounded(row.number, digits), row.key, below=told)


def marked(row: ResultRow) -> str:
    """What has to stand under a number: that a model has seen this biopsy."""
    return RESUBSTITUTION if RESUBSTITUTION in row.warnings else ""
