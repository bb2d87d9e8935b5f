# SPDX-License-Identifier: Apache-2.0
"""What interfaces must be beyond their grammar; resolves types, consts and offsets on the way."""

import re
from pathlib import Path

from model import SCALARS, Enum, Struct
from parse import Problem, suggestion

WORDS = 8  # MESSAGE_WORDS of ipc/message.h
RESERVED = set("""auto break case char const continue default do double else enum extern float for
    goto if inline int long register restrict return short signed sizeof static struct switch
    typedef union unsigned void volatile while asm typeof linux unix""".split())
LOCALS = {"message", "words", "server", "badge", "answer"}  # of the generated functions


class Checker:
    """Checks interfaces one by one; what they define is compared across all of them."""

    def __init__(self, statuses, interfaces):
        self.statuses = statuses
        self.interfaces = {interface.name: interface for interface in interfaces}
        self.visited = set()
        self.problems = []
        self.defined = {}

    def visit(self, interface):
        """Checks an interface after those that it uses. Only in a circle one is still without
        types when it is used, which is then refused."""
        if interface.path not in self.visited:
            self.visited.add(interface.path)
            for name in interface.uses:
                if name in self.interfaces:
                    self.visit(self.interfaces[name])
            self.check(interface)

    def check(self, interface):
        """A type or const is known below its definition only, so the members' order counts."""
        self.interface, self.consts, self.types = interface, {}, dict(SCALARS)
        stem = Path(interface.path).stem
        if interface.name != stem:
            self.error(interface.name, f"found interface '{interface.name}', expected '{stem}', "
                                       f"as the file is called")
        self.name(interface, interface.docs + [interface.caller, interface.death])
        self.documented(interface, "interface")
        self.identity(interface, "interface")
        if interface.version:
            self.fits(interface.version, SCALARS["u32"])
        self.define(interface.name, "interface", "interface", "version", "server", "dispatch")
        for member in interface.members:
            self.name(member, member.docs)
            getattr(self, type(member).__name__.lower())(member)
        interface.types = {name: kind for name, kind in self.types.items() if name not in SCALARS}

    def const(self, const):
        self.define(const.name, "const", const.name)
        const.type = self.type_of(const, SCALARS)
        self.fits(const.value, const.type)
        self.consts[const.name] = const

    def enum(self, enum):
        numbers = {}
        self.define(enum.name, "enum", enum.name)
        enum.type = self.type_of(enum, SCALARS)
        for one in enum.values:
            self.name(one, one.docs)
            self.define(one.name, "enum value", f"{enum.name}_{one.name}")
            self.fits(one.value, enum.type)
            self.once(one.value.token, f"value {one.value.token}", numbers, one.value.number)
        self.types[enum.name] = enum if enum.type else None

    def struct(self, struct):
        self.define(struct.name, "struct", struct.name)
        if struct.version:
            self.define(struct.name, "version of struct", f"{struct.name}_version")
            self.fits(struct.version, SCALARS["u32"])
        self.types[struct.name] = struct if self.laid_out(struct) else None

    def laid_out(self, struct):
        """Gives every field its offset; refuses bytes that C would leave unnamed."""
        names, offset, struct.align = {}, 0, 1
        for field in struct.fields:
            self.name(field, field.docs)
            self.once(field.name, f"field '{field.name}'", names)
            field.type = self.type_of(field, self.types)
            if not field.type or field.count and not self.array(field.count):
                return False
            if -offset % field.type.align:
                self.error(field.name, f"found field '{field.name}' at offset {offset}, expected "
                                       f"{-offset % field.type.align} more bytes before it: "
                                       f"its type is aligned to {field.type.align}")
                return False
            field.offset = offset
            offset += field.size
            struct.align = max(struct.align, field.type.align)
        if -offset % struct.align:
            self.error(struct.name, f"found struct '{struct.name}' of {offset} bytes, expected "
                                    f"{-offset % struct.align} more at its end: "
                                    f"it is aligned to {struct.align}")
            return False
        struct.size = offset
        return True

    def method(self, method):
        names = {}
        self.define(method.name, "method", method.name, f"label_{method.name}")
        self.documented(method, "method")
        self.identity(method, "method")
        for kind, words in (("argument", method.arguments), ("result", method.results)):
            if len(words) > WORDS:
                self.error(words[WORDS].name,
                           f"found {len(words)} {kind}s, expected at most {WORDS}")
            for word in words:
                self.once(word.name, f"{kind} '{word.name}'", names)
                self.word(word, kind)
        for status in method.raises:
            if status not in self.statuses:
                self.error(status, f"found status '{status}', expected one of ipc/status.h"
                                   f"{suggestion(status, self.statuses)}")

    def word(self, word, kind):
        self.name(word, word.docs)
        if word.name in LOCALS or word.name == self.interface.name:
            self.error(word.name, f"found {kind} '{word.name}', expected a name that the generated "
                                  f"functions leave free")
        word.type = self.type_of(word, self.types)
        if isinstance(word.type, Struct):
            self.error(word.type_name, f"found struct '{word.type_name}', expected a number: "
                                       f"every {kind} is one word")
        elif isinstance(word.type, Enum) and word.first:
            self.error(word.first.token, "found a range of an enum, expected none: "
                                         "its values are its range")
        elif word.first and self.resolve(word.first) and self.resolve(word.last):
            if self.fits(word.last, word.type) and word.first.number > word.last.number:
                self.error(word.first.token, f"found the empty range {word.first.token}.."
                                             f"{word.last.token}, expected its end not below "
                                             f"its start")

    # The rules that members share.

    def error(self, token, text):
        self.problems.append(Problem(self.interface.path, token.line, token.column, text))

    def name(self, thing, docs):
        if thing.name in RESERVED:
            self.error(thing.name, f"found '{thing.name}', a reserved word of C, "
                                   f"expected another name")
        elif not re.fullmatch(r"[a-z][a-z0-9_]*", thing.name):
            self.error(thing.name, f"found '{thing.name}', expected small letters, digits and "
                                   f"underscores")
        if any("/*" in line or "*/" in line for line in docs):
            self.error(thing.name, f"found '/*' or '*/' in the documentation of '{thing.name}', "
                                   f"expected neither: it becomes a comment of C")

    def documented(self, thing, kind):
        if not any(thing.docs):
            self.error(thing.name, f"found no documentation of {kind} '{thing.name}', expected "
                                   f"/// lines before it")

    def once(self, token, what, names, key=None):
        """`key` (the token itself by default) stands for one thing only among `names`."""
        path, other = names.setdefault(key or token, (self.interface.path, token))
        if other is not token:
            self.error(token, f"found {what}, expected one not taken in {path}:{other.line}")
        return other is token

    def define(self, token, kind, *names):
        """A name of C, whatever its kind, stands for one thing of all interfaces."""
        for name in names:
            if not self.once(token, f"{kind} '{token}'", self.defined,
                             f"{self.interface.name}_{name}"):
                return

    def identity(self, thing, kind):
        token, number = thing.id.token, thing.id.number
        if not 1 <= number <= 0xffff:
            self.error(token, f"found number {token} of {kind} '{thing.name}', expected 1 to 65535")
        scope = kind if kind == "interface" else self.interface.name
        self.once(token, f"number {token} of {kind} '{thing.name}'", self.defined, (scope, number))

    def type_of(self, thing, types):
        if "." in thing.type_name:
            return self.type_of_another(thing.type_name)
        if thing.type_name not in types:
            expected = "u8, u16, u32 or u64" if types is SCALARS else \
                "u8, u16, u32, u64 or an enum or struct defined above"
            self.error(thing.type_name, f"found type '{thing.type_name}', expected {expected}"
                                        f"{suggestion(thing.type_name, types)}")
        return types.get(thing.type_name)

    def type_of_another(self, token):
        name, kind = token.split(".")
        other = self.interfaces.get(name)
        if not other:
            self.error(token, f"found type '{token}', expected one of an interface that is there"
                              f"{suggestion(name, self.interfaces)}")
        elif other.types is None:
            self.error(token, f"found type '{token}', expected none of an interface that itself "
                              f"needs '{self.interface.name}'")
        elif kind not in other.types:
            self.error(token, f"found type '{token}', expected an enum or struct of {other.path}"
                              f"{suggestion(kind, other.types)}")
        else:
            return other.types[kind]
        return None

    def resolve(self, value):
        """Gives a value its number, where a const's name stands for it."""
        if value.number is None:
            if value.token not in self.consts:
                self.error(value.token, f"found '{value.token}', expected a number or a const "
                                        f"defined above{suggestion(value.token, self.consts)}")
                return False
            value.const = self.consts[value.token]
            value.number = value.const.value.number
        return True

    def fits(self, value, kind):
        if kind and value.number > kind.maximum:
            self.error(value.token, f"found {value.token}, expected at most {kind.maximum}, "
                                    f"the largest {kind.name}")
            return False
        return True

    def array(self, count):
        if self.resolve(count) and count.number == 0:
            self.error(count.token, "found an array of 0, expected at least 1")
        return bool(count.number)
