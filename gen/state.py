# SPDX-License-Identifier: Apache-2.0
"""What holds of a server's state: its versions, and the events that may write it."""

from model import SCALARS
from parse import suggestion
from rules import Rules

RESULTS = 4  # DURABLE_RESULTS of servers/rt/durable.h
LARGEST = 16384  # DURABLE_LINES * DURABLE_LINE of servers/rt/durable.h


class State(Rules):
    def versions(self, struct):
        """Each version since the oldest one begins like the one before it."""
        newest, oldest = struct.version, struct.oldest
        self.define(struct.name, "versions of struct", f"{struct.name}_version",
                    f"{struct.name}_oldest")
        if self.fits(newest, SCALARS["u16"]) and not 1 <= oldest.number <= newest.number:
            self.error(oldest.token, f"found version {oldest.number} of struct '{struct.name}', "
                                     f"expected 1 to {newest.number or SCALARS['u16'].maximum}")
        elif struct.size > LARGEST:
            self.error(struct.name, f"found durable struct '{struct.name}' of {struct.size} bytes, "
                                    f"expected at most {LARGEST}")
        else:
            self.appended(struct)

    def appended(self, struct):
        """A prefix that ends where no struct of its fields ends was never a version."""
        newest, oldest = struct.version.number, struct.oldest.number
        version, align = oldest, 1
        for field in struct.fields:
            since = field.since.number if field.since else oldest
            if field.since and not oldest < since <= newest:
                few = f"{oldest + 1} to {newest}" if oldest < newest else \
                    f"none: version {newest} goes on from no older one"
                self.error(field.since.token, f"found field '{field.name}' since version {since}, "
                                              f"expected {few}")
                return
            if since < version:
                self.error(field.name, f"found field '{field.name}' of version {since} behind one "
                                       f"of version {version}, expected newer fields at the end")
                return
            if since > version:
                self.define(field.name, f"bytes of version {version} before field",
                            f"{struct.name}_size_{version}")
                if field.offset % align:
                    self.error(field.name, f"found the end of version {version} at offset "
                                           f"{field.offset}, expected a multiple of {align}, "
                                           f"to which its fields are aligned")
            version, align = since, max(align, field.type.align)

    def event(self, event):
        """Its method may be that of any interface, so the rest waits until all are checked."""
        self.documentation(event.name, event.docs)
        self.define(event.name, "event", event.name.replace(".", "_"))

    def events(self, interface):
        self.interface = interface
        self.types = {struct.name: struct for struct in interface.structs}
        durable = [struct for struct in interface.structs if struct.version]
        if not interface.events:
            return
        self.define(interface.name, "server", "message", "durable", "signal_look")
        for struct in durable[1:]:
            self.error(struct.name, f"found another durable struct '{struct.name}' of a server, "
                                    f"expected one only")
        for event in interface.events:
            writes = [struct for name in event.writes if (struct := self.written(name))]
            if "." in event.name and self.method_of(event) and len(writes) == len(event.writes):
                self.logged(event, writes)

    def written(self, name):
        struct = self.types.get(name)
        if not struct:
            self.error(name, f"found struct '{name}', expected a durable or rebuilt one of this "
                             f"interface{suggestion(name, self.types)}")
        elif not struct.kept:
            self.error(name, f"found struct '{name}', which no life of the server has, expected "
                             f"one that {self.place(struct.name)} says is durable or rebuilt")
            return None
        return struct

    def method_of(self, event):
        """Finds it, and whether its words and the server's structs can be told apart."""
        name, method = event.name.split(".")
        event.interface = self.interfaces.get(name)
        if not event.interface:
            self.error(event.name, f"found '{event.name}', expected a method of an interface that "
                                   f"is there{suggestion(name, self.interfaces)}")
            return False
        methods = {method.name: method for method in event.interface.methods}
        event.method = methods.get(method)
        if not event.method:
            self.error(event.name, f"found '{event.name}', expected a method of "
                                   f"{event.interface.path}{suggestion(method, methods)}")
            return False
        for word in event.method.words:
            if word.name in self.types and self.types[word.name].kept:
                self.error(self.types[word.name].name,
                           f"found struct '{word.name}' of a server, expected another name than "
                           f"that of a word of {event.name}, {self.place(word.name, event)}")
        return True

    def logged(self, event, writes):
        """What is not logged is done again by the next life, as if for the first time."""
        durable = [struct for struct in writes if struct.version]
        if durable and len(event.method.results) > RESULTS:
            self.error(event.name, f"found {event.name} with {len(event.method.results)} results, "
                                   f"{self.place(event.method.name, event)}, expected at most "
                                   f"{RESULTS}: they are stored with the state")
        elif event.unlogged and durable:
            self.error(event.name, f"found {event.name} unlogged, which writes the durable struct "
                                   f"'{durable[0].name}' of {self.place(durable[0].name)}, "
                                   f"expected it to write rebuilt ones only")
        elif event.unlogged and not event.method.idempotent:
            self.error(event.name, f"found {event.name} unlogged, which "
                                   f"{self.place(event.method.name, event)} does not call "
                                   f"idempotent, expected one that may be done again")
        elif writes and not durable and not event.unlogged:
            self.error(event.name, f"found {event.name} logged, which writes the rebuilt struct "
                                   f"'{writes[0].name}' of {self.place(writes[0].name)} only, "
                                   f"expected 'unlogged': its next life finds nothing of it")

    def place(self, token, event=None):
        return f"{(event.interface if event else self.interface).path}:{token.line}"
