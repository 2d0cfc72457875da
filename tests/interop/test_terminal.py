# SPDX-License-Identifier: BSL-1.0
"""The client at a terminal: what the screen of a terminal emulator shows."""
import unittest

from harness import CLIENT, Peer, Server
from screen import Screen


class Room:
    """A room with Ann in it, and our client on a screen."""

    def __init__(self, *options, **screen):
        self.server = Server()
        self.ann = Peer(self.server.port).enter()
        self.screen = Screen(**screen)
        self.screen.run(CLIENT, f"127.0.0.1:{self.server.port}", *options)
        self.screen.has("-- in the room at 127.0.0.1 port")
        self.screen.shows("> ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.screen.__exit__()
        self.ann.__exit__()
        self.server.__exit__()

    def ann_says(self, text):
        self.ann.say(text.encode() + b"\n")
        self.screen.has(f"{self.ann.label}: {text}")


class Typing(unittest.TestCase):
    def test_a_message_appears_above_the_line_and_the_line_and_its_cursor_stay(self):
        with Room() as room:
            room.screen.type("a line to be")
            room.screen.keys("Left", "Left")
            room.screen.cursor_is(len("> a line to "))
            room.ann_says("hello there")
            self.assertRegex(room.screen.lines()[-2], r"^\d\d:\d\d 127\.0\.0\.1:\d+: hello there$")
            self.assertEqual(room.screen.lines()[-1], "> a line to be")
            room.screen.cursor_is(len("> a line to "))
            room.screen.keys("Enter")
            room.screen.has("you: a line to be")
            room.screen.shows("> ")


if __name__ == "__main__":
    unittest.main()
