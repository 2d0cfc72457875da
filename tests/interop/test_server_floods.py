# SPDX-License-Identifier: BSL-1.0
"""What a few people who ask for very much cost the others: each room they ask for and each join is an answer to them,
and nothing to anybody else."""
import os
import threading
import unittest

from people import Both, Person

PART = 10 if os.environ.get("CHATROOM_SANITIZE") else 1  # a sanitizer is slow: it gets this part of the flood


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024


class Conversing:
    """Two who talk in the lobby while the block runs, and check that each hears all of it, once, in order."""

    def __init__(self, port):
        self.ann, self.bob = Person(port, "ann"), Person(port, "bob")
        self.ann.until("*", f"{self.bob.label} is now <bob>")
        self.said, self.ended, self.failed = 0, threading.Event(), None
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            while not self.ended.is_set():
                self.bob.say(b"word %d\n" % self.said)
                for one in (self.ann, self.bob):
                    one.until("<bob>", f"word {self.said}")
                self.said += 1
        except Exception as failure:  # told by the thread that waits
            self.failed = failure

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.ann.socket.close()
        self.bob.socket.close()
        if self.failed:
            raise self.failed


def ask_all(person, commands, answered):
    """Sends the commands, and meanwhile reads until `answered` (text) has been true as often."""
    sending = threading.Thread(target=person.say, args=("".join(f"{command}\n" for command in commands).encode(),))
    sending.start()
    missing = len(commands)
    while missing:
        sender, text = person.hear()
        assert sender, f"disconnected, {missing} answers missing"
        missing -= sender == "*" and answered(text)
    sending.join()


class Floods(unittest.TestCase):
    def test_ten_thousand_rooms_asked_for_by_one_member(self):
        with Both("--threads", "2", "--rate", "0") as server, Person(server.tcp, "eve") as eve:
            rooms = 10_000 // PART
            before = resident_mib(server.process.pid)
            with Conversing(server.tcp) as others:
                ask_all(eve, [f"/join r{i}" for i in range(rooms)], lambda text: text.startswith("you are in r"))
            self.assertGreater(others.said, 0)
            eve.say(b"/rooms\n")
            while not (answer := eve.hear()[1]).startswith("rooms: "):
                pass
            self.assertRegex(answer, rf"^rooms: lobby \d, r{rooms - 1} 1$")
            if PART == 1:
                self.assertLess(resident_mib(server.process.pid) - before, 16)
            code, log = server.stop()
            self.assertEqual(code, 0, log)

    def test_rooms_that_stay_open_are_twenty_for_one_address_and_no_more_than_the_server_allows(self):
        with Both("--rate", "0", "--max-rooms", "30") as server:
            answers, people = [], []
            for host in ("127.0.0.2", "127.0.0.3"):
                for i in range(25):
                    people.append(Person(server.tcp, host=host))
                    answers.append(people[-1].answer(f"/join {host[-1]}r{i}"))
            for one in people:
                one.socket.close()
            self.assertEqual(sum(answer.startswith("you are in") for answer in answers), 29, answers)
            self.assertEqual(len(set(answers[20:25])), 1, answers)
            self.assertEqual(len(set(answers[34:])), 1, answers)
            self.assertNotEqual(answers[20], answers[34])

    def test_fifty_thousand_joins_from_ten_people(self):
        with Both("--threads", "2", "--rate", "0") as server:
            crowd = [Person(server.tcp, f"eve{i}") for i in range(10)]
            joins = 50_000 // PART // len(crowd)
            with Conversing(server.tcp) as others:
                asking = [threading.Thread(target=ask_all, args=(
                    one, ["/join here", "/join there"] * (joins // 2), lambda text: text.startswith("you are in ")))
                    for one in crowd]
                for one in asking:
                    one.start()
                for one in asking:
                    one.join()
            self.assertGreater(others.said, 0)
            with Person(server.tcp, "zoe") as zoe:
                for one in crowd:
                    one.say(b"/quit\n")
                    one.socket.close()
                zoe.say(b"still here\n")
                zoe.until("<zoe>", "still here")
            code, log = server.stop()
            self.assertEqual(code, 0, log)


if __name__ == "__main__":
    unittest.main()
