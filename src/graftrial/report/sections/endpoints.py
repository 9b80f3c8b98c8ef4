"""Declared endpoints: all at a glance, then one block each with its estimand, the patients, the estimate."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Fold,
    Heading,
    Note,
    Row,
    Section,
    Table,
    folded,
    with_citations,
)
from graftrial.report.endpoint_words import (
    GRADES,
    estimate_cell,
    fate,
    inflammation,
    is_efficacy,
    number_words,
    p_cell,
    paired_reading,
    patient_cell,
)
from graftrial.report.figures.endpoint_figures import figures_of_endpoint
from graftrial.report.material import LISTING_ROWS, Material
from graftrial.report.numbers import MINUS, NOT_ASSESSABLE, plural, rounded, unit_words
from graftrial.report.results import ResultRow
from graftrial.report.sections.comparators import comparator_blocks
from graftrial.report.sections.kidney_function import graft_cell
from graftrial.study.model import Endpoint
from graftrial.study.variables import KIND_OF

NOT_ALONE = (
    "A falling score is not an improvement by itself: thrombotic microangiopathy, tubular injury and the fate of the "
    "graft stand beside it. Standard therapy came before the cells: a change belongs to the whole treatment strategy."
)
PARTS = ("estimate", "acute", "chronic")


def section(material: Material) -> Section | None:
    """Every endpoint of the study file; one that cannot be computed says why."""
    endpoints = material.study.endpoints
    if not endpoints:
        return None
    blocks: list[Block] = [*_glance(material)]
    for endpoint in endpoints:
        if endpoint.method is not None:
            blocks += _block(material, endpoint)
        elif material.results.get(f"endpoint.{endpoint.id}.reported") is not None:
            blocks += [Heading(endpoint.title, f"endpoint-{endpoint.id}"), *_reported(material, endpoint)]
    return Section("endpoints", "Endpoints", tuple(blocks), "Endpoints")


def _glance(material: Material) -> list[Block]:
    """One row an endpoint, and how many comparisons were made."""
    rows = tuple(_overview(material, each) for each in material.study.endpoints)
    columns = (
        Column("Endpoint", wide=True),
        Column("Patients", below="with an answer"),
        Column("Result", wide=True),
        Column("p"),
        Column("Method", wide=True),
    )
    made = material.results.get("endpoint.comparisons")
    count = made.count if made and made.count is not None else 0
    note = (
        f"{plural(count, 'p value')} in this section; nothing is adjusted for their number, and none of them is "
        "confirmatory."
        if count
        else "No p value is given in this section."
    )
    notes = (
        note,
        "p values of changes within fewer than 6 patients are not given: an exact test cannot reach 0.05.",
    )
    return [with_citations(Table("All declared endpoints", columns, rows, notes), material.results)]


def _overview(material: Material, endpoint: Endpoint) -> Row:
    stem = f"endpoint.{endpoint.id}"
    title = Cell(
        endpoint.title, below="; ".join(each for each in (endpoint.kind, endpoint.time_frame) if each)
    )
    if endpoint.method is None:
        why = Cell("described in words", tone="missing", below="no computation declared")
        blank = Cell("", tone="quiet")
        return Row((title, blank, why, blank, Cell(endpoint.measure or "")))
    row = material.results.get(f"{stem}.estimate")
    if endpoint.method == "interrupted_series":
        each_alone = Cell("each patient alone", tone="quiet", below="see below")
        return Row(
            (title, Cell(""), each_alone, Cell("", tone="quiet"), Cell("interrupted series of one patient"))
        )
    answered = Cell(f"{row.n} of {row.denominator}" if row and row.n is not None else "")
    name = row.label if row else ""
    found = estimate_cell(material, endpoint, row)
    stated = material.results.get(f"{stem}.reported")
    if stated is not None and stated.value is not None:
        of = f" of {rounded(stated.denominator)}" if stated.denominator else ""
        said = f"stated by the source: {stated.value}{of}"
        found = Cell(
            found.text, found.key, found.tone, "; ".join(each for each in (found.below, said) if each)
        )
    method = Cell(row.method if row else "", below=name)
    has_test = material.results.get(f"{stem}.p")
    return Row((title, answered, found, p_cell(has_test), method))


def _block(material: Material, endpoint: Endpoint) -> list[Block]:
    told = material.results.get(f"endpoint.{endpoint.id}.estimand")
    blocks: list[Block] = [
        Heading(endpoint.title, f"endpoint-{endpoint.id}", below=endpoint.measure),
        Note(f"Estimand. {(told.value or '') if told else ''}".replace(" -", f" {MINUS}"), "definition"),
        *figures_of_endpoint(material, endpoint),
    ]
    if is_efficacy(endpoint):
        blocks.append(Note(NOT_ALONE, "remark"))
    individuals = _individuals(material, endpoint)
    blocks.append(folded(individuals, f"{endpoint.title}: {plural(len(individuals.rows), 'patient')}"))
    blocks += _estimates(material, endpoint)
    blocks += _reported(material, endpoint)
    return blocks + comparator_blocks(material, endpoint)


def _individuals(material: Material, endpoint: Endpoint) -> Table:
    """Patients first: baseline, value, contribution, and beside an efficacy endpoint the fate of the graft."""
    stem = f"endpoint.{endpoint.id}"
    given = {
        each.key.removeprefix(f"{stem}.patient."): each
        for each in material.results.starting(f"{stem}.patient.")
    }
    subjects = [each for each in material.subjects if each["subject_id"] in given]
    pairs = _pairs(material, stem)
    unit = unit_words(endpoint.unit)
    columns = [Column("Subject"), *(Column(title, is_number=True, below=unit) for title, _ in pairs)]
    of = next((each.unit for each in given.values() if each.unit), "")
    columns.append(Column(_heading(endpoint), below=unit_words(of) if of != "rank" else "", wide=not pairs))
    if is_efficacy(endpoint):
        columns += [
            Column("Graft"),
            Column("TMA", below="before → after"),
            Column("Tubular injury", below="before → after"),
        ]
    is_histology = KIND_OF[str(endpoint.variable)].is_histology
    if is_histology:
        columns.insert(-3, Column("g + ptc", below="before → after"))
    rows = []
    for subject in subjects[:LISTING_ROWS]:
        name = subject["subject_id"]
        cells = [Cell(name), *(_plain(material, endpoint, f"{stem}.{part}.{name}") for _, part in pairs)]
        cells.append(patient_cell(endpoint, given[name]))
        if is_efficacy(endpoint):
            cells += [graft_cell(subject), *fate(material, subject)]
        if is_histology:
            cells.insert(-3, inflammation(material, subject))
        rows.append(Row(tuple(cells), remark=paired_reading(material, subject) if is_histology else ""))
    notes = material.cut_note(len(rows), len(subjects), "results.csv")
    table = Table(
        f"{endpoint.title}: every patient", tuple(columns), tuple(rows), notes, compact=len(rows) > 12
    )
    return with_citations(table, material.results)


def _pairs(material: Material, stem: str) -> list[tuple[str, str]]:
    """Columns before the contribution: baseline and value, or the slopes before and after."""
    kinds = (
        ("Baseline", "baseline"),
        ("Value", "value"),
        ("Before", "before"),
        ("After", "after"),
        ("Overlap", "overlap"),
        ("p", "p"),
    )
    return [(title, part) for title, part in kinds if material.results.starting(f"{stem}.{part}.")]


def _heading(endpoint: Endpoint) -> str:
    words = {
        "composite_rank": "Rank",
        "rate": "Events",
        "time_to_event": "Day",
        "rmst": "Day",
        "proportion": "Event",
    }
    if endpoint.method in ("slope_within_patient", "mixed_model_slope"):
        return "Slope"
    if endpoint.method == "responder":
        return "Response"
    return words.get(str(endpoint.method), "Resolved" if endpoint.variable == "amr_resolved" else "Change")


def _plain(material: Material, endpoint: Endpoint, key: str) -> Cell:
    row = material.results.get(key)
    if row is None:
        return Cell("none", tone="missing")
    if row.number is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    text = number_words(endpoint, row.number, row.unit, is_whole=row.unit in GRADES)
    return Cell(text, row.key, below=row.method.replace(" -", f" {MINUS}"))


def _estimates(material: Material, endpoint: Endpoint) -> list[Block]:
    """The estimate and its parts with interval, p and degrees of freedom; remarks run below."""
    stem = f"endpoint.{endpoint.id}"
    rows = [_estimate(material, endpoint, part) for part in PARTS if material.results.get(f"{stem}.{part}")]
    visits = [each.key.removeprefix(f"{stem}.") for each in material.results.starting(f"{stem}.visit.")]
    for name in (*visits, "median", "lowest", "highest", "upper", "lost", "sensitivity.weighted"):
        row = material.results.get(f"{stem}.{name}")
        if row is not None:
            rows.append(
                Row(
                    (
                        Cell(row.label),
                        estimate_cell(material, endpoint, row),
                        Cell("", tone="quiet"),
                        Cell(row.method),
                    )
                )
            )
    if not rows:
        return []
    columns = (
        Column("Quantity", wide=True),
        Column("Estimate", wide=True),
        Column("p"),
        Column("Method", wide=True),
    )
    table = with_citations(Table(f"{endpoint.title}: summary", columns, tuple(rows)), material.results)
    return [Fold(table.caption, (table,))] if endpoint.kind == "exploratory" else [table]


def _estimate(material: Material, endpoint: Endpoint, part: str) -> Row:
    stem = f"endpoint.{endpoint.id}"
    row = material.results.get(f"{stem}.{part}")
    prefix = stem if part == "estimate" else f"{stem}.{part}"
    degrees = material.results.get(f"{prefix}.df")
    method = row.method if row else ""
    below = (
        f"{rounded(degrees.number, 1)} degrees of freedom" if degrees and degrees.number is not None else ""
    )
    remark = row.warnings if row and row.number is not None else ""
    return Row(
        (
            Cell(row.label if row else ""),
            estimate_cell(material, endpoint, row),
            p_cell(material.results.get(f"{prefix}.p")),
            Cell(method, degrees.key if degrees else "", below=below),
        ),
        remark=remark,
    )


def _reported(material: Material, endpoint: Endpoint) -> list[Block]:
    """What a source states of all patients, beside the rows and never added to them."""
    row = material.results.get(f"endpoint.{endpoint.id}.reported")
    if row is None:
        return []
    share = material.results.get(f"endpoint.{endpoint.id}.reported_share")
    return [Note(_stated(row, share), "missing" if row.value is None else "lead")]


def _stated(row: ResultRow, share: ResultRow | None) -> str:
    if row.value is None:
        return row.warnings
    of = f" of {rounded(row.denominator)}" if row.denominator else ""
    limits = f", exact 95% interval {_percents(share)}" if share is not None else ""
    return (
        f"Stated by the source for all patients, for which no rows exist: {row.label}: {row.value}{of}{limits} "
        f"({row.method}). Never added to the rows."
    )


def _percents(row: ResultRow) -> str:
    low, high = row.lower or 0.0, row.upper or 0.0
    return f"{rounded(100 * low, 1)}% to {rounded(100 * high, 1)}%"
