"""A whole B-HOT lane as text, and the lanes of the shared data where they are there."""

from pathlib import Path

import pytest

from graftrial.clinical.transcripts.panel import probes

SHARED = Path(__file__).parents[3].parent / "shared"


def shared(*parts):
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared {'/'.join(parts)} is not beside the project")
    return path


def rcc_text(
    sample_id="B1", lane=1, counts=None, rlf="NS_Hs_Transplant_v1.0", cartridge="2086", density="0.39"
):
    """Every probe of the panel; counts rise with the place in the panel unless given."""
    chosen = counts or {}
    rows = [
        f"{each.code_class},{each.name},NM_1,{chosen.get(each.name, default(each, place))}"
        for place, each in enumerate(probes())
    ]
    return "\n".join(
        [
            "<Header>", "FileVersion,1.7", "SoftwareVersion,4.0.0.3", "</Header>", "",
            "<Sample_Attributes>", f"ID,{sample_id}", "Owner,Jane Roe", "Comments,S20-12345 left kidney", "Date,20240101",
            f"GeneRLF,{rlf}", "SystemAPF,n6_vDV1", "</Sample_Attributes>", "",
            "<Lane_Attributes>", f"ID,{lane}", "FovCount,280", "FovCounted,273", "ScannerID,X", "StagePosition,2",
            f"BindingDensity,{density}", "CartridgeID,C", f"CartridgeBarcode,{cartridge}", "</Lane_Attributes>", "",
            "<Code_Summary>", "CodeClass,Name,Accession,Count", *rows, "</Code_Summary>", "", "<Messages>", "</Messages>", "",
        ]
    )  # fmt: skip


def default(probe, place):
    if probe.code_class == "Negative":
        return 3 + place % 3
    if probe.code_class == "Positive":
        return round(150 * float(probe.name.split("(")[1].rstrip(")"))) + 5
    return 20 + (37 * place) % 900
