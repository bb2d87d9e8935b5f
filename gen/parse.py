# SPDX-License-Identifier: Apache-2.0
"""Text of an .idl file -> model.Interface, or an error: what was found, what was expected."""

import difflib
import re
from pathlib import Path

from lark import Lark, Transformer, UnexpectedInput, v_args

import model

PARSER = Lark(Path(__file__).with_name("idl.lark").read_text(), start="interface", parser="lalr")
NAMED = {"NAME": "a name", "NUMBER": "a number", "STRING": "a text in quotes",
         "DOC": "a /// comment", "$END": "the end of the file"}


class Problem(Exception):
    """An error in an .idl file, at a place of it."""

    def __init__(self, path, line, column, text):
        super().__init__(f"{path}:{line}:{column}: error: {text}")
        self.place = (path, line, column)


def suggestion(word, known):
    """A half-sentence, where `word` is close to something known."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


@v_args(inline=True)
class Builder(Transformer):
    def docs(self, *lines):
        return [line[3:].strip() for line in lines]

    def number(self, token):
        return model.Value(token, int(token, 0))

    def value(self, token):
        return self.number(token) if token.type == "NUMBER" else model.Value(token)

    def type(self, name, of_another):
        return name.update(value=f"{name}.{of_another}") if of_another else name

    def caller(self, text):
        return str(text[1:-1])

    death = caller

    def parameters(self, *parameters):
        return [parameter for parameter in parameters if parameter]

    def raises(self, *names):
        return list(names)

    def method_name(self, interface, method):
        return interface.update(value=f"{interface}.{method}")

    def idempotent(self):
        return True

    def enum(self, docs, name, type_name, *values):
        return model.Enum(docs, name, type_name, list(values))

    def struct(self, docs, name, *fields):
        return model.Struct(docs, name, list(fields))

    def durable(self, docs, name, version, oldest, *fields):
        return model.Struct(docs, name, list(fields), version, oldest or version)

    def rebuilt(self, docs, name, *fields):
        return model.Struct(docs, name, list(fields), rebuilt=True)

    def served(self, docs, name, writes, unlogged):
        return model.Event(docs, name, writes or [], bool(unlogged))

    def signal(self, docs, name, writes):
        return model.Event(docs, name, writes or [])

    def method(self, docs, name, number, arguments, results, raises, idempotent):
        return model.Method(docs, name, number, arguments, results, raises or [], bool(idempotent))

    def interface(self, docs, name, number, version, caller, death, *members):
        return model.Interface(docs, name, number, version, caller, death, list(members))

    unlogged = idempotent
    writes = raises
    const = model.Const
    enumerator = model.Enumerator
    field = later = model.Field
    parameter = model.Parameter


def parse(path, text):
    parser = PARSER.parse_interactive(text)
    try:
        parser.exhaust_lexer()
        interface = Builder().transform(parser.feed_eof())
    except UnexpectedInput as error:
        raise unexpected(path, text, error, parser.accepts()) from None
    interface.path = path
    return interface


def unexpected(path, text, error, accepted):
    """The parser's complaint in the words of the language."""
    terminals = {terminal.name: terminal.pattern.value for terminal in PARSER.terminals}
    literals = sorted(terminals[name] for name in accepted if name not in NAMED)
    expected = sorted(NAMED[name] for name in accepted if name in NAMED)
    *several, last = expected + [f"'{literal}'" for literal in literals]
    expected = f"{', '.join(several)} or {last}" if several else last
    rest = text[error.pos_in_stream:] if getattr(error, "token", None) != "" else ""
    if not rest:
        lines = text.rstrip().split("\n")
        return Problem(path, len(lines), len(lines[-1]) + 1,
                       f"found the end of the file, expected {expected}")
    word = re.match(r"///|\w+|\S", rest).group()
    return Problem(path, error.line, error.column,
                   f"found '{word}', expected {expected}{suggestion(word, literals)}")
