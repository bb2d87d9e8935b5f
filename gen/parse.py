# SPDX-License-Identifier: Apache-2.0
"""Text of an .idl file -> model.Interface, or one error that says what stood there instead of what."""

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

    def caller(self, text):
        return str(text[1:-1])

    death = caller

    def parameters(self, *parameters):
        return [parameter for parameter in parameters if parameter]

    def raises(self, *names):
        return list(names)

    def idempotent(self):
        return True

    def enum(self, docs, name, type_name, *values):
        return model.Enum(docs, name, type_name, list(values))

    def struct(self, docs, name, *fields):
        return model.Struct(docs, name, list(fields))

    def durable(self, docs, name, version, *fields):
        return model.Struct(docs, name, list(fields), version)

    def method(self, docs, name, number, arguments, results, raises, idempotent):
        return model.Method(docs, name, number, arguments, results, raises or [], bool(idempotent))

    def interface(self, docs, name, number, version, caller, death, *members):
        return model.Interface(docs, name, number, version, caller, death, list(members))

    const = model.Const
    enumerator = model.Enumerator
    field = model.Field
    parameter = model.Parameter


def parse(path, text):
    try:
        interface = Builder().transform(PARSER.parse(text))
    except UnexpectedInput as error:
        raise unexpected(path, text, error) from None
    interface.path = path
    return interface


def unexpected(path, text, error):
    """The parser's complaint in the words of the language."""
    literals = {t.name: t.pattern.value for t in PARSER.terminals if t.pattern.type == "str"}
    names = getattr(error, "expected", None) or error.allowed
    wanted = sorted(literals[name] for name in names if name in literals)
    expected = [NAMED[name] for name in sorted(names) if name in NAMED]
    expected += [f"'{literal}'" for literal in wanted]
    line, column = error.line, error.column
    if error.pos_in_stream is None or line < 1:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        found, hint = "the end of the file", ""
    else:
        found = re.match(r"///|\w+|.", text[error.pos_in_stream:]).group()
        hint = suggestion(found, wanted)
        found = f"'{found}'"
    several = ", ".join(expected[:-1]) + " or " if len(expected) > 1 else ""
    return Problem(path, line, column, f"found {found}, expected {several}{expected[-1]}{hint}")
