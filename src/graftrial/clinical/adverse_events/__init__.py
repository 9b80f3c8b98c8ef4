"""Laboratory grading by CTCAE: one record file an edition, one interpreter."""

from graftrial.clinical.adverse_events.grading import CTCAE_5_0, CTCAE_6_0

RULES = (CTCAE_5_0, CTCAE_6_0)
