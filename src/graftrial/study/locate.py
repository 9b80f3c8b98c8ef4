"""On which line of a TOML text each key stands.

Not a parser: it reads a text that `tomllib` has already accepted, and returns places only, no values.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]

_BLANK = " \t\r\n"
_END_OF_BARE_VALUE = ",]}#\n"
_END_OF_BARE_KEY = " \t.=]"


def locate(text: str) -> Mapping[KeyPath, int]:
    """Line (from 1) of every key, table and list entry; list entries are counted from 0.

    >>> locate('[a]\\nb = [\\n  {c = 1},\\n]')["a", "b", 0, "c"]
    3
    """
    return _Reader(text).lines


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """Line of a key, or of the nearest table around it; 1 where the file has none of them."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def shown(path: KeyPath) -> str:
    """A path as people write it: `eligibility.at_least`, without the counts of list entries."""
    return ".".join(part for part in path if isinstance(part, str))


class _Reader:
    """One walk over the text. `at` is the position, `lines` what has been seen so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.counted = 0  # position up to which line ends are counted
        self.lines: dict[KeyPath, int] = {}
        self.entries: dict[KeyPath, int] = {}  # how many [[entries]] a list of tables has
        self._document()

    def _document(self) -> None:
        table: KeyPath = ()
        while True:
            self._skip_blank()
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        is_entry = self.text.startswith("[[", self.at)
        here = self._here()
        self.at += 2 if is_entry else 1
        parts = self._key()
        self.at += 2 if is_entry else 1
        path: KeyPath = ()
        for part in parts[:-1]:
            path = self._newest_entry((*path, part), here)
        path = (*path, parts[-1])
        if not is_entry:
            return self._newest_entry(path, here)
        self.lines.setdefault(path, here)
        self.entries[path] = self.entries.get(path, 0) + 1
        path = (*path, self.entries[path] - 1)
        self.lines[path] = here
        return path

    def _newest_entry(self, path: KeyPath, here: int) -> KeyPath:
        self.lines.setdefault(path, here)
        return (*path, self.entries[path] - 1) if path in self.entries else path

    def _pair(self, table: KeyPath) -> None:
        here = self._here()
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, here)
        self.at += 1  # the equals sign
        self._skip_blank()
        self._value(path)

    def _key(self) -> list[str]:
        """A key with its dots; leaves the position on the character behind it."""
        parts: list[str] = []
        while True:
            self._skip_blank()
            start = self.at
            if self.text[start] in "\"'":
                self._text()
                parts.append(_unquoted(self.text[start : self.at]))
            else:
                self._run_to(_END_OF_BARE_KEY)
                parts.append(self.text[start : self.at])
            self._skip_blank()
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        first = self.text[self.at]
        if first in "\"'":
            self._text()
        elif first == "[":
            self._list(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._run_to(_END_OF_BARE_VALUE)

    def _list(self, path: KeyPath) -> None:
        self.at += 1
        count = 0
        while not self._closes("]"):
            self.lines[(*path, count)] = self._here()
            self._value((*path, count))
            count += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while not self._closes("}"):
            self._pair(path)

    def _closes(self, bracket: str) -> bool:
        """Pass what separates two values; True behind the closing bracket."""
        self._skip_blank()
        if self.text[self.at] == ",":
            self.at += 1
            self._skip_blank()
        if self.text[self.at] != bracket:
            return False
        self.at += 1
        return True

    def _text(self) -> None:
        """A quoted text of any of the four forms."""
        quote = self.text[self.at]
        is_long = self.text.startswith(quote * 3, self.at)
        end = quote * 3 if is_long else quote
        self.at += len(end)
        while not self.text.startswith(end, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(end)
        # TOML 1.0, "String": one or two quotes may stand directly before the closing three
        while is_long and self.text.startswith(quote, self.at):
            self.at += 1

    def _skip_blank(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                self._run_to("\n")
            elif self.text[self.at] in _BLANK:
                self.at += 1
            else:
                return

    def _run_to(self, ends: str) -> None:
        while self.at < len(self.text) and self.text[self.at] not in ends:
            self.at += 1

    def _here(self) -> int:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line


def _unquoted(quoted: str) -> str:
    (key,) = tomllib.loads(f"{quoted} = 0")
    return key
