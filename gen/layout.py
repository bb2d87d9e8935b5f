# SPDX-License-Identifier: Apache-2.0
"""How generated C is laid out: comments, types, values, argument lists. Used by the templates."""

import textwrap

import model

COLUMNS = 100
TAB = 8


def paragraphs(lines):
    return [" ".join(block.split("\n")) for block in "\n".join(lines).split("\n\n") if block.strip()]


def comment(lines, tabs=0):
    """Documentation as a C comment, one line if it fits. Ends in a newline if there is any."""
    indent, blocks = "\t" * tabs, paragraphs(lines)
    if not blocks:
        return ""
    if len(blocks) == 1 and tabs * TAB + len(blocks[0]) + 6 <= COLUMNS:
        return f"{indent}/* {blocks[0]} */\n"
    width = COLUMNS - tabs * TAB - 3
    text = "\n\n".join(textwrap.fill(b, width, break_on_hyphens=False) for b in blocks)
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in text.split("\n"))
    return f"{indent}/*\n{body}{indent} */\n"


def documented(line, docs, tabs=1):
    """A line of C with its documentation: behind it if that fits, else above."""
    beside = f"{line} /* {' '.join(paragraphs(docs))} */"
    if len(paragraphs(docs)) == 1 and tabs * TAB + len(beside) <= COLUMNS:
        return "\t" * tabs + beside + "\n"
    return comment(docs, tabs) + "\t" * tabs + line + "\n"


def wrap(head, items, tail="", tabs=0, empty=""):
    """head(item, item, ...)tail, broken at commas under the opening parenthesis."""
    start = "\t" * tabs + head + "("
    column = len(start.expandtabs(TAB))
    indent = "\t" * (column // TAB) + " " * (column % TAB)
    lines, width = [start], column
    items = [item + ("," if index + 1 < len(items) else ")" + tail)
             for index, item in enumerate(items)] or [empty + ")" + tail]
    for index, item in enumerate(items):
        if index and width + 1 + len(item) > COLUMNS:
            lines.append(indent + item)
            width = column + len(item)
        else:
            lines[-1] += " " * (index > 0) + item
            width += len(item) + (index > 0)
    return "\n".join(lines)


class Namer:
    """The C names of one interface."""

    def __init__(self, interface):
        self.prefix = interface.name

    def macro(self, *parts):
        return "_".join((self.prefix, *parts)).upper()

    def type(self, kind, field=False):
        """A struct holds an enum as the number of its type: C leaves an enum's own size open."""
        if isinstance(kind, model.Scalar):
            return f"uint{8 * kind.size}_t"
        if isinstance(kind, model.Struct):
            return f"struct {self.prefix}_{kind.name}"
        return self.type(kind.type) if field else f"enum {self.prefix}_{kind.name}"

    def value(self, value):
        return self.macro(value.const.name) if value.const else str(value.token)

    def literal(self, const):
        return f"UINT64_C({const.value.token})" if const.type.size == 8 else f"{const.value.token}u"

    def field(self, field):
        count = f"[{self.value(field.count)}]" if field.count else ""
        return f"{self.type(field.type, field=True)} {field.name}{count};"

    def refusal(self, word, place):
        """The C condition under which the word at `place` is out of its range, or None."""
        if isinstance(word.type, model.Enum):
            names = {e.value.number: self.macro(word.type.name, e.name) for e in word.type.values}
            ranges = [(a.number, names[a.number], b.number, names[b.number])
                      for a, b in word.type.runs]
        elif word.first:
            ranges = [(word.first.number, self.value(word.first),
                       word.last.number, self.value(word.last))]
        else:
            ranges = [(0, "0", word.type.maximum, f"UINT{8 * word.type.size}_MAX")]
        tests = [self.outside(place, *limits) for limits in ranges]
        if len(tests) == 1:
            return tests[0]
        return " && ".join(f"({test})" if "||" in test else test for test in tests)

    def outside(self, place, first, first_text, last, last_text):
        if first == last:
            return f"{place} != {first_text}"
        tests = [f"{place} < {first_text}"] if first > 0 else []
        tests += [f"{place} > {last_text}"] if last < (1 << 64) - 1 else []
        return " || ".join(tests) or None

    def inputs(self, method):
        return [f"{self.type(word.type)} {word.name}" for word in method.arguments]

    def outputs(self, method):
        return [f"{self.type(word.type)} *{word.name}" for word in method.results]

    def words(self, method):
        """What a dispatcher passes to a server's function: 64-bit results go straight to their word."""
        places = [f"words[{index}]" for index in range(len(method.arguments))]
        return places + [f"&words[{index}]" if word.type is model.SCALARS["u64"] else f"&{word.name}"
                         for index, word in enumerate(method.results)]
