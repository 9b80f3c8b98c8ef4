"""Every reference file of small samples and survival is read by a test of this folder, or has a reason why not."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
NOT_RECOMPUTED = {
    "egfr_smartc_published.json": "printed results of 4,995 patients whose data have no licence: there is nothing to run",
}


@pytest.mark.parametrize("folder", ["small_sample", "survival"])
def test_every_reference_file_has_its_test(shared, folder):
    tests = "".join(
        path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py") if path != Path(__file__)
    )
    files = {path.name for path in (shared / "reference" / folder).iterdir()}
    assert files
    assert sorted(name for name in files if f'"{name}"' not in tests) == sorted(files & set(NOT_RECOMPUTED))
