"""What was tried, in short words, as far as the study file says it."""

from __future__ import annotations

from collections.abc import Iterator

from graftrial.report.material import Material

REJECTION = ("antibody-mediated", "antibody mediated", "rejection", "amr")
LONGEST = 120  # characters of a name that the study file gives
TISSUES = {
    "bone marrow": "bone marrow",
    "adipose": "fat",
    "fat": "fat",
    "umbilical cord": "the cord of newborn babies",
    "placenta": "placenta",
}


def tried(material: Material) -> Iterator[str]:
    """Whom the study was for, what they were given, and what else they got."""
    study = material.study
    asked = f"{study.study.population} {study.study.title}".lower()
    if any(word in asked for word in REJECTION):
        yield "Some people live with a kidney from another person. Their body can attack it. This is called rejection."
        yield "Over time the new kidney can stop working."
    elif study.study.population:
        yield f"The study was for: {_short(study.study.population)}."
    product = study.product
    if product is None:
        yield "It was not reported what people were given."
    else:
        yield f"The doctors tried {_cells(material)}{_route(material)}."
    if study.standard_therapy.text or study.standard_therapy.courses:
        before = " before the cells" if study.standard_therapy.before_infusion else ""
        yield f"Everybody was also to get the usual treatment{before}."


def _cells(material: Material) -> str:
    product = material.study.product
    assert product is not None
    if product.cell_type.upper() not in ("MSC", ""):
        return f"“{_short(product.name)}”"
    whose = {True: "the person's own ", False: "another person's ", None: ""}[product.autologous]
    tissue = next((words for name, words in TISSUES.items() if name in product.tissue.lower()), "")
    origin = f", grown from {tissue}" if tissue else ""
    named = " (doctors call them MSC)" if product.cell_type else ""
    return f"{whose}cells{origin}{named}"


def _route(material: Material) -> str:
    return ", given through a vein" if "intraven" in material.study.dose.route.lower() else ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"
