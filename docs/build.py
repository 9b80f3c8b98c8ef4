"""Writes the generated pages of the manual: `python docs/build.py [FOLDER]`; docs/ itself unless a folder is given.

docs/reference/, docs/errors/ and docs/spec/ are emptied and written anew from the package and tests/spec.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from writers import data_dictionary, error_catalogue, rule_book, specification, study_file

HERE = Path(__file__).parent
GENERATED = ("reference", "errors", "spec")


def build(target: Path = HERE) -> list[Path]:
    """Every generated page below `target`.

    Raises: specification.NoSentence for a specification test without a docstring; nothing has been written then.
    """
    specified, tested = specification.pages()
    pages = {
        **specified,
        **rule_book.pages(tested),
        **error_catalogue.pages(),
        **data_dictionary.pages(),
        **study_file.pages(),
    }
    for name in GENERATED:
        shutil.rmtree(target / name, ignore_errors=True)
    for name, text in pages.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [target / name for name in pages]


if __name__ == "__main__":
    written = build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
    print(f"written  {len(written)} pages")
