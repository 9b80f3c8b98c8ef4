"""What the study file cites. Links are followed by the reader only; the page loads nothing."""

from __future__ import annotations

from graftrial.report.blocks import Links, Note, Section
from graftrial.report.material import Material
from graftrial.study.model import Reference


def section(material: Material) -> Section:
    """References with DOI, PubMed and registry links."""
    given = material.study.references
    if not given:
        return Section("references", "References", (Note("The study file cites no document.", "missing"),))
    return Section(
        "references", "References", (Links(tuple((each.citation, _links(each)) for each in given)),)
    )


def _links(reference: Reference) -> tuple[tuple[str, str], ...]:
    candidates = (
        (reference.doi, f"doi {reference.doi}", f"https://doi.org/{reference.doi}"),
        (reference.pmid, f"PMID {reference.pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{reference.pmid}/"),
        (reference.pmcid, reference.pmcid, f"https://pmc.ncbi.nlm.nih.gov/articles/{reference.pmcid}/"),
        (reference.nct, reference.nct, f"https://clinicaltrials.gov/study/{reference.nct}"),
    )
    return tuple((label, address) for given, label, address in candidates if given)
