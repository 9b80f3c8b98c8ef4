"""The head of the page: what study this is, how it stands, and what the report rests on."""

from __future__ import annotations

from dataclasses import dataclass

from graftrial.report.blocks import Cell, Facts, cell
from graftrial.report.material import Material
from graftrial.report.numbers import WITHHELD, plural, words


@dataclass(frozen=True, slots=True)
class Head:
    """Title, status, facts and the sentences on what the report rests on.

    origin: study, data cut, fingerprint of the results and version, for the foot of every page.
    """

    title: str
    eyebrow: str
    running_title: str
    running_title_css: str
    status: str
    status_reason: str
    is_synthetic: bool
    is_shared: bool
    facts: Facts
    rests_on: tuple[str, ...]
    origin: str = ""

    @property
    def origin_css(self) -> str:
        """The origin as a CSS string."""
        return _css_text(self.origin)


def _css_text(words: str) -> str:
    """A CSS string: everything but letters, digits and blanks by its number, so that it can end nothing."""
    safe = "".join(
        each if each.isascii() and (each.isalnum() or each == " ") else f"\\{ord(each):06x}" for each in words
    )
    return f'"{safe}"'


def head(material: Material) -> Head:
    """The head of the page."""
    identity = material.study.study
    mark = "SYNTHETIC, invented data · " if identity.synthetic else ""
    registry = " · ".join(f"{each.name} {each.id}" for each in material.study.registries)
    return Head(
        title=identity.title,
        eyebrow=registry or identity.id,
        running_title=identity.short_title or identity.id,
        running_title_css=_css_text(mark + (identity.short_title or identity.id)),
        status=identity.status,
        status_reason=identity.status_reason,
        is_synthetic=identity.synthetic,
        is_shared=material.inputs.share,
        facts=_facts(material),
        rests_on=tuple(_rests_on(material)),
        origin=_origin(material),
    )


def _origin(material: Material) -> str:
    """Two reports with the same line rest on the same study, the same data and the same computations."""
    provenance = material.inputs.provenance
    parts = [material.study.study.id]
    if provenance.data_cut:
        parts.append(f"data cut {provenance.data_cut}".replace(WITHHELD, "withheld"))
    if provenance.stages:
        parts.append(f"results {provenance.stages[-1].rpartition(' ')[2]}")
    if version := provenance.versions.get("graftrial"):
        parts.append(f"graftrial {version}")
    return " · ".join(parts)


def _facts(material: Material) -> Facts:
    study = material.study
    product = study.product
    items: list[tuple[str, Cell]] = [
        ("Sponsor", cell(words(study.study.sponsor))),
        ("Phase", cell(words(study.study.phase))),
        ("Data cut", cell(words(material.inputs.provenance.data_cut))),
        ("Population", cell(words(study.study.population))),
        ("Design", cell(words(study.study.design))),
        ("Product", cell(words(product.name if product else None))),
    ]
    return Facts(tuple(items))


def _rests_on(material: Material) -> list[str]:
    n_subjects = len(material.subjects)
    sentences = [
        f"Rows describe {plural(n_subjects, 'subject')}, {len(material.infused)} of them infused."
        if n_subjects
        else "No subject has rows in this study folder."
    ]
    treated = treated_as_reported(material)
    if treated is not None:
        infused = material.results.get("disposition.infused")
        covered = infused.count if infused and infused.count is not None else len(material.infused)
        sentences.append(
            f"Rows cover {covered} of {plural(treated, 'treated subject')}; what is known of the others only as an "
            "aggregate stands under “Reported aggregates” and is never turned into patients."
        )
    return sentences


def treated_as_reported(material: Material) -> int | None:
    """Number treated as a source states it, rows or not; None where no aggregate speaks of it."""
    reported = material.table("reported")
    if "statement" not in reported.columns or reported.is_empty():
        return None
    for row in reported.iter_rows(named=True):
        if "treated" in row["statement"] and row["events"] is not None:
            return int(row["events"])
    stated = [row["n"] for row in reported.iter_rows(named=True) if row["n"] is not None]
    return max(stated) if stated else None
