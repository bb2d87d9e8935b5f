# SPDX-License-Identifier: Apache-2.0
"""What interfaces must be beyond their grammar; resolves types, consts and offsets on the way."""

from pathlib import Path

from model import SCALARS, Enum, Struct
from parse import suggestion
from state import State

WORDS = 8  # MESSAGE_WORDS of ipc/message.h
LOCALS = {"message", "words", "server", "badge", "answer"}  # of the generated functions


class Checker(State):
    """Checks interfaces one by one; what they define is compared across all of them."""

    def __init__(self, statuses, interfaces):
        super().__init__(interfaces)
        self.statuses = statuses
        self.visited = set()
        for interface in interfaces:
            self.visit(interface)
        for interface in interfaces:
            self.events(interface)

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
            getattr(self, type(member).__name__.lower())(member)
        interface.types = {name: kind for name, kind in self.types.items() if name not in SCALARS}

    def const(self, const):
        self.name(const, const.docs)
        self.define(const.name, "const", const.name)
        const.type = self.type_of(const, SCALARS)
        self.fits(const.value, const.type)
        self.consts[const.name] = const

    def enum(self, enum):
        numbers = {}
        self.name(enum, enum.docs)
        self.define(enum.name, "enum", enum.name)
        enum.type = self.type_of(enum, SCALARS)
        for one in enum.values:
            self.name(one, one.docs)
            self.define(one.name, "enum value", f"{enum.name}_{one.name}")
            self.fits(one.value, enum.type)
            self.once(one.value.token, f"value {one.value.token}", numbers, one.value.number)
        self.types[enum.name] = enum if enum.type else None

    def struct(self, struct):
        self.name(struct, struct.docs)
        self.define(struct.name, "struct", struct.name)
        laid_out = self.laid_out(struct)
        self.types[struct.name] = struct if laid_out else None
        if struct.version and laid_out:
            self.versions(struct)

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
        self.name(method, method.docs)
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
