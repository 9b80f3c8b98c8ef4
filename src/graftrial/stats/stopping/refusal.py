"""Why a design cannot be computed, with the code of the catalogue; the caller knows where it was written."""

from __future__ import annotations


class WrongDesign(ValueError):
    """A design that contradicts itself. `code` is of `catalogue/errors_stopping.toml`, `words` fill its sentences."""

    def __init__(self, code: str, name: str, **words: object) -> None:
        self.code = code
        self.name = name
        self.words = {"name": name, **{key: str(word) for key, word in words.items()}}
        super().__init__(f"{code} {name}: " + ", ".join(f"{key} {word}" for key, word in self.words.items()))
