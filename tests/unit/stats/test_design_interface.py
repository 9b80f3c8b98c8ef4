"""Every design is used alike: it decides, has a table and characteristics, and can be built again from its citation."""

from __future__ import annotations

import pytest

from graftrial.stats import designs, stopping
from graftrial.stats.design import ENDS, Decision, Design
from graftrial.stats.designs import Responses, TrialData
from graftrial.stats.stopping import BetaMixture, FollowUpDesign, FollowUpSoFar, StoppingDesign

DOSES = (0.1, 0.2, 0.3)
RATE = (0.2, 0.4)
NOBODY = TrialData(())
NO_RESPONSE = Responses(0, 0, without_toxicity=0)
CASES = [  # a design, data of nobody, two scenarios
    (designs.Boin(0.3, 3), NOBODY, [DOSES]),
    (designs.Mtpi2(0.3, 3), NOBODY, [DOSES]),
    (designs.Keyboard(0.3, 3), NOBODY, [DOSES]),
    (designs.I3Plus3(0.3, 3), NOBODY, [DOSES]),
    (designs.ThreePlusThree(0.3, 3), NOBODY, [DOSES]),
    (designs.Crm(0.3, 3, 3, 6, skeleton=DOSES), NOBODY, [DOSES]),
    (designs.Simon(1, 10, 5, 29), NO_RESPONSE, RATE),
    (designs.SingleStage(5, 25), NO_RESPONSE, RATE),
    (designs.BryantDay(19, 5, 13, 37, 11, 26), NO_RESPONSE, [RATE]),
    (designs.FutilityDesign((10, 20), (1, 3)), NO_RESPONSE, RATE),
    (designs.ResponseBounds((10, 20), (1, 3), (8, 9)), NO_RESPONSE, RATE),
    (designs.FeasibilityRule(0.7, 0.9, 12), [], RATE),
    (StoppingDesign("pocock", 0.1, 20, 0.05), [], RATE),
    (StoppingDesign("posterior", 0.2, 8, prior=BetaMixture.beta(1, 1), cut=0.9), [], RATE),
    (StoppingDesign("table", 0.2, 4, imported=((2, 2), (4, 3))), [], RATE),
    (FollowUpDesign("pocock", 0.2, 6, 0.1, 90, "maximum"), FollowUpSoFar(0), RATE),
]
SIMULATED = [
    designs.Boin12(0.35, 0.25, 3),
    designs.TiteCrm(0.3, 3, skeleton=DOSES, window=90),
    designs.DecisionTable(0.3, 3, 3, 3, cells=tuple((3, y, "S") for y in range(4))),
]


@pytest.mark.parametrize(("design", "nothing", "scenarios"), CASES, ids=lambda each: getattr(each, "id", ""))
def test_every_design_answers_the_same_four_questions(design, nothing, scenarios):
    assert isinstance(design, Design)
    told = design.decide(nothing)
    assert isinstance(told, Decision)
    assert told.action not in ENDS, "nobody has been observed"
    assert design.table()
    assert len(design.operating_characteristics(scenarios)) == len(scenarios)


@pytest.mark.parametrize("design", [*(each for each, *_ in CASES), *SIMULATED], ids=lambda each: each.id)
def test_a_design_is_built_again_by_the_line_that_it_cites(design):
    assert isinstance(design, Design)
    reference, line = design.cite().split("\n")
    assert reference == design.reference
    again = eval(line, {**vars(designs), **vars(stopping)})  # the line is of our own class
    assert again == design


def test_a_rule_over_follow_up_stops_at_an_event_that_came_early():
    design = FollowUpDesign("pocock", 0.2, 10, 0.1, 90, "maximum")
    (event, limit), *_ = design.table()
    early = FollowUpSoFar(limit, (0.0,) * (event - 1) + (limit,))
    late = FollowUpSoFar(limit + 50, (0.0,) * (event - 1) + (limit + 1,))
    assert design.decide(early).action == "stop too many events"
    assert design.decide(early).decisive == (event, limit, limit)
    assert design.decide(late).action == "go on"
    assert design.decide(late).next_stop == design.table()[1]
    assert design.decide(early).next_stop is None
    last = design.table()[-1]
    assert design.decide(FollowUpSoFar(design.maximum, (design.maximum,))).next_stop == last
    assert design.decide(FollowUpSoFar(design.maximum + 1, (design.maximum,))).next_stop is None
    with pytest.raises(stopping.WrongDesign):
        FollowUpSoFar(10, (5.0, 4.0))
