"""Pages rendered once for all tests of the report; still pictures are left out to keep the tests fast."""

import pytest

from graftrial.report import compose, render
from graftrial.report.figures import still
from tests.unit.report.frames import INDEX, THREE, inputs_of


@pytest.fixture(scope="session")
def page_of(tmp_path_factory):
    """The text of a page, and the folder it was written into, by case."""
    made = {}

    def page(case, share=False, is_synthetic=False):
        name = (case, share, is_synthetic)
        if name not in made:
            folder = tmp_path_factory.mktemp("report")
            tables = {"index": INDEX, "three": THREE, "nobody": {}}[case]
            inputs = inputs_of(folder / "study", tables, share, is_synthetic)
            out = folder / "out"
            out.mkdir()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(still, "is_available", lambda: False)
                render(compose(inputs), out)
            made[name] = (out / "report.html").read_text(encoding="utf-8"), out
        return made[name]

    return page
