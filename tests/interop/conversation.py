# SPDX-License-Identifier: BSL-1.0
"""A server with names, rooms and commands, as docs/wire.md has them, small and scripted: what it was sent can be looked
at, and what it does can be changed by the test."""
import socket
import threading

from harness import Accepting


class Member:
    def __init__(self, server, connection, label):
        self.server = server
        self.connection = connection
        self.label = label
        self.name = None
        self.room = "lobby"
        self.lines = []  # as they were sent

    @property
    def who(self):
        return f"<{self.name}>" if self.name else self.label

    def send(self, sender, text):
        self.connection.sendall(f"{sender}\n{text}\n".encode())

    def note(self, text):
        self.send("*", text)


class Conversation(Accepting):
    """`mute`: it answers no command. All is done under one lock, in the order of arrival."""

    def __init__(self, mute=False):
        self.mute = mute
        self.members = []
        self.everybody = []  # also those who left
        self.keys = {}
        super().__init__()
        self.address = f"127.0.0.1:{self.port}"

    def took(self, connection, address):
        member = Member(self, connection, "{}:{}".format(*address))
        with self.lock:
            self.members.append(member)
            self.everybody.append(member)
        threading.Thread(target=self.serve, args=[member], daemon=True).start()

    def serve(self, member):
        try:
            for line in member.connection.makefile("r", encoding="utf-8", newline="\n"):
                with self.lock:
                    member.lines.append(line.rstrip("\n"))
                    if not self.obey(member, member.lines[-1]):
                        break
        except OSError:
            pass
        with self.lock:
            if member in self.members:
                self.members.remove(member)
                if member.name:
                    self.event(member.room, f"{member.who} left")
        member.connection.close()

    def cut(self):
        """Every connection breaks."""
        with self.lock:
            for member in self.members:
                try:
                    member.connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def tell(self, room, sender, text):
        for member in self.members:
            if member.room == room:
                try:
                    member.send(sender, text)
                except OSError:
                    pass

    def event(self, room, text):
        self.tell(room, "*", text)

    def find(self, word):
        return next((member for member in self.members if word in (member.name, member.label)), None)

    def obey(self, member, line):
        verb, _, rest = line.strip().partition(" ")
        if line.startswith("//") or not line.startswith("/") or verb == "/me":
            self.tell(member.room, member.who, line[1:] if line.startswith("//") else line)
        elif verb == "/quit":
            return False
        elif not self.mute:
            getattr(self, "do_" + verb[1:], self.unknown)(member, rest)
        return True

    def unknown(self, member, _):
        member.note("no such command (try /help)")

    def do_name(self, member, rest):
        name, _, key = rest.partition(" ")
        holder = self.find(name)
        if holder and holder is not member and self.keys.get(name) != key:
            return member.note(f"{name} is taken, or looks like a name that is")
        if holder and holder is not member:
            holder.name = None
            holder.connection.shutdown(socket.SHUT_RDWR)
        before, member.name = member.who, name
        self.keys[name] = key
        member.note(f"you are <{name}>")
        self.event(member.room, f"{before} is now <{name}>")

    do_nick = do_name

    def do_join(self, member, room):
        if room == "secret":
            return member.note("there is no room secret: try /rooms")
        if member.name:
            self.event(member.room, f"{member.who} left")
        member.room = room
        if member.name:
            self.event(room, f"{member.who} joined")
        member.note(f"you are in {room}, {self.here(room)} here")

    def do_rooms(self, member, _):
        member.note("rooms: " + ", ".join(f"{room} {self.here(room)}" for room in sorted({one.room for one in self.members})))

    def here(self, room):
        return sum(one.room == room for one in self.members)

    def do_msg(self, member, rest):
        word, _, text = rest.partition(" ")
        to = self.find(word)
        if not to:
            return member.note(f"nobody here is {word}")
        for one in {member, to}:
            one.send(f"{member.who} -> {to.who}", text)

    def do_who(self, member, rest):
        here = [one.who for one in self.members if one.room == member.room]
        listed = [] if rest.startswith("#") else here
        member.note(f"{member.room}, {len(here)} here: " + ", ".join(listed))

    def do_topic(self, member, text):
        self.event(member.room, f"{member.who} set the topic: {text}")

    def do_login(self, member, rest):
        member.note(f"you are <{rest.split()[0]}>, and an operator")

    def do_help(self, member, _):
        member.note("commands: /help /name /who /join /msg /me /topic /login /quit")
