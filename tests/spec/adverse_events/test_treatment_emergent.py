"""An adverse event is treatment-emergent when it began, or worsened, in the window after the first infusion."""

import pytest

from graftrial.clinical.card import Value
from graftrial.clinical.timing.treatment_emergent import RULE

YES, NO = True, False
CASES = [
    # infused  low    high   end    worse  until  answer  because
    (True,     0,     0,     None,  False, 365,   YES,    "day 0 counts"),
    (True,     -1,    -1,    None,  False, 365,   NO,     "the day before the infusion"),
    (True,     -1,    -1,    None,  True,  365,   YES,    "present before, worse after"),
    (True,     -14,   16,    None,  False, 365,   YES,    "the month of the infusion: not proven earlier"),
    (True,     -45,   -15,   None,  False, 365,   NO,     "the month before: proven earlier"),
    (True,     None,  None,  None,  False, 365,   YES,    "an unknown onset counts"),
    (True,     None,  None,  -3,    False, 365,   NO,     "it had ended before the infusion"),
    (True,     366,   366,   None,  False, 365,   NO,     "after the window"),
    (True,     360,   390,   None,  False, 365,   YES,    "perhaps still inside the window"),
    (True,     900,   900,   None,  False, None,  YES,    "no end of the window was declared"),
    (False,    5,     5,     None,  False, 365,   NO,     "never infused"),
]  # fmt: skip


@pytest.mark.parametrize(("infused", "low", "high", "end", "worse", "until", "answer", "because"), CASES)
def test_an_event_counts_unless_it_is_proven_outside_the_window(
    infused, low, high, end, worse, until, answer, because
):
    given = RULE(
        is_infused=infused,
        onset_day_low=low,
        onset_day_high=high,
        end_day_high=end,
        is_worsened=worse,
        from_day=0,
        until_day=until,
    )
    assert given == Value(answer), because
