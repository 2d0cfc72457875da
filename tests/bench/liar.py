# SPDX-License-Identifier: BSL-1.0
"""Small servers of our wire that do to their first member what they are told to do: for the load's own checks."""
import selectors
import socket
import threading

PROBE = b"OOOOOOOO"  # what chatroom-bench says to find out who is in
EVERY = 20


class Fault:
    """What becomes of every twentieth text."""

    def __init__(self, kind):
        self.kind, self.count, self.held = kind, 0, {}

    def copies(self, label, text):
        """The texts to send in place of this one."""
        if text.startswith(PROBE):
            return [text]
        held = self.held.pop(label, None)
        self.count += 1
        if self.count % EVERY or self.kind == "none":
            return [text] if held is None else [text, held]
        if self.kind == "lose":
            return []
        if self.kind == "repeat":
            return [text, text]
        if self.kind == "damage":
            return [text[:-1] + b"!"]
        if self.kind == "reorder":  # it comes after the speaker's next
            self.held[label] = text
            return [] if held is None else [held]
        return None  # cut off


class Liar(threading.Thread):
    def __init__(self, kind):
        super().__init__(daemon=True)
        self.fault, self.members, self.names, self.running = Fault(kind), {}, {}, True
        self.selector = selectors.DefaultSelector()
        self.open()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.port = self.listener.getsockname()[1]
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.running = False
        self.join()
        for one in [*self.members, self.listener]:
            if hasattr(one, "close"):
                one.close()
        self.selector.close()

    def run(self):
        while self.running:
            for key, _ in self.selector.select(0.05):
                self.ready(key.fileobj)

    def tell(self, speaker, text):
        label = "{}:{}".format(*speaker).encode()
        for i, member in enumerate(list(self.members)):
            copies = [text] if i else self.fault.copies(label, text)
            if copies is None:
                self.drop(member)
                continue
            for one in copies:
                self.send(member, label + b"\n" + one)


class TcpLiar(Liar):
    def open(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1000)

    def ready(self, one):
        if one is self.listener:
            member, name = one.accept()
            self.members[member] = b""
            self.names[member] = name
            self.selector.register(member, selectors.EVENT_READ)
            return
        try:
            data = one.recv(65536)
        except OSError:
            data = b""
        if not data:
            return self.drop(one)
        *lines, self.members[one] = (self.members[one] + data).split(b"\n")
        name = self.names[one]  # it may be dropped meanwhile
        for line in lines:
            self.tell(name, line)

    def send(self, member, message):
        try:
            member.sendall(message + b"\n")
        except OSError:
            self.drop(member)

    def drop(self, member):
        if member in self.members:
            self.selector.unregister(member)
            del self.members[member]
            del self.names[member]
            member.close()


class UdpLiar(Liar):
    def open(self):
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.listener.bind(("127.0.0.1", 0))

    def ready(self, one):
        data, source = one.recvfrom(65536)
        if data == b"#ping#":
            self.members[source] = True
        elif data == b"/quit":
            self.members.pop(source, None)
        else:
            self.tell(source, data)

    def send(self, member, message):
        self.listener.sendto(message, member)
