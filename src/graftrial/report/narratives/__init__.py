"""Patient narratives: sentences from templates, each with the rows that it rests on."""

from graftrial.report.narratives.narrative import Narrative, as_frame, as_text, write_narratives
from graftrial.report.narratives.sentence import Sentence

__all__ = ["Narrative", "Sentence", "as_frame", "as_text", "write_narratives"]
