# SPDX-License-Identifier: BSL-1.0
"""Small servers that do to their first member what they are told to do: for the load's own checks."""
import re
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


class FaultyServer(threading.Thread):
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
        for i, member in enumerate(self.receivers(speaker)):
            copies = [text] if i else self.fault.copies(label, text)
            if copies is None:
                self.drop(member)
                continue
            for one in copies:
                self.send(member, self.frame(label, one))

    def receivers(self, _):
        return list(self.members)

    def frame(self, label, text):
        return label + b"\n" + text


class FaultyTcpServer(FaultyServer):
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
        texts, self.members[one] = self.split(self.members[one] + data)
        name = self.names[one]  # it may be dropped meanwhile
        for text in texts:
            self.tell(name, text)

    def split(self, data):
        *lines, rest = data.split(b"\n")
        return lines, rest

    def frame(self, label, text):
        return super().frame(label, text) + b"\n"

    def send(self, member, message):
        try:
            member.sendall(message)
        except OSError:
            self.drop(member)

    def drop(self, member):
        if member in self.members:
            self.selector.unregister(member)
            del self.members[member]
            del self.names[member]
            member.close()


class FaultyPeerServer(FaultyTcpServer):
    """A server of another protocol, as far as the load sees it: finds the texts, and puts the protocol's words around."""
    TEXT = re.compile(b"[@-O]{16}x{48}")
    FRAMES = {"redis": b">3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$64\r\n%s\r\n", "nats": b"MSG room 1 64\r\n%s\r\n",
              "mqtt": b"\x30\x46\0\4room%s", "irc": b":m!m@localhost PRIVMSG #room :%s\r\n"}

    def __init__(self, protocol, kind):
        self.protocol = protocol
        super().__init__(kind)

    def split(self, data):
        found = list(self.TEXT.finditer(data))
        return [one.group() for one in found], data[found[-1].end() if found else 0:]

    def receivers(self, speaker):
        """Over IRC a speaker does not hear itself."""
        return [one for one in self.members if self.protocol != "irc" or self.names[one] != speaker]

    def frame(self, _, text):
        return self.FRAMES[self.protocol] % text


class FaultyWebSocketServer(FaultyPeerServer):
    """Speaks the JSON protocol over WebSocket, and pings each member once."""
    FRAMES = {"websocket": b'{"push":{"channel":"lobby","pub":{"data":{"text":"%s","time":""},"offset":1}}}'}
    UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
    MASKED_TEXT = 0x81, 0x80

    def __init__(self, kind):
        self.joined, self.pongs, self.violations = set(), 0, 0
        super().__init__("websocket", kind)

    def ready(self, one):
        super().ready(one)
        if one in self.names and self.names[one] not in self.joined and not self.members[one].startswith(b"GET"):
            self.joined.add(self.names[one])
            self.send(one, self.UPGRADED + self.text_frame(b'{"id":1,"connect":{}}') + self.text_frame(b"{}"))

    def split(self, data):
        """The texts of whole frames, and the rest, which is the request to upgrade as long as that is not whole."""
        if data.startswith(b"GET"):
            end = data.find(b"\r\n\r\n")
            if end < 0:
                return [], data
            data = data[end + 4:]
        texts = []
        while (frame := self.take(data)) is not None:
            payload, data = frame
            self.pongs += payload == b"{}"
            texts += self.TEXT.findall(payload) if b"publish" in payload else []
        return texts, data

    def take(self, data):
        header = 4 if len(data) > 1 and data[1] & 0x7F == 126 else 2
        if len(data) < header + 4:
            return None
        self.violations += (data[0], data[1] & 0x80) != self.MASKED_TEXT
        size = int.from_bytes(data[2:4], "big") if header == 4 else data[1] & 0x7F
        mask, payload = data[header:header + 4], data[header + 4:header + 4 + size]
        if len(payload) < size:
            return None
        return bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)), data[header + 4 + size:]

    def text_frame(self, payload):
        size = len(payload)
        return b"\x81" + (bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")) + payload

    def frame(self, label, text):
        return self.text_frame(super().frame(label, text))


class FaultyUdpServer(FaultyServer):
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
