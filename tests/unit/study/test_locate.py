"""Each key of a study file is found on its line, however TOML is written."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftrial.study.locate import line_of, locate

TEXT = '''\
# a comment with = and [brackets]
title = "a # is no comment here"

[a.b]  # nested
"egfr.ckd_epi_cr" = "2021"
'quoted "too"' = 1
c.d = 2
long = """
[not.a.table]
x = 1 \\""" still text
""""
after_long = 3
literal = \'\'\'
it's [text]\'\'\'
point = { x = 1, y = { z = [1, 2] } }
when = 1979-05-27 07:32:00  # a date with a blank
many = [
  1,  # one ]
  "]",

  { deep = true },
  [5,
   6],
]

[[visits]]
id = "first"
[[visits]]
id = "second"
[visits.window]
earliest = 1
[[visits.notes]]
text = "n"
[ spaced . "out" ]
k = 1
'''
PLACES = [
    (("title",), 2),
    (("a",), 4),
    (("a", "b"), 4),
    (("a", "b", "egfr.ckd_epi_cr"), 5),
    (("a", "b", 'quoted "too"'), 6),
    (("a", "b", "c", "d"), 7),
    (("a", "b", "long"), 8),
    (("a", "b", "after_long"), 12),
    (("a", "b", "literal"), 13),
    (("a", "b", "point", "y", "z", 1), 15),
    (("a", "b", "when"), 16),
    (("a", "b", "many"), 17),
    (("a", "b", "many", 0), 18),
    (("a", "b", "many", 1), 19),
    (("a", "b", "many", 2, "deep"), 21),
    (("a", "b", "many", 3, 1), 23),
    (("visits", 0, "id"), 27),
    (("visits", 1), 28),
    (("visits", 1, "id"), 29),
    (("visits", 1, "window", "earliest"), 31),
    (("visits", 1, "notes", 0, "text"), 33),
    (("spaced", "out", "k"), 35),
]


@pytest.mark.parametrize(("path", "line"), PLACES)
def test_a_key_is_found_on_its_line(path, line):
    assert locate(TEXT)[path] == line


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_of_windows_count_once(line_end):
    assert locate(TEXT.replace("\n", line_end))[("spaced", "out", "k")] == 35


def test_no_key_is_invented_and_none_is_forgotten():
    assert set(locate(TEXT)) == set(paths_of(tomllib.loads(TEXT)))


def test_a_missing_key_is_placed_on_the_table_that_lacks_it():
    lines = locate("[study]\nid = 'x'\n")
    assert line_of(lines, ("study", "title")) == 1
    assert line_of(locate("x = 1\n\n[[c]]\nid = 1"), ("c", 0, "title")) == 3
    assert line_of(lines, ("elsewhere",)) == 1


def paths_of(value, path=()):
    if path:
        yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in below:
        yield from paths_of(each, (*path, key))


def quoted(text):
    escaped = "".join(
        "\\" + each if each in '"\\' else f"\\u{ord(each):04x}" if ord(each) < 32 else each for each in text
    )
    return f'"{escaped}"'


class Writer:
    """Writes a document in one of the many ways TOML allows, and notes the line of each key as it goes."""

    def __init__(self, draw):
        self.draw, self.text, self.lines = draw, "", {}

    def here(self, path):
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def one_of(self, *choices):
        return self.draw(st.sampled_from(choices))

    def key(self, key):
        bare = key.replace("_", "a").isalnum() and key.isascii()
        self.text += self.one_of(key, quoted(key)) if bare else quoted(key)

    def pair(self, path, value):
        self.here(path)
        self.key(path[-1])
        self.text += self.one_of("=", " = ", "\t=  ")
        self.value(path, value)

    def value(self, path, value):
        if isinstance(value, list):
            self.text += "["
            for count, each in enumerate(value):
                self.text += self.one_of("", "\n", " # ] comment\n  ")
                self.here((*path, count))
                self.value((*path, count), each)
                is_last = count == len(value) - 1
                self.text += self.one_of("", " # ], {\n")
                self.text += self.one_of("", ",", "\n") if is_last else self.one_of(",", " ,\n")
            self.text += "]"
        elif isinstance(value, dict):
            self.text += "{ "
            for count, (key, each) in enumerate(value.items()):
                self.text += ", " if count else ""
                self.pair((*path, key), each)
            self.text += " }"
        elif isinstance(value, bool):
            self.text += "true" if value else "false"
        elif isinstance(value, str):
            self.text += self.one_of(quoted(value), f'""{quoted(value)}""', f'"""\n{quoted(value)[1:-1]}"""')
        else:
            self.text += str(value)

    def document(self, tables):
        for name, content in tables.items():
            for count, each in enumerate(content) if isinstance(content, list) else [(None, content)]:
                path = (name,) if count is None else (name, count)
                self.here((name,))
                self.here(path)
                self.text += "[" if count is None else "[["
                self.key(name)
                self.text += ("]" if count is None else "]]") + self.one_of("\n", "  # [x]\n\n")
                for key, value in each.items():
                    self.pair((*path, key), value)
                    self.text += self.one_of("\n", " # k = 1\n", "\n\n")


NAMES = st.text("ab_1.é \"'#=[", min_size=1, max_size=4)
SCALARS = st.booleans() | st.integers(-9, 9) | st.text("a\"'\\\n#=[]{},é", max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
TABLE = st.dictionaries(NAMES, VALUES, max_size=4)
DOCUMENTS = st.dictionaries(NAMES, TABLE | st.lists(TABLE, min_size=1, max_size=3), max_size=4)


@settings(deadline=None, derandomize=True)
@given(st.data(), DOCUMENTS)
def test_each_key_of_any_document_is_found_where_it_was_written(data, document):
    writer = Writer(data.draw)
    writer.document(document)
    assert tomllib.loads(writer.text) == document
    assert locate(writer.text) == writer.lines
