"""One biopsy on one page that loads nothing: quality, scores with percentiles, place in the reference, neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from graftrial.derive.transcript_quality import spiked, viral_counts
from graftrial.derive.transcript_reference import GROUPS, Place, reference_facts
from graftrial.derive.transcripts import Reading
from graftrial.intake.external_report import PrintedScore
from graftrial.report.numbers import NOT_ASSESSABLE, percent, plain, probability, rounded, significant
from graftrial.report.transcripts.html import strip_rows, table_rows
from graftrial.report.transcripts.pictures import COLOURS, controls_picture, reference_map
from graftrial.report.transcripts.rows import PROBABILITIES, classifier_rows, published_rows, theme_rows

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
DATE = "counted on"
LANE_FACTS = (
    ("Lane_Attributes.CartridgeID", "cartridge"),
    ("Lane_Attributes.ID", "lane"),
    ("Sample_Attributes.Date", DATE),
    ("Lane_Attributes.ScannerID", "instrument"),
    ("Sample_Attributes.GeneRLF", "panel"),
    ("Sample_Attributes.Owner", "owner"),
    ("Sample_Attributes.Comments", "comments"),
)


def page_name(file: str, sample_id: str, taken: Collection[str], ending: str = ".html") -> str:
    """A file name that no earlier page has: of the RCC file, or of the sample where the file is a matrix."""
    from graftrial.report.names import file_name

    path = PurePosixPath(file)
    is_rcc = path.suffix.lower() == ".rcc"
    name = file_name(path.stem if is_rcc else f"{path.stem}-{sample_id}")
    number = 2
    unique = name
    while f"{unique}{ending}" in taken:
        unique = f"{name}-{number}"
        number += 1
    return f"{unique}{ending}"


def page_names(profiles: Iterable[str]) -> dict[str, str]:
    """The file name of the page of each profile of a study, in its order."""
    names: dict[str, str] = {}
    for profile in profiles:
        names[profile] = page_name(f"{profile}.rcc", "", names.values())
    return names


def biopsy_page(reading: Reading, printed: Sequence[PrintedScore] = (), is_synthetic: bool = False) -> str:
    """The page as HTML.

    printed: scores of another platform for this biopsy, shown apart and on no common axis. is_synthetic: whether the
    biopsy is invented, which the page then says above everything.
    """
    place = reading.place
    limit = reading.quality.limit_of_detection if reading.quality else None
    controls = spiked(reading.lane)
    return _template().render(
        policy=POLICY,
        is_synthetic=is_synthetic,
        style=page_style(),
        title=reading.lane.sample_id or reading.lane.file,
        file=reading.lane.file,
        lane_facts=_lane_facts(reading),
        alerts=_alerts(reading),
        findings=reading.findings,
        cards=_cards(reading),
        place=place,
        map=Markup(reference_map(place)) if place else "",
        groups=_groups(place) if place else [],
        neighbours=_neighbours(place) if place else [],
        facts=reference_facts(),
        themes=theme_rows(reading),
        published=published_rows(reading),
        models=_models(reading),
        classifier=classifier_rows(reading),
        quality=reading.quality,
        checks=_checks(reading),
        controls=Markup(controls_picture(controls, limit)) if controls else "",
        viral=_viral(reading, limit),
        printed=[(each.title, plain(each.value, 3), each.report_version or "not stated") for each in printed],
    )


@cache
def page_style() -> Markup:
    """The style sheets of a page, as they stand inside it."""
    folder = files("graftrial.report").joinpath("templates")
    return Markup(
        "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "transcripts.css"))
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("graftrial.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"table_rows": table_rows, "strip_rows": strip_rows}
    return environment.get_template("transcripts.html.j2")


def _lane_facts(reading: Reading) -> list[tuple[str, str]]:
    found = reading.lane.attributes
    facts = [("file", reading.lane.file), ("sample id", reading.lane.sample_id or "none")]
    return facts + [
        (title, _dated(found[name]) if title == DATE else found[name])
        for name, title in LANE_FACTS
        if found.get(name)
    ]


def _dated(text: str) -> str:
    """A date of the instrument (YYYYMMDD) as it is read; anything else as it stands."""
    is_day = len(text) == 8 and text.isdecimal() and text[:2] in ("19", "20")
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if is_day else text


def _alerts(reading: Reading) -> list[str]:
    alerts = []
    if reading.lane.is_blocked:
        alerts.append("This lane is not scored: a blocking finding below says why.")
    if reading.itself:
        alerts.append(
            f"This biopsy is {reading.itself} of the reference set. Every fitted model has seen it: its probabilities "
            "are resubstitution, useful to check the software and for nothing else. It is not among its own neighbours."
        )
    if reading.quality and reading.quality.verdict in ("fail", "warn"):
        named = [each.title for each in reading.quality.checks if each.verdict == reading.quality.verdict]
        alerts.append(f"Quality of the lane: {reading.quality.verdict} ({'; '.join(named)}).")
    if any(each.warning.startswith("mean and ranks") for each in reading.scores):
        alerts.append(
            "For some sets the mean and the ranks of the genes disagree by more than 50 percentile points. "
            "Background or poor RNA, multiplied by the normalisation, does that; do not read either of the two alone."
        )
    if reading.place and reading.place.is_outside:
        alerts.append(
            "This biopsy lies farther from the reference biopsies than 99% of them lie from each other."
        )
    return alerts


def _cards(reading: Reading) -> list[tuple[str, str, str, str]]:
    """Title, words, below, tone."""
    verdict = reading.quality.verdict if reading.quality else NOT_ASSESSABLE
    tone = {"pass": "good", "fail": "alert", "warn": "alert"}.get(verdict, "missing")
    cards = [("Quality of the lane", verdict, "worst of its checks", tone)]
    for name, title in PROBABILITIES:
        score = reading.score(name)
        if score is not None:
            cards.append((f"{title}, probability", *_probability(score.value, score.lower, score.upper)))
    if not reading.predictions:
        cards.append(("Rejection classifier", "none installed", "gene sets and neighbours only", "missing"))
    if reading.place:
        for group in ("AMR", "TCMR"):
            share = reference_facts()["groups"][group] / reference_facts()["n"]
            words = f"{reading.place.composition[group]} of {len(reading.place.neighbours)}"
            cards.append(
                (f"Neighbours with {group}", words, f"{percent(share, 0)} of all reference biopsies", "")
            )
    return cards


def _probability(value: float | None, lower: float | None, upper: float | None) -> tuple[str, str, str]:
    if value is None or lower is None or upper is None:
        return NOT_ASSESSABLE, "genes of the model are missing", "missing"
    return (
        probability(value),
        f"{probability(lower)} to {probability(upper)} over the refits of the model",
        "",
    )


def _groups(place: Place) -> list[tuple[str, str, int, str, str]]:
    """Group, colour, neighbours, their share, share of the reference set."""
    facts, n = reference_facts(), len(place.neighbours)
    return [
        (
            group, COLOURS[group], place.composition[group], percent(place.composition[group] / n, 0),
            percent(facts["groups"][group] / facts["n"], 0),
        )
        for group in GROUPS
    ]  # fmt: skip


def _neighbours(place: Place) -> list[tuple[str, str, str, str]]:
    return [(each.id, each.diagnosis, each.centre, rounded(each.distance, 1)) for each in place.neighbours]


def _models(reading: Reading) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each classifier with what its card says in plain values."""
    return [
        (
            each.model,
            [(name.replace("_", " "), str(value)) for name, value in each.card.items() if _is_plain(value)],
        )
        for each in reading.predictions
    ]


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float))


def _checks(reading: Reading) -> list[tuple[str, str, str, str, str]]:
    """Title with reason, value, threshold, verdict, source."""
    if reading.quality is None:
        return []
    return [
        (
            each.title, NOT_ASSESSABLE if each.value is None else significant(each.value), each.threshold,
            f"{each.verdict}: {each.reason}" if each.reason else each.verdict, each.source,
        )
        for each in reading.quality.checks
    ]  # fmt: skip


def _viral(reading: Reading, limit: float | None) -> list[tuple[str, int, str]]:
    if limit is None:
        return []
    return [(name, n, "above" if n > limit else "not above") for name, n in viral_counts(reading.lane)]
