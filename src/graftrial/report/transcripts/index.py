"""The page that lists every biopsy of a run, with a link to its own page; it loads nothing and computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup, escape

from graftrial.derive.transcript_reference import reference_facts
from graftrial.derive.transcript_scores import Score
from graftrial.derive.transcripts import Reading
from graftrial.report.numbers import NOT_ASSESSABLE, percent, plural, probability, rounded
from graftrial.report.transcripts.page import POLICY, page_style
from graftrial.report.transcripts.rows import PROBABILITIES

PAGES = "transcript_pages"  # where a report of a study has them
BANNER = (
    '<div class="synthetic-banner" role="note"><strong>SYNTHETIC</strong> Invented data. No person described here '
    "exists.</div>\n"
)
Words = tuple[str, str]
KEY_SETS = (("LIT_DSAST21", "DSAST"), ("LIT_DSAprob19", "DSAprob"), ("HMX_TCMR", "TCMR set"))


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One biopsy: its page below `pages`, or none; verdict of its lane; cells in words, with what stands below them."""

    page: str
    title: str
    file: str
    verdict: str
    cells: tuple[Words, ...]
    remarks: tuple[str, ...]


def index_row(reading: Reading, page: str) -> IndexRow:
    """The line of one biopsy in the list."""
    verdict = "not scored" if reading.lane.is_blocked or not reading.quality else reading.quality.verdict
    remarks = [f"is {reading.itself} of the reference set: resubstitution"] if reading.itself else []
    if reading.place and reading.place.is_outside:
        remarks.append("far from every reference biopsy")
    remarks += sorted({each.code for each in reading.findings if each.blocking})
    return IndexRow(
        page,
        reading.lane.sample_id or reading.lane.file,
        reading.lane.file,
        verdict,
        _cells(reading),
        tuple(remarks),
    )


def _cells(reading: Reading) -> tuple[Words, ...]:
    """Three probabilities with their interval, percentiles of three sets by ranks, neighbours with AMR and TCMR."""
    found = [reading.score(name) for name, _ in PROBABILITIES]
    probabilities = [("–", "") if each is None else _probability(each) for each in found]
    sets = [reading.score(f"set.{name}.singscore") for name, _ in KEY_SETS]
    percentiles = [(_number(each.reference_percentile if each else None, 0), "") for each in sets]
    counts = reading.place.composition if reading.place else None
    nearest = f"{counts['AMR']} / {counts['TCMR']}" if counts else NOT_ASSESSABLE
    return (*probabilities, *percentiles, (nearest, ""))


def _probability(score: Score) -> Words:
    if score.value is None:
        return NOT_ASSESSABLE, ""
    bounds = [probability(each) for each in (score.lower, score.upper) if each is not None]
    return probability(score.value), " to ".join(bounds)


def _number(value: float | None, digits: int) -> str:
    return NOT_ASSESSABLE if value is None else rounded(value, digits)


def index_page(
    rows: Sequence[IndexRow], cartridges: Sequence[tuple[str, str]] = (), is_synthetic: bool = False
) -> str:
    """The list as HTML, in the order of the run.

    cartridges: each with the name of its picture below `cartridges`.
    """
    heads = [
        "biopsy", "lane", *(f"{title}, probability" for _, title in PROBABILITIES),
        *(f"{title}, percentile" for _, title in KEY_SETS), "25 nearest, AMR / TCMR", "remarks",
    ]  # fmt: skip
    has_classifier = any(row.cells[0][0] != "–" for row in rows)
    kept = [place for place in range(len(heads)) if has_classifier or not 2 <= place <= 4]
    head = "".join(f'<th scope="col">{escape(heads[place])}</th>' for place in kept)
    body = "".join(_row(row, kept) for row in rows)
    passed = sum(row.verdict == "pass" for row in rows)
    said = f"{plural(len(rows), 'biopsy', 'biopsies')}; every check passes in {rounded(passed)}."
    missing = "" if has_classifier else " No rejection classifier is installed."
    return str(
        Markup(
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n<meta name="generator" content="graftrial">\n'
            f"<title>Transcripts of a run</title>\n<style>{page_style()}</style>\n</head>\n<body>\n"
            f'{BANNER if is_synthetic else ""}<div class="sheet"><main id="content">\n<header class="title">\n'
            '<p class="eyebrow">Molecular transcripts of kidney-transplant biopsies, B-HOT panel. For research; no '
            f"diagnosis.</p>\n<h1>Biopsies of this run</h1>\n<p>{escape(said)}{missing}</p>\n</header>\n"
            '<div class="table-scroll"><table class="compact"><caption>Every biopsy, in the order of files</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>\n"
            '<p class="table-note">Lane: the worst of its checks. Percentiles: by ranks (singscore) among 537 '
            "reference biopsies, taken for a reason. Neighbours: diagnoses of the 25 nearest reference biopsies. No "
            "number of this list is a diagnosis; each page says what it can and cannot say. The reference is nine "
            f"centres, {_largest()} of it one: at another centre every number may be shifted.</p>\n{_drawn(cartridges)}"
            "</main></div>\n</body>\n</html>\n"
        )
    )


def _largest() -> str:
    facts = reference_facts()
    return percent(max(facts["centres"].values()) / facts["n"], 0)


def _drawn(cartridges: Sequence[tuple[str, str]]) -> str:
    """Links to the pictures of the cartridges."""
    links = " ".join(
        f'<li><a href="cartridges/{escape(quote(file))}">{escape(name)}</a></li>' for name, file in cartridges
    )
    return f'<h2>Quality of each cartridge</h2>\n<ul class="inline">{links}</ul>\n' if links else ""


def _below(words: str) -> str:
    return f'<span class="below">{escape(words)}</span>' if words else ""


def _row(row: IndexRow, kept: Sequence[int]) -> str:
    title = escape(row.title)
    link = f'<a href="pages/{escape(quote(row.page))}">{title}</a>' if row.page else title
    file = "" if row.file == row.title else _below(row.file)
    cells = [
        f'<th scope="row">{link}{file}</th>',
        f'<td class="verdict-{escape(row.verdict.split(" ")[0])}">{escape(row.verdict)}</td>',
        *(f"<td data-n>{escape(words)}{_below(below)}</td>" for words, below in row.cells),
        f"<td>{escape('; '.join(row.remarks))}</td>",
    ]
    return f"<tr>{''.join(cells[place] for place in kept)}</tr>\n"
