"""From the files of a study folder to typed tables: text with coordinates first, then types.

What cannot be read is null with a finding; a file that cannot be read at all is an error. Nothing is guessed.
"""

from graftrial.intake.bead_runs import with_beads
from graftrial.intake.ctcae_terms import read_ctcae_terms
from graftrial.intake.folder import read
from graftrial.intake.raw import Raw
from graftrial.intake.registries import read_registries
from graftrial.intake.study_lanes import with_lanes
from graftrial.intake.typed import type_tables
from graftrial.intake.withholding import without_cells, without_rows

__all__ = [
    "Raw",
    "read",
    "read_ctcae_terms",
    "read_registries",
    "type_tables",
    "with_beads",
    "with_lanes",
    "without_cells",
    "without_rows",
]
