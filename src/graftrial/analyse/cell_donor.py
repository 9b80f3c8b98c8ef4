"""Third-party cells: antibodies against the HLA of their donor, and mismatches with it. A safety read-out."""

from __future__ import annotations

from graftrial.analyse.antibodies import mismatch
from graftrial.analyse.results import Result
from graftrial.analyse.serum_keys import keys_of_sera, when_of
from graftrial.derive import Derived

SPECIFIC, POSITIVE = "antibodies.donor_specific@1", "antibodies.positive@1"
MEASURES = (
    ("immunodominant_mfi", "immunodominant_mfi", "MFI", "strongest antibody against the cell donor"),
    ("count", "n_dsa", "", "antibodies against the cell donor"),
)


def against_cell_donor(derived: Derived) -> list[Result]:
    """`cell_donor_antibodies.immunodominant_mfi|count.<subject>.<day>`, `cell_donor_mismatch.<locus>.<subject>`."""
    keys = keys_of_sera(derived)
    results = []
    for row in derived.frame("cell_donor_sera").iter_rows(named=True):
        sources = keys.get((row["subject_id"], row["date"]), ())
        results += [_measure(each, row, sources) for each in MEASURES]
    mismatches = derived.frame("cell_donor_mismatches").iter_rows(named=True)
    return [*results, *(mismatch(row, "cell_donor_mismatch", "with the cell donor") for row in mismatches)]


def _measure(measure: tuple[str, str, str, str], row: dict[str, object], sources: tuple[str, ...]) -> Result:
    name, column, unit, words = measure
    value, most, possible = row[column], row["n_dsa_max"], row["n_possible"]
    is_open = column == "n_dsa" and value != most
    known = isinstance(value, (int, float)) and not is_open
    when = when_of(row)
    reason = row["summary_reason"] or (
        f"{possible} antibodies may be against the cell donor" if possible else ""
    )
    return Result(
        key=f"cell_donor_antibodies.{name}.{row['subject_id']}.{when}",
        value=value if known and isinstance(value, (int, float)) else None,
        label=f"{words}, {row['subject_id']}, {when if row['day'] is None else f'day {when}'}",
        group=f"cell_donor_antibodies.{name}",
        unit=unit,
        n=int(known),
        denominator=1,
        not_assessable=int(not known),
        lower=value if is_open and isinstance(value, int) else None,
        upper=most if is_open and isinstance(most, int) else None,
        method="positive antibodies against antigens that the cell donor carries and the recipient does not",
        warnings=(str(reason),) if reason and (possible or not known) else (),
        rules=(SPECIFIC, POSITIVE),
        sources=sources,
    )
