"""An endpoint that cannot be computed as declared is refused with the line and the remedy."""

import pytest

from graftrial.errors import StudyFileError
from graftrial.study import load
from graftrial.study.comparators import shipped
from graftrial.study.variables import KIND_OF

HEAD = """
[study]
id = "S"
title = "t"
[schedule]
visits = [{ id = "M12", day = 365, earliest = 351, latest = 379 }]
[[analysis_sets]]
id = "safety"
title = "infused"
requires = "infused"
[[endpoints]]
id = "e"
kind = "primary"
title = "T"
"""
WHOLE = {"population": '"safety"', "variable": '"egfr"', "method": '"change_from_baseline"', "at": '"M12"'}
REFUSED = [
    ({"at": '"M_12"'}, "names the visit 'M_12', which is not declared; did you mean 'M12'?"),
    ({"population": '"safty"'}, "did you mean 'safety'?"),
    ({"variable": '"egrf"'}, "did you mean 'egfr'?"),
    ({"method": '"change_from_base"'}, "did you mean 'change_from_baseline'?"),
    ({"at": None}, "no timepoint: give one of at, window_days, until_day"),
    ({"until_day": "365"}, "at and until_day are given: keep one"),
    ({"at": None, "window_days": "[30, 7]"}, "window_days is not a first and a last study day"),
    ({"at": None, "window_days": "[30]"}, "window_days is not a first and a last study day"),
    ({"method": None}, "variable is given, but no method"),
    ({"variable": None}, "method is given, but no variable"),
    ({"variable": '"death"'}, "change_from_baseline does not fit the variable death"),
    ({"interval": '"garwood"'}, "interval garwood does not belong to change_from_baseline"),
    ({"variable": '"transcript"'}, "the variable transcript and the key score go together"),
    ({"method": '"responder"'}, "a responder needs threshold and direction"),
    ({"method": '"composite_rank"'}, "composite_rank needs better"),
    ({"method": '"mixed_model_slope"'}, "reads many values: give window_days or until_day"),
    ({"method": '"mixed_model_slope"', "at": None, "until_day": "365", "model": '"two_slope"'}, "two_slope and the key knot_days"),
    ({"method": '"time_to_event"', "variable": '"graft_loss"'}, "counts from day 0: give until_day instead of at"),
    ({"method": '"proportion"', "variable": '"ae_serious"'}, "a proportion of ae_serious needs until_day"),
    ({"intercurrent": '[{ event = "death", strategy = "last_value", value = 3 }]'}, "which the strategy last_value does not use"),
    ({"intercurrent": '[{ event = "death", strategy = "last_value" }, { event = "death", strategy = "value_zero" }]'}, "two strategies for death"),
    ({"comparators": '["imagine_egfr_52w_placeb"]'}, "did you mean 'imagine_egfr_52w_placebo'?"),
]  # fmt: skip


def written(folder, changes):
    lines = [f"{key} = {value}" for key, value in (WHOLE | changes).items() if value is not None]
    (folder / "study.toml").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(("changes", "why"), REFUSED, ids=[why[:40] for _, why in REFUSED])
def test_what_cannot_be_computed_is_refused_with_the_reason(tmp_path, changes, why):
    with pytest.raises(StudyFileError) as caught:
        load(written(tmp_path, changes))
    assert why in " ".join(each.what for each in caught.value.problems)
    assert caught.value.exit_code == 3


def test_a_whole_endpoint_loads_and_one_in_words_too(tmp_path):
    endpoint = load(written(tmp_path, {})).endpoints[0]
    assert (endpoint.words, endpoint.unit) == ("eGFR", "mL/min/1.73 m2")
    words = load(written(tmp_path, dict.fromkeys(WHOLE))).endpoints[0]
    assert words.method is None


def test_limits_that_do_not_hold_the_published_value_are_refused(tmp_path):
    folder = written(tmp_path, {})
    more = (
        '[[comparators]]\nid = "c"\ntrial = "t"\narm = "a"\nquantity = "q"\nvalue = 5.0\nlower = 6.0\nupper = 7.0\n'
        'spread = "95% CI"\nn = 3\npopulation = "p"\nmethod = "m"\nsource = "s"\n'
    )
    (folder / "study.toml").write_text((folder / "study.toml").read_text() + more)
    with pytest.raises(StudyFileError, match="do not hold 5"):
        load(folder)


def test_every_shipped_result_says_who_how_and_where():
    assert len(shipped()) == 10
    for each in shipped().values():
        assert each.population and each.method and each.source and each.n > 0, each.id


def test_the_words_of_a_variable_stand_before_a_verb():
    assert all(each.words and not each.words.endswith(".") for each in KIND_OF.values())
