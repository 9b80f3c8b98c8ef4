"""Laboratory grading by CTCAE, one record file an edition and one interpreter; what is reported, and when."""

from graftrial.clinical.adverse_events.grading import CTCAE_5_0, CTCAE_6_0
from graftrial.clinical.adverse_events.susar import RULE as SUSAR

RULES = (CTCAE_5_0, CTCAE_6_0, SUSAR)
