"""The documents that the Banff rules are read from.

A locator names category, diagnosis, criterion and item, not a table number: numbers differ between the meeting report,
the reference guide and the web page. `declared` marks a line whose printed wording has not been seen by us.
"""

from __future__ import annotations

from graftrial.clinical.card import Source

_DOCUMENTS = {
    "2015": ("Loupy A et al. Am J Transplant 2017;17:28-41", "10.1111/ajt.14107"),
    "2017": ("Haas M et al. Am J Transplant 2018;18:293-307", "10.1111/ajt.14625"),
    "guide": ("Roufosse C et al. Transplantation 2018;102:1795-1814", "10.1097/TP.0000000000002366"),
    "2019": ("Loupy A et al. Am J Transplant 2020;20:2318-2331", "10.1111/ajt.15898"),
    "2022": ("Naesens M et al. Am J Transplant 2024;24:338-349", "10.1016/j.ajt.2023.10.016"),
    "polyomavirus": ("Nickeleit V et al. J Am Soc Nephrol 2018;29:680-693", "10.1681/ASN.2017050477"),
    "indices": ("Haas M et al. Kidney Int 2023;103:187", "10.1016/j.kint.2022.09.030"),
    "ca_tcmr": ("Helgeson ES et al. Am J Transplant 2021;21:1866", "10.1111/ajt.16352"),
}

DECLARED = "declared reading, to be confirmed against the printed table"


def source(document: str, locator: str, declared: str = "") -> Source:
    """A source of the list above.

    declared: the part of the rule that is our declared reading rather than wording we have seen; printed with it.
    """
    title, doi = _DOCUMENTS[document]
    standing = f" [{declared}: {DECLARED}]" if declared else ""
    return Source(title, locator + standing, doi)
