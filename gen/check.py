# SPDX-License-Identifier: Apache-2.0
"""What an interface must be beyond its grammar; resolves types, consts and offsets on the way."""

import re
from pathlib import Path

import model
from model import SCALARS
from parse import Problem, suggestion

WORDS = 8  # MESSAGE_WORDS of ipc/message.h
RESERVED = set("""auto break case char const continue default do double else enum extern float for
    goto if inline int long register restrict return short signed sizeof static struct switch
    typedef union unsigned void volatile while asm typeof linux unix""".split())
LOCALS = {"message", "words", "server", "badge", "answer"}  # of the generated functions


class Checker:
    """Checks interfaces one by one; what they define is compared across all of them."""

    def __init__(self, statuses):
        self.statuses = statuses
        self.problems = []
        self.defined = {}  # C name or ("id", number) -> "file:line"

    def check(self, interface):
        self.interface = interface
        self.consts, self.types = {}, dict(SCALARS)
        self.name(interface.name)
        if interface.name != Path(interface.path).stem:
            self.error(interface.name, f"found interface '{interface.name}' in this file, expected "
                                       f"'{Path(interface.path).stem}', as the file is called")
        self.documented("interface", interface)
        self.identity("interface", interface, "interface")
        self.define(interface.name, "interface", f"{interface.name.upper()}_INTERFACE")
        if interface.version:
            self.define(interface.name, "version", f"{interface.name.upper()}_VERSION")
        for text in (interface.caller, interface.death):
            self.docs(interface.name, [text])
        for member in interface.members:
            self.name(member.name)
            self.docs(member.name, member.docs)
            getattr(self, type(member).__name__.lower())(member)

    # Members, in the order of the file: a type or const is known below its definition only.

    def const(self, const):
        self.define(const.name, "const", self.macro(const.name))
        const.type = self.type_of(const, SCALARS)
        if const.type:
            self.fits(const.value, const.type)
        self.consts[const.name] = const

    def enum(self, enum):
        self.define(enum.name, "type", f"enum {self.interface.name}_{enum.name}")
        enum.type = self.type_of(enum, SCALARS)
        numbers = {}
        for value in enum.values:
            self.name(value.name)
            self.docs(value.name, value.docs)
            self.define(value.name, "enum value", self.macro(f"{enum.name}_{value.name}"))
            if enum.type:
                self.fits(value.value, enum.type)
            other = numbers.setdefault(value.value.number, value.name)
            if other is not value.name:
                self.error(value.value.token, f"found {value.value.token}, which is '{other}', "
                                              f"expected another value")
        if enum.type:
            self.types[enum.name] = enum

    def struct(self, struct):
        self.define(struct.name, "type", f"enum {self.interface.name}_{struct.name}")
        if struct.version:
            self.define(struct.name, "version", self.macro(f"{struct.name}_version"))
        names, offset, struct.align = {}, 0, 1
        for field in struct.fields:
            self.name(field.name)
            self.docs(field.name, field.docs)
            self.once(field.name, "field", names)
            field.type = self.type_of(field, self.types)
            if not field.type or field.count and not self.array(field.count):
                return
            if gap := -offset % field.type.align:
                self.error(field.name, f"found '{field.name}' at offset {offset}, expected a multiple "
                                       f"of {field.type.align}: {gap} bytes are missing before it")
                return
            field.offset = offset
            offset += field.size
            struct.align = max(struct.align, field.type.align)
        if gap := -offset % struct.align:
            self.error(struct.name, f"found struct '{struct.name}' of {offset} bytes, expected a "
                                    f"multiple of {struct.align}: {gap} bytes are missing at its end")
            return
        struct.size = offset
        self.types[struct.name] = struct

    def method(self, method):
        self.define(method.name, "method", f"{self.interface.name}_{method.name}()")
        self.define(method.name, "method", self.macro(f"label_{method.name}"))
        self.documented("method", method)
        self.identity("method", method, self.interface.name)
        names = {}
        for kind, words in (("argument", method.arguments), ("result", method.results)):
            if len(words) > WORDS:
                self.error(words[WORDS].name, f"found {len(words)} {kind}s, expected at most {WORDS}")
            for word in words:
                self.word(kind, word, names)
        for status in method.raises:
            if status not in self.statuses:
                self.error(status, f"found status '{status}', expected one of ipc/status.h"
                                   f"{suggestion(status, self.statuses)}")

    def word(self, kind, word, names):
        self.name(word.name)
        self.docs(word.name, word.docs)
        self.once(word.name, kind, names)
        if word.name in LOCALS or word.name == self.interface.name:
            self.error(word.name, f"found '{word.name}', which the generated functions use themselves, "
                                  f"expected another name")
        word.type = self.type_of(word, self.types)
        if isinstance(word.type, model.Struct):
            self.error(word.type_name, f"found struct '{word.type_name}', expected a number: "
                                       f"every {kind} is one word")
        elif word.first and isinstance(word.type, model.Enum):
            self.error(word.first.token, "found a range of an enum, expected its values to say it")
        elif word.first and word.type and all(map(self.resolve, (word.first, word.last))):
            if self.fits(word.last, word.type) and word.first.number > word.last.number:
                self.error(word.first.token, f"found an empty range {word.first.token}.."
                                             f"{word.last.token}, expected its end not below its start")

    # The rules that several members share.

    def error(self, token, text):
        self.problems.append(Problem(self.interface.path, token.line, token.column, text))

    def macro(self, name):
        return f"{self.interface.name}_{name}".upper()

    def name(self, name):
        if name in RESERVED:
            self.error(name, f"found '{name}', a reserved word of C, expected another name")
        elif not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            self.error(name, f"found '{name}', expected small letters, digits and underscores")

    def docs(self, name, lines):
        if any("/*" in line or "*/" in line for line in lines):
            self.error(name, f"found '/*' or '*/' in the words on '{name}', expected none: "
                             f"they become a comment in C")

    def documented(self, kind, thing):
        self.docs(thing.name, thing.docs)
        if not any(thing.docs):
            self.error(thing.name, f"found no documentation of {kind} '{thing.name}', expected "
                                   f"/// lines before it")

    def define(self, name, kind, c_name):
        """A name of C belongs to one thing of all interfaces."""
        self.once(name, kind, self.defined, c_name)

    def once(self, name, kind, names, key=None):
        place = f"{self.interface.path}:{name.line}"
        other = names.setdefault(key or str(name), place)
        if other != place or key is None and names[str(name)] is not place:
            self.error(name, f"found {kind} '{name}', expected a name not yet taken by {other}")

    def identity(self, kind, thing, scope):
        number = thing.id.number
        if not 1 <= number <= 0xffff:
            self.error(thing.id.token, f"found number {thing.id.token} of {kind} '{thing.name}', "
                                       f"expected 1 to 65535")
        place = f"{self.interface.path}:{thing.id.token.line}"
        other = self.defined.setdefault((scope, number), (thing, place))
        if other[0] is not thing:
            self.error(thing.id.token, f"found number {thing.id.token} of {kind} '{thing.name}', expected "
                                       f"one not yet taken by '{other[0].name}' ({other[1]})")

    def type_of(self, thing, types):
        found = types.get(thing.type_name)
        if not found:
            expected = ", ".join(SCALARS) + (
                "" if types is SCALARS else " or an enum or struct defined above")
            self.error(thing.type_name, f"found type '{thing.type_name}', expected {expected}"
                                        f"{suggestion(thing.type_name, types)}")
        return found

    def resolve(self, value):
        if value.number is None:
            value.const = self.consts.get(value.token)
            if not value.const:
                self.error(value.token, f"found '{value.token}', expected a number or a const defined "
                                        f"above{suggestion(value.token, self.consts)}")
                return False
            value.number = value.const.value.number
        return True

    def fits(self, value, kind):
        if value.number > kind.maximum:
            self.error(value.token, f"found {value.token}, expected at most {kind.maximum}, "
                                    f"the largest {kind.name}")
        return value.number <= kind.maximum

    def array(self, count):
        if not self.resolve(count):
            return False
        if count.number == 0:
            self.error(count.token, "found an array of 0, expected at least 1")
        return count.number > 0
