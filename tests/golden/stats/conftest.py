"""Where reference rows come from: the selection here, and the full files where they lie beside the project."""

import pytest

from tests.golden.stats.reference import HERE


@pytest.fixture(params=["selected", "full"])
def reference(request):
    if request.param == "selected":
        return HERE
    return request.getfixturevalue("shared") / "reference"
