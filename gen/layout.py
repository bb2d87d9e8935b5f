# SPDX-License-Identifier: Apache-2.0
"""How generated C is laid out: comments, types, values, argument lists. Used by the templates."""

import textwrap

from model import SCALARS, Enum, Scalar, Struct

COLUMNS = 100
TAB = 8
GLUE = "\N{NO-BREAK SPACE}"


def paragraphs(docs):
    """Lines of documentation -> one text a paragraph; an empty line ends one."""
    return [block.replace("\n", " ").strip() for block in "\n".join(docs).split("\n\n") if block]


def prose(docs):
    """Documentation as Markdown."""
    return "\n".join(docs).replace("<", r"\<")


def cell(docs):
    """Documentation in one line, for a cell of a Markdown table."""
    return prose(docs).replace("\n", " ").replace("|", r"\|")


def comment(docs, tabs=0, notes=()):
    """Documentation as a C comment, then notes, each on its own line. One line if all fits."""
    blocks, indent, width = paragraphs(docs), "\t" * tabs, COLUMNS - tabs * TAB - 3
    if not blocks and not notes:
        return ""
    if len(blocks) + len(notes) == 1 and len([*blocks, *notes][0]) <= width - 3:
        return f"{indent}/* {[*blocks, *notes][0]} */\n"
    parts = [textwrap.fill(block, width, break_on_hyphens=False) for block in blocks]
    if notes:
        parts.append("\n".join(textwrap.fill(note, width, break_on_hyphens=False,
                                             subsequent_indent="    ") for note in notes))
    lines = [f"{indent} * {line}".rstrip() for line in "\n\n".join(parts).split("\n")]
    return "\n".join([f"{indent}/*", *lines, f"{indent} */\n"])


def documented(line, docs):
    """A member's line of C with its documentation: behind it if that fits, else above."""
    texts = paragraphs(docs)
    if len(texts) == 1 and TAB + len(line) + len(texts[0]) + 7 <= COLUMNS:
        return f"\t{line} /* {texts[0]} */\n"
    return f"{comment(docs, 1)}\t{line}\n"


def wrap(head, items, tail, tabs=0, join=", "):
    """head item, item, ... tail; broken between items, which then stand under the first."""
    start = "\t" * tabs + head
    column = len(start.expandtabs(TAB))
    text = join.join(item.replace(" ", GLUE) for item in items) + tail.replace(" ", GLUE)
    lines = textwrap.wrap(text, COLUMNS - column, break_long_words=False, break_on_hyphens=False)
    indent = "\n" + "\t" * (column // TAB) + " " * (column % TAB)
    return start + indent.join(lines).replace(GLUE, " ")


class Names:
    """The C names of one interface."""

    def __init__(self, interface):
        self.prefix = interface.name

    def macro(self, *parts):
        return "_".join((self.prefix, *parts)).upper()

    def type(self, kind):
        if isinstance(kind, Scalar):
            return f"uint{8 * kind.size}_t"
        return f"{'struct' if isinstance(kind, Struct) else 'enum'} {kind.owner}_{kind.name}"

    def literal(self, const):
        token = const.value.token
        return f"UINT64_C({token})" if const.type.size == 8 else f"{token}u"

    def value(self, value):
        return self.macro(value.const.name) if value.const else value.token

    def field(self, field):
        """A field's line. An enum is held as the number of its type: C leaves its size open."""
        held, docs = field.type, field.docs
        if isinstance(held, Enum):
            held, docs = held.type, docs or [self.type(held)]
        count = f"[{self.value(field.count)}]" if field.count else ""
        return documented(f"{self.type(held)} {field.name}{count};", docs)

    def inputs(self, method):
        return [f"{self.type(word.type)} {word.name}" for word in method.arguments]

    def outputs(self, method):
        return [f"{self.type(word.type)} *{word.name}" for word in method.results]

    def words(self, method):
        """What a dispatcher passes on: a 64-bit result's word itself, or a local for others."""
        places = [f"words[{index}]" for index, _ in enumerate(method.arguments)]
        return places + [f"&words[{index}]" if word.type is SCALARS["u64"] else f"&{word.name}"
                         for index, word in enumerate(method.results)]

    def handler(self, event):
        """The function that handles it."""
        return f"{self.prefix}_{event.name.replace('.', '_')}{'' if event.method else '_look'}"

    def pointers(self, event, structs):
        """Parameters for a server's structs; the compiler refuses a store that is not declared."""
        return [f"{'' if struct.name in event.writes else 'const '}{self.type(struct)} "
                f"*{struct.name}" for struct in structs]

    def places(self, structs):
        return ["rt_state()" if struct.version else f"&{self.prefix}_{struct.name}"
                for struct in structs]

    @staticmethod
    def again(event):
        """What a server's next life does with an event that a cut left without an end."""
        if not event.method:
            return "the next life looks at every source"
        if event.unlogged:
            return "done again: it is idempotent, and what it wrote is made anew"
        if not event.writes:
            return "done again: nothing has changed"
        return "done anew; if it was committed, the next life sends the stored reply"

    def range(self, word):
        """What a word may be, for a reader; empty if it may be all that its type can say."""
        return f"{self.value(word.first)} to {self.value(word.last)}" if word.first else ""

    def notes(self, method):
        """What a function's comment says of its arguments, results and errors, one line each."""
        about = [(word.name, [f"{self.range(word)}." if word.first else "", *word.docs])
                 for word in method.words]
        notes = [f"{name}: {' '.join(filter(None, texts))}" for name, texts in about if any(texts)]
        errors = ", ".join(f"STATUS_{status}" for status in method.raises)
        return notes + ([f"Errors: {errors}."] if errors else [])

    def refusals(self, words, array):
        """The C tests that words are out of their range, each a list to join with &&."""
        tests = (self.outside(word, f"{array}[{index}]") for index, word in enumerate(words))
        return [test for test in tests if test]

    def outside(self, word, place):
        if isinstance(word.type, Enum):
            limits = [(one.value.number, self.macro(word.type.name, one.name))
                      for run in word.type.runs for one in run]
        elif word.first:
            limits = [(value.number, self.value(value)) for value in (word.first, word.last)]
        else:
            limits = [(0, "0"), (word.type.maximum, f"UINT{8 * word.type.size}_MAX")]
        tests = [beyond(place, *limit) for limit in zip(limits[::2], limits[1::2])]
        if len(tests) > 1:
            tests = [f"({test})" if " || " in test else test for test in tests]
        return list(filter(None, tests))


def beyond(place, first, last):
    """The C test that `place` is outside of a range; empty if nothing is. Ends: (number, its C)."""
    if first == last:
        return f"{place} != {first[1]}"
    tests = [f"{place} < {first[1]}"] if first[0] > 0 else []
    tests += [f"{place} > {last[1]}"] if last[0] < SCALARS["u64"].maximum else []
    return " || ".join(tests)
