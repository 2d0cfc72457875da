# SPDX-License-Identifier: BSL-1.0
"""Members over UDP, beside a crowd over TCP: they listen to it, say a word now and then, and stay by heartbeat."""
import select
import socket
import threading
import time

from fault_rig import eventually


class Ear:
    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.label = "{}:{}".format(*self.socket.getsockname())
        self.heard = []  # (label, text)
        self.said = 0

    def read(self):
        try:
            while True:
                label, text = self.socket.recv(65536).decode().split("\n", 1)
                self.heard.append((label, text))
        except BlockingIOError:
            pass


class Ears:
    def __init__(self, port, count):
        self.all = [Ear(port) for _ in range(count)]
        self.running, self.talking, self.quiet = True, False, True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        eventually(lambda: all(one.heard for one in self.all), "they are in")
        self.talking = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        for one in self.all:
            one.socket.send(b"/quit")
            one.socket.close()

    def run(self):
        next_ping = next_word = time.monotonic()
        while self.running:
            now, talking = time.monotonic(), self.talking
            if now >= next_ping:
                next_ping = now + 0.5  # oftener than a client: one may be lost
                for one in self.all:
                    one.socket.send(b"#ping#")
            if talking and now >= next_word:
                next_word = now + 0.2
                for one in self.all:
                    one.socket.send(f"word {one.said}".encode())
                    one.said += 1
            self.quiet = not talking
            for one in self.all:
                one.read()
            select.select([one.socket for one in self.all], [], [], 0.01)

    def check(self, crowd, lost=0, unheard=False):
        """Nothing came twice or out of order, what they said came to the crowd, and no more than `lost` of what the
        crowd heard since did not come to them (None: as much as may be). Returns how much that was. `unheard`: the kernel
        may have dropped what they said."""
        self.talking = False
        eventually(lambda: self.quiet, "the ears fall silent")
        crowd.hush()
        witness = crowd.members[0]
        said = sum(one.said for one in crowd.members)
        eventually(lambda: len(crowd.words(witness)) >= said, "the crowd's last word has come")
        for one in self.all:
            eventually(lambda: unheard or sum(label == one.label for label, _ in witness.heard) >= one.said,
                       "what a member over UDP said is heard", 10)
            own = [int(text.split()[1]) for label, text in witness.heard if label == one.label]
            whole = list(range(one.said))
            assert own and own == (sorted(set(own)) if unheard else whole), f"of {one.said} came {own}"
        # Every message is one of its kind: where it stands in the witness's list says what order it came in.
        eventually(lambda: len(witness.heard) == len(set(witness.heard)), "nothing is heard twice", 1)
        place = {word: i for i, word in enumerate(witness.heard)}
        if lost == 0:
            eventually(lambda: all(one.heard[-1] == witness.heard[-1] for one in self.all), "the last word comes")
        missed = 0
        for one in self.all:
            places = [place[word] for word in list(one.heard) if word[0] != "*"]
            assert places == sorted(set(places)), "repeated or reordered"
            missed += len(witness.heard) - places[0] - len(places)
        assert lost is None or missed <= lost, f"{missed} datagrams were lost"
        crowd.talk()
        return missed
