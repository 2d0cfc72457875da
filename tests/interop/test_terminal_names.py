# SPDX-License-Identifier: BSL-1.0
"""The client at a terminal, on a server that has names, rooms and commands."""
import os
import re
import stat
import tempfile
import time
import unittest

from conversation import Conversation
from harness import CLIENT, eventually
from screen import Screen
from test_client_names import Person
from test_terminal import Room


class Talk:
    """A conversation with Bob in it, and our client as alice on a screen."""

    def __init__(self, *options, columns=60, **screen):
        self.server = Conversation()
        self.bob = Person(self.server, "bob")
        self.screen = Screen(columns=columns, **screen)
        self.screen.run(CLIENT, "-n", "alice", *options, self.server.address)
        self.screen.has("is now <alice>")
        self.line_is("")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.screen.__exit__()
        self.bob.__exit__()
        self.server.__exit__()

    def bob_says(self, text):
        self.bob.say(text.encode() + b"\n")

    def types(self, text, *keys):
        self.screen.type(text)
        self.screen.keys(*(keys or ["Enter"]))

    def line_is(self, text):
        """Waits until that is typed, whatever stands before it."""
        eventually(lambda: self.screen.lines()[-1].endswith(("> " + text).rstrip()))

    def alice(self):
        """What the server got from our client, but for what that asks by itself."""
        return [line for line in self.server.everybody[1].lines[1:] if not line.startswith("/who")]

    def gets(self, *lines):
        eventually(lambda: self.alice()[-len(lines):] == list(lines))


class Commands(unittest.TestCase):
    def test_what_is_said_done_and_told_alone_look_their_own_ways(self):
        with Talk() as talk:
            talk.types("hi")
            talk.screen.has("you: hi")
            talk.types("/me waves")
            talk.screen.has("* <alice> waves")
            talk.types("/msg bob psst")
            talk.screen.has("you -> <bob>: psst")
            talk.bob_says("/msg alice what?")
            talk.screen.has("<bob> -> you: what?")
            talk.types("/r nothing")
            talk.screen.has("you -> <bob>: nothing")
            talk.gets("hi", "/me waves", "/msg bob psst", "/msg bob nothing")
            talk.bob_says("/me joined")
            talk.screen.has("* <bob> joined")
            self.assertFalse(any("*: <bob> joined" in line for line in talk.screen.everything()))

    def test_the_tab_key_completes_and_lists(self):
        with Talk() as talk:
            talk.bob_says("hi")
            talk.screen.has("<bob>: hi")
            talk.types("bo", "Tab")
            talk.line_is("bob: ")
            talk.types("hello")
            talk.gets("bob: hello")
            talk.types("/m", "Tab")
            talk.screen.has("-- /me  /msg  /mute  /mutes")
            talk.types("s", "Tab")
            talk.types("b", "Tab")
            talk.types("psst")
            talk.gets("/msg bob psst")
            talk.types("/join dev")
            talk.screen.shows("(dev, 1 here) > ")
            talk.types("/join lob", "Tab")
            talk.types("")
            talk.screen.shows("(lobby, 2 here) > ")

    def test_a_pasted_tab_stays_a_tab(self):
        with Talk() as talk:
            talk.screen.paste("bo\tx")
            talk.screen.keys("Enter")
            talk.gets("bo\tx")

    def test_help_shows_the_clients_commands_and_those_of_the_server(self):
        with Talk(columns=90, rows=20) as talk:
            talk.types("/help")
            talk.screen.has("-- /r TEXT: answers the last private message")
            talk.screen.has("*: commands: /help /name")
            with open(os.path.join(os.path.dirname(__file__), "../../docs/client.md"), encoding="utf-8") as page:
                documented = re.findall(r"^\| `(/[^`]*)` \| (.*) \|$", page.read(), re.M)
            shown = "\n".join(talk.screen.everything())
            self.assertEqual(re.findall(r"^-- (/\S.*?): (.*)$", shown, re.M), documented)
        with Room(columns=90, rows=20) as room:
            room.screen.type("/help")
            room.screen.keys("Enter")
            room.screen.has("-- /r TEXT: answers")
            room.ann_says("nothing said")
            self.assertEqual(room.ann_hears(), "nothing said")

    def test_who_is_ignored_is_not_heard(self):
        with Talk() as talk:
            talk.types("/ignore bob")
            talk.screen.has("-- ignored: bob")
            talk.bob_says("hidden")
            talk.bob_says("/name rob")
            talk.screen.has("<bob> is now <rob>")
            talk.bob_says("hidden too")
            talk.bob_says("/name rab")
            talk.screen.has("<rob> is now <rab>")  # what was said before it has come too
            talk.types("/unignore rab")
            talk.screen.has("-- shown again: rab")
            talk.bob_says("shown")
            talk.screen.has("<rab>: shown")
            self.assertFalse(any("hidden" in line for line in talk.screen.everything()))

    def test_the_room_and_who_is_in_it_are_known_from_the_beginning(self):
        with Talk() as talk:
            talk.screen.has("*: lobby, 2 here: <bob>, <alice>")
            talk.screen.shows("(lobby, 2 here) > ")
            talk.types("/msg b", "Tab")
            talk.line_is("/msg bob ")
            talk.screen.keys("C-c")
            talk.types("/join lo", "Tab")
            talk.line_is("/join lobby ")
            talk.screen.keys("C-c")
            self.assertEqual(sum(" here: " in line for line in talk.screen.everything()), 1)
            talk.types("/who")
            eventually(lambda: sum(" here: " in line for line in talk.screen.everything()) == 2)
            self.assertEqual(talk.server.everybody[1].lines[1:], ["/who #18446744073709551615", "/who", "/who"])

    def test_after_a_loss_we_are_in_the_same_room_under_the_same_name(self):
        with Talk(columns=90, rows=20) as talk:
            talk.types("/join dev")
            talk.screen.shows("(dev, 1 here) > ")
            talk.server.cut()
            eventually(lambda: len(talk.server.everybody) == 3 and "/join dev" in talk.server.everybody[2].lines)
            talk.screen.shows("(dev, 1 here) > ")
            talk.types("here")
            talk.screen.has("you: here")
            self.assertFalse(any(re.search("[0-9a-f]{32}", line) for line in talk.screen.everything()))


class Looks(unittest.TestCase):
    def test_a_long_text_is_wrapped_at_words_under_its_beginning(self):
        with Talk(columns=40) as talk:
            talk.bob_says("this is said to <alice> and all the others, and 12:00 <eve>: was not here")
            talk.screen.has("not here")
            lines = talk.screen.lines()
            first = next(n for n, line in enumerate(lines) if "<bob>: this" in line)  # the answer to /who may follow
            shown = lines[first:first + 3]
            self.assertEqual([re.sub(r"^\d\d:\d\d", "12:00", line) for line in shown],
                             ["12:00 <bob>: this is said to <alice> and", "             all the others, and 12:00",
                              "             <eve>: was not here"])

    def test_a_room_of_any_script_stands_before_the_line_and_the_cursor_in_its_place(self):
        with Talk() as talk:
            talk.types("/join 教室é")
            talk.screen.shows("(教室é, 1 here) > ")
            talk.screen.type("你x")
            talk.screen.keys("Left")
            talk.screen.cursor_is(len("(____e, 1 here) > __"))
            talk.screen.keys("C-c")
            talk.screen.shows("(教室é, 1 here) > ")

    def test_ones_name_is_highlighted_and_the_bell_rings(self):
        with Talk("--bell") as talk:
            talk.screen.tmux("set-option", "-w", "monitor-bell", "on")
            talk.screen.tmux("set-option", "bell-action", "any")
            talk.screen.tmux("set-hook", "-g", "alert-bell", "set-environment -g RANG yes")
            talk.bob_says("hello everybody, also")
            talk.screen.has("<bob>: hello everybody")
            self.assertNotIn("RANG", talk.screen.tmux("show-environment", "-g"))
            talk.bob_says("hello ALICE")
            talk.screen.has("hello ALICE")
            self.assertRegex("\n".join(talk.screen.lines("-e")), r"\x1b\[(0;)?1;7mALICE")
            eventually(lambda: "RANG=yes" in talk.screen.tmux("show-environment", "-g"))

    def test_joins_are_dim_and_those_of_silent_people_hidden_by_option(self):
        with Talk() as talk, Person(talk.server, "eve"):
            talk.screen.has("is now <eve>")
            self.assertRegex("\n".join(talk.screen.lines("-e")), r"\x1b\[(0;)?2m[^\x1b]*\*: \S+ is now <eve>")
        with Talk("--hide-joins") as talk:
            talk.screen.has("lobby, 2 here")  # which eve is not in
            with Person(talk.server, "eve") as eve:
                eve.say(b"/join dev\n/join lobby\n")
                eventually(lambda: talk.server.everybody[2].room == "lobby" and len(talk.server.everybody[2].lines) == 3)
                talk.bob_says("now")
                talk.screen.has("<bob>: now")
                talk.types("/msg e", "Tab")
                talk.line_is("/msg eve ")
                talk.screen.keys("C-u")
            talk.bob_says("hi")
            talk.screen.has("<bob>: hi")
            talk.bob_says("/name rob")
            talk.screen.has("<bob> is now <rob>")
            self.assertFalse(any("<eve>" in line for line in talk.screen.everything()))

    def test_what_came_while_the_window_had_no_focus_is_counted(self):
        with Talk("--title") as talk:
            title = lambda: talk.screen.tmux("display-message", "-p", "#{pane_title}").strip()
            eventually(lambda: title() == "lobby - chatroom")
            talk.screen.type("half")
            talk.bob_says("zero")
            talk.screen.has("<bob>: zero")
            talk.screen.raw(b"\033[O")
            heard = 0
            while not (unread := re.search(r"(\d+) unread\) > half$", talk.screen.lines()[-1])):  # it may be there before that
                heard += 1
                talk.bob_says(f"text {heard}")
                talk.screen.has(f"<bob>: text {heard}")
            first = int(unread[1])
            talk.bob_says("one more")
            talk.screen.shows(f"(lobby, 2 here, {first + 1} unread) > half")
            eventually(lambda: title() == f"({first + 1}) lobby - chatroom")
            talk.screen.raw(b"\033[I")
            talk.line_is("half")
            eventually(lambda: title() == "lobby - chatroom")

    def test_the_keys_for_pages_do_nothing(self):
        with Talk() as talk:
            talk.screen.type("half")
            talk.screen.raw(b"\033[5~\033[6~")
            talk.screen.type("!")
            talk.line_is("half!")


class Pasting(unittest.TestCase):
    def test_a_long_paste_goes_out_once_that_is_answered(self):
        with Talk() as talk:
            lines = [f"line {i}" for i in range(11)]
            talk.screen.paste("\n".join(lines) + "\nrest")
            talk.screen.shows("say 11 pasted lines? (y/n) > rest")
            talk.screen.type("x")
            talk.bob_says("meanwhile")
            talk.screen.has("<bob>: meanwhile")
            self.assertEqual(talk.alice(), [])
            talk.screen.type("y")
            talk.gets(*lines)
            talk.line_is("rest")

    def test_or_it_does_not(self):
        for key in ("n", "C-c"):
            with self.subTest(key), Talk() as talk:
                talk.screen.paste("".join(f"line {i}\n" for i in range(11)))
                talk.screen.shows("say 11 pasted lines? (y/n) > ")
                talk.screen.keys(key)
                talk.screen.has("11 pasted lines are not said")
                talk.types("hi")
                talk.screen.has("you: hi")
                self.assertEqual(talk.alice(), ["hi"])

    def test_ten_lines_go_out_at_once(self):
        with Talk() as talk:
            lines = [f"line {i}" for i in range(10)]
            talk.screen.paste("\n".join(lines) + "\n")
            talk.gets(*lines)

    def test_control_c_stops_a_paste_that_is_going_out_and_stop_what_waits(self):
        with Room(server=("--rate", "10", "--burst", "5"), columns=80, rows=20) as room:
            room.screen.paste("".join(f"line {i}\n" for i in range(2000)))
            room.screen.shows("say 2000 pasted lines? (y/n) > ")
            room.screen.type("y")
            room.screen.has("line 3")
            room.screen.keys("C-c")
            room.screen.has(" messages not said")
            told = "\n".join(room.screen.everything())
            dropped = int(re.search(r"-- (\d+) messages not said", told).group(1))
            room.screen.type("end")
            room.screen.keys("Enter")
            said = []
            while (text := room.ann_hears()) != "end":
                said.append(text)
            self.assertEqual(said, [f"line {i}" for i in range(2000 - dropped)])
            self.assertLess(len(said), 60)

    def test_control_c_stops_a_short_paste_too_and_the_client_stays(self):
        for count in (14, 60):
            with self.subTest(count), Room(server=("--rate", "5", "--burst", "5"), columns=80, rows=20) as room:
                room.screen.paste("".join(f"line {i}\n" for i in range(count)))
                room.screen.shows(f"say {count} pasted lines? (y/n) > ")
                room.screen.type("y")
                room.screen.has("line 3")
                room.screen.keys("C-c")
                room.screen.type("end")
                room.screen.keys("Enter")
                said = []
                while (text := room.ann_hears()) != "end":
                    said.append(text)
                self.assertEqual(said, [f"line {i}" for i in range(len(said))])
                self.assertLess(len(said), 40)

    def test_what_waits_is_not_said_after_stop(self):
        with Room(server=("--rate", "1", "--burst", "1"), columns=80, rows=20) as room:
            room.screen.paste("".join(f"line {i}\n" for i in range(30)))
            room.screen.type("y")
            room.screen.has("you: line 0")
            room.screen.type("/stop")
            room.screen.keys("Enter")
            room.screen.has(" messages not said")


class Kept(unittest.TestCase):
    def test_the_history_survives_without_secrets_and_for_oneself_alone(self):
        with tempfile.TemporaryDirectory() as state:
            with Talk(XDG_STATE_HOME=state) as talk:
                talk.types("first words")
                talk.types("/login alice pass-word")
                talk.screen.has("and an operator")
                talk.types("/name al key-of-al")
                talk.types("second words")
                talk.screen.has("second words")
                talk.screen.keys("Up", "Up")
                talk.line_is("first words")
                talk.screen.keys("C-c")
                talk.line_is("")
                talk.screen.keys("C-d")
                talk.screen.shows("$ ")
            file = os.path.join(state, "chatroom", "client_history")
            with open(file, encoding="utf-8") as lines:
                self.assertEqual(lines.read(), "first words\nsecond words\n")
            self.assertEqual(stat.S_IMODE(os.stat(file).st_mode), 0o600)
            with open(file, "w", encoding="utf-8") as lines:
                lines.writelines(f"line {i}\n" for i in range(1500))
            with Talk(XDG_STATE_HOME=state) as talk:
                talk.screen.keys("Up")
                talk.line_is("line 1499")
                talk.screen.keys("Enter")
                talk.gets("line 1499")
            with open(file, encoding="utf-8") as lines:
                self.assertEqual(len(lines.readlines()), 1001)

    def test_the_log_has_dates_and_is_added_to_and_a_write_that_fails_is_told_once(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "log")
            for text in ("one", "two"):
                with Talk("--log", file) as talk:
                    talk.types(text)
                    talk.screen.has("you: " + text)
            with open(file, encoding="utf-8") as log:
                lines = log.read().splitlines()
            said = [line[20:] for line in lines if line.endswith((": one", ": two"))]
            self.assertEqual(said, ["<alice>: one", "<alice>: two"])
            for line in lines:
                self.assertRegex(line, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S.*: ")
            with Talk("--log", "/dev/full", columns=110) as talk:
                talk.types("one")
                talk.screen.has("you: one")
                talk.screen.has("-- /dev/full can't be written: No space left on device")
                self.assertEqual(sum("can't be written" in line for line in talk.screen.everything()), 1)
        with Screen() as screen:
            screen.run(CLIENT, "--log", "/nowhere/log", "127.0.0.1:1")
            screen.has("chatroom-client: --log /nowhere/log: No such file or directory")


if __name__ == "__main__":
    unittest.main()
