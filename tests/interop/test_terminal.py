# SPDX-License-Identifier: BSL-1.0
"""The client at a terminal: what the screen of a terminal emulator shows."""
import os
import re
import signal
import threading
import time
import unittest

from harness import CLIENT, Peer, Server, eventually
from screen import Screen
from svg import to_svg


class Room:
    """A room with Ann in it, and our client on a screen."""

    def __init__(self, *options, server=(), **screen):
        self.server = Server(*server)
        self.ann = Peer(self.server.port).enter()
        self.screen = Screen(**screen)
        self.screen.run(CLIENT, *options, f"127.0.0.1:{self.server.port}")
        self.screen.has("-- connected to")
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

    def ann_hears(self):
        return self.ann.hear()[1]


def settle(room, columns):
    """Waits until the program has been told of the width: the emulator takes its time with that."""
    tty = room.screen.tmux("display-message", "-p", "#{pane_tty}").strip()

    def told():
        with open(tty, "rb", buffering=0) as terminal:
            return os.get_terminal_size(terminal.fileno()).columns == columns

    eventually(told)


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

    def test_a_line_that_wraps_stays_with_its_cursor_in_the_middle(self):
        with Room(columns=40, rows=14) as room:
            text = " ".join(f"word{i:02}" for i in range(15))
            room.screen.type(text)
            room.screen.keys("C-a", "M-f", "M-f")
            rows = [("> " + text)[i:i + 40].rstrip() for i in range(0, len(text) + 2, 40)]
            room.screen.shows(*rows)
            room.screen.cursor_is(len("> word00 word01"), 2)
            for i in range(30):
                room.ann_says(f"message {i}")
            room.screen.shows(*rows)
            room.screen.cursor_is(len("> word00 word01"), 2)
            self.assertEqual(sum("word00" in line for line in room.screen.everything()), 1)

    def test_a_line_that_just_fills_the_row_has_its_cursor_on_the_next(self):
        with Room(columns=40) as room:
            room.ann_says("zero")
            room.screen.type("x" * 38)
            room.screen.has("> " + "x" * 38)
            eventually(lambda: room.screen.cursor()[0] == 0)
            row = room.screen.cursor()[1]
            room.ann_says("one")
            eventually(lambda: room.screen.cursor() == (0, row + 1))
            room.screen.type("y")
            room.screen.shows("> " + "x" * 38, "y")

    def test_a_line_with_more_rows_than_the_screen_shows_the_rows_around_the_cursor(self):
        with Room(columns=20, rows=5) as room:
            text = "".join(f"<{i:03}>" for i in range(40))
            room.screen.type(text)
            eventually(lambda: "".join(room.screen.lines()).endswith("<038><039>"))
            room.ann_says("hi")
            eventually(lambda: "".join(room.screen.lines()).endswith("<038><039>"))
            room.screen.keys("C-a")
            eventually(lambda: room.screen.lines()[1].startswith("> <000>") and room.screen.cursor() == (2, 1))
            room.screen.keys("Enter")
            self.assertEqual(room.ann_hears(), "hi")
            self.assertEqual(room.ann_hears(), text)

    def test_wide_characters_and_accents_keep_the_cursor_in_its_place(self):
        with Room(columns=40) as room:
            room.screen.type("你好, wörld e\u0301")
            room.screen.shows("> 你好, wörld e\u0301")
            room.screen.cursor_is(len("> ____, world e"))
            room.screen.keys("C-a", "C-f")
            room.screen.cursor_is(4)
            room.ann_says("早上好")
            room.screen.shows(room.screen.lines()[-2], "> 你好, wörld e\u0301")
            room.screen.cursor_is(4)
            room.screen.keys("C-d", "Enter")
            self.assertEqual([room.ann_hears(), room.ann_hears()], ["早上好", "你, wörld e\u0301"])

    def test_a_wide_character_that_does_not_fit_the_row_goes_to_the_next(self):
        with Room(columns=41) as room:
            room.screen.type("好" * 21)
            room.screen.shows("> " + "好" * 19, "好好")
            room.screen.cursor_is(4)
            room.ann_says("one")
            room.screen.shows("> " + "好" * 19, "好好")
            self.assertEqual(sum("好好" in line for line in room.screen.lines()), 2)

    def test_twenty_messages_a_second_leave_the_line_alone_while_it_is_typed(self):
        with Room(columns=50, rows=15, server=("--rate", "0")) as room:
            text = "this is typed while others talk and talk, and it is longer than a row"
            for i, letter in enumerate(text):
                room.ann.say(b"message %d\n" % i)
                room.screen.type(letter)
                time.sleep(0.05)  # the pace is what is tried here
            room.screen.has(f"message {len(text) - 1}")
            room.screen.shows(("> " + text)[:50], ("> " + text)[50:])
            self.assertEqual(sum("this is" in line for line in room.screen.everything()), 1)
            heard = [int(n) for n in re.findall(r": message (\d+)", "\n".join(room.screen.everything()))]
            self.assertEqual(heard, list(range(len(text))))

    def test_history_search_and_the_keys_for_words(self):
        with Room() as room:
            for text in ("first words", "second words"):
                room.screen.type(text)
                room.screen.keys("Enter")
                self.assertEqual(room.ann_hears(), text)
            room.screen.keys("Up", "Up")
            room.screen.shows("> first words")
            room.screen.keys("C-w")
            room.screen.type("thing")
            room.screen.keys("Home")
            room.screen.type("the ")
            room.screen.keys("C-Right", "Delete", "Enter")
            self.assertEqual(room.ann_hears(), "the firstthing")
            room.screen.keys("C-r")
            room.screen.type("sec")
            room.screen.keys("Enter")
            self.assertEqual(room.ann_hears(), "second words")

    def test_the_meta_keys_for_words_and_what_was_cut_out_comes_back(self):
        with Room() as room:
            room.screen.type("one two three")
            room.screen.keys("M-b")
            room.screen.type("X")
            room.screen.keys("M-b", "M-b")
            room.screen.type("Y")
            room.screen.keys("M-f")
            room.screen.type("Z")
            room.screen.shows("> one YtwoZ Xthree")
            room.screen.keys("C-k")
            room.screen.shows("> one YtwoZ")
            room.screen.keys("C-a", "C-y", "C-e", "M-BSpace", "Enter")
            self.assertEqual(room.ann_hears(), " Xthreeone ")

    def test_a_look_at_the_history_leaves_the_draft_as_it_was(self):
        with Room() as room:
            room.screen.type("said")
            room.screen.keys("Enter")
            self.assertEqual(room.ann_hears(), "said")
            room.screen.type("my draft")
            room.screen.keys("Up")
            room.screen.shows("> said")
            room.screen.keys("Down")
            room.screen.shows("> my draft")

    def test_emoji_of_several_code_points_keep_the_cursor_in_its_place_and_arrive_whole(self):
        with Room(columns=40) as room:
            text = "a\U0001f600b\U0001f468\u200d\U0001f469\u200d\U0001f467c"
            room.screen.type(text)
            room.screen.keys("C-a")
            room.screen.cursor_is(2)
            room.screen.keys("C-f", "C-f")
            room.screen.cursor_is(len("> a__"))
            room.ann_says("one")
            room.screen.cursor_is(len("> a__"))
            self.assertTrue(room.screen.lines()[-1].startswith("> a\U0001f600b"))
            room.screen.keys("Enter")
            self.assertEqual([room.ann_hears(), room.ann_hears()], ["one", text])

    def test_no_redraw_wipes_a_line_whatever_the_characters_are_and_the_line_stays_whole(self):
        texts = {
            "joined": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 7,
            "joined, over several rows": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 45,
            "flags": "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7" * 12,
            "skin tones": "\U0001f44d\U0001f3fd" * 21,
            "variation selectors": "\u2764\ufe0f1\ufe0f\u20e3" * 15,
            "conjuncts": "\u0928\u092e\u0938\u094d\u0924\u0947 \u0915\u094d\u0937\u093f " * 9,
            "all of them": "a\U0001f3f4\u200d\u2620\ufe0f好\U0001f1e9\U0001f1eaé\u0947\U0001f44d\U0001f3fd\u2764\ufe0f" * 6,
        }
        for name, text in texts.items():
            with self.subTest(name), Room(columns=40, rows=20) as room:
                room.screen.type(text)
                said = [f"message {i}" for i in range(3)]
                for one in said:
                    room.ann_says(one)
                for columns in (40, 29, 33, 47):
                    room.screen.resize(columns, 20)
                    settle(room, columns)
                    room.ann_says(f"at {columns}")
                    said.append(f"at {columns}")
                    squeezed = ("> " + text).replace(" ", "")
                    room.screen.has(said[-1])
                    eventually(lambda: "".join(room.screen.lines()).replace(" ", "").endswith(squeezed))
                    everything = "".join(room.screen.everything()).replace(" ", "")
                    self.assertEqual(everything.count(">" + text.replace(" ", "")[:3]), 1)
                heard = re.findall(r"\d: ((?:message|at) \d+)$", "\n".join(room.screen.everything()), re.M)
                self.assertEqual(heard, said)
                room.screen.keys("C-a")
                eventually(lambda: room.screen.cursor()[0] == 2)
                room.screen.keys("Enter")
                self.assertEqual([room.ann_hears() for _ in range(len(said) + 1)], said + [text.rstrip(" ") if text[-1] != " " else text])

    def test_a_key_that_does_nothing_types_nothing(self):
        with Room() as room:
            room.screen.type("a")
            room.screen.keys("PageUp", "PPage", "F1", "F2", "F3", "F4", "F5", "F9", "F12", "IC", "S-PageUp", "S-F5", "S-Up", "C-Up", "M-Down",
                             "C-S-Left", "M-F5", "S-Home", "BTab")
            for sequence in (b"\033[5~", b"\033[[A", b"\033\033[B", b"\033[5$", b"\033O2P", b"\033[?1;2c", b"\033[27;5;9~"):
                room.screen.raw(sequence)
            room.screen.raw(b"\033[15")
            room.screen.raw(b";2~")
            room.screen.type("b")
            room.screen.shows("> ab")
            room.screen.keys("Enter")
            self.assertEqual(room.ann_hears(), "ab")

    def test_a_key_that_the_persons_own_editrc_binds_is_theirs(self):
        with Screen() as screen, Server() as server:
            with open(os.path.join(screen.folder.name, ".editrc"), "w", encoding="ascii") as editrc:
                editrc.write('bind -s "\\033[15~" "five"\n')
            screen.run(CLIENT, f"127.0.0.1:{server.port}")
            screen.shows("> ")
            screen.keys("F6", "F5")
            screen.shows("> five")

    def test_a_cleared_screen_has_the_line_on_top(self):
        with Room() as room:
            room.screen.type("abc")
            room.screen.shows("> abc")
            room.screen.keys("C-l")
            eventually(lambda: room.screen.lines() == ["> abc"])


class Resizing(unittest.TestCase):
    def test_what_is_typed_while_the_window_changes_and_others_talk_is_all_there(self):
        with Room(columns=60, rows=14, server=("--rate", "0")) as room:
            text = "".join(f"<{i:03}>" for i in range(24))
            for i in range(24):
                room.screen.type(f"<{i:03}>")
                room.screen.resize((60, 43, 71)[i % 3], 14)
                room.ann.say(b"message %d\n" % i)
            room.screen.has("message 23")
            columns = (60, 43, 71)[23 % 3]
            settle(room, columns)
            line = "> " + text
            room.screen.shows(*[line[i:i + columns] for i in range(0, len(line), columns)])
            room.screen.keys("Enter")
            self.assertEqual([room.ann_hears() for _ in range(25)], [f"message {i}" for i in range(24)] + [text])

    def test_a_narrower_and_a_wider_window_show_the_line_once_and_the_cursor_where_it_was(self):
        with Room(columns=60, rows=14) as room:
            text = "x" * 30 + " " + "y" * 60
            room.screen.type(text)
            room.screen.keys("Left", "Left", "Left")
            line = "> " + text
            for columns in (60, 37, 80, 31, 120, 60):
                room.screen.resize(columns, 14)
                rows = [line[i:i + columns] for i in range(0, len(line), columns)]
                at = len(line) - 3
                room.screen.shows(*rows)
                room.screen.cursor_is(at % columns, len(rows) - 1 - at // columns)
                eventually(lambda: f" {columns}" in room.screen.tmux("display-message", "-p", " #{pane_width}"))
                settle(room, columns)
                room.ann_says(f"at {columns}")
                room.screen.has(f"at {columns}")
                room.screen.shows(*rows)
                room.screen.cursor_is(at % columns, len(rows) - 1 - at // columns)
            self.assertEqual(sum("xxx y" in line for line in room.screen.everything()), 1)

    def test_a_narrower_window_near_the_top_of_the_screen_leaves_no_copy_of_the_line(self):
        for cleared in (False, True):
            for narrow in (45, 30, 20):
                with self.subTest(cleared=cleared, narrow=narrow), Room(columns=60, rows=14) as room:
                    text = "x" * 30 + " " + "y" * 60
                    if cleared:
                        room.screen.keys("C-l")
                        eventually(lambda: room.screen.lines() == [">"])
                    room.screen.type(text)
                    for columns in (60, narrow, 60):
                        room.screen.resize(columns, 14)
                        settle(room, columns)
                        line = "> " + text
                        for typed in ("z", ""):  # once it has answered keys it has seen to the new width too
                            room.screen.keys(typed or "BSpace")
                            shown = line + typed
                            room.screen.shows(*[shown[i:i + columns] for i in range(0, len(shown), columns)])
                        self.assertEqual(sum("> xxx" in line for line in room.screen.everything()), 1)
                    self.assertEqual(sum("connected to" in line for line in room.screen.everything()), 1)


class Pasting(unittest.TestCase):
    def test_a_paste_of_many_lines_says_them_all_in_order(self):
        with Room(server=("--rate", "0"), rows=30) as room:
            words = [f"pasted line {i}, tab\tand ünïcode" for i in range(1000)]
            room.screen.paste("\n".join(words) + "\nand a rest")
            room.screen.shows("say 1000 pasted lines? (y/n) > and a rest")
            room.screen.type("y")
            for text in words:
                self.assertEqual(room.ann_hears(), text)
            room.screen.shows("> and a rest")

    def test_a_paste_without_marks_at_a_rooms_rate_loses_nothing(self):
        with Room(server=("--rate", "200", "--burst", "20"), rows=30) as room:
            words = [f"line {i}" for i in range(500)]
            room.screen.tmux("load-buffer", "-", input="\n".join(words) + "\n")
            room.screen.tmux("paste-buffer", "-d")
            self.assertEqual([room.ann_hears() for _ in words], words)
            room.screen.shows("> ")

    def test_who_leaves_right_after_a_paste_has_said_it_all(self):
        with Room(server=("--rate", "200", "--burst", "20"), rows=30) as room:
            words = [f"line {i}" for i in range(500)]
            room.screen.paste("\n".join(words) + "\n")
            room.screen.keys("y", "C-d")
            self.assertEqual([room.ann_hears() for _ in words], words)
            room.screen.shows("$ ")

    def test_what_is_pasted_types_no_commands(self):
        with Room() as room:
            room.screen.paste("one\x01\x04\x15two \x1b[A\x1b[2J\x7f\u009b31mthree")
            room.screen.shows("> onetwo [A[2J31mthree")


    def test_a_paste_whose_end_never_comes_ends_by_itself(self):
        with Room() as room:
            room.screen.raw(b"\033[200~ab\001c\033[2")
            room.screen.shows("> abc")

            def erased():
                room.screen.keys("BSpace")
                return room.screen.lines()[-1].rstrip() == ">"

            eventually(erased)
            room.screen.type("x")
            room.screen.keys("Enter")
            self.assertEqual(room.ann_hears(), "x")

    def test_control_c_ends_a_paste_whose_end_never_comes(self):
        with Room() as room:
            room.screen.raw(b"\033[200~abc")
            room.screen.shows("> abc")
            room.screen.keys("C-c")
            room.screen.shows("> ")
            room.screen.type("xy")
            room.screen.keys("Left", "Enter")
            self.assertEqual(room.ann_hears(), "xy")


class Ends(unittest.TestCase):
    def finish(self, room, *keys, code):
        """The keys end the client, with this exit code, and leave the terminal as it was."""
        room.screen.keys(*keys)
        room.screen.shows("$ ")
        room.screen.type("code=$?; clear; echo code $code; stty -a | tr ' ' '\\n' | grep -E '^-?(icanon|echo|isig|icrnl|opost|iexten)$' | tr '\\n' ' '")
        room.screen.keys("Enter")
        room.screen.has(f"code {code}")
        room.screen.has("icrnl opost isig icanon iexten echo")

    def test_control_d_leaves_with_exit_code_0(self):
        with Room() as room:
            self.finish(room, "C-d", code=0)

    def test_quit_leaves_with_exit_code_0(self):
        with Room() as room:
            self.finish(room, "/", "q", "u", "i", "t", "Enter", code=0)

    def test_control_c_clears_the_line_and_then_leaves_and_tells_the_shell_which_signal(self):
        with Room() as room:
            room.screen.type("half a line")
            room.screen.shows("> half a line")
            room.screen.keys("C-c")
            room.screen.shows("> ")
            room.screen.keys("C-y")
            room.screen.shows("> half a line")
            room.screen.keys("C-c")
            room.screen.shows("> ")
            self.finish(room, "C-c", code=130)

    def test_control_c_in_a_search_clears_the_line(self):
        with Room() as room:
            room.screen.type("some words")
            room.screen.keys("Enter")
            self.assertEqual(room.ann_hears(), "some words")
            room.screen.keys("C-r", "s", "o")
            room.screen.has("bck:so")
            room.screen.keys("C-c")
            room.screen.shows("> ")
            self.finish(room, "C-c", code=130)

    def test_a_quit_signal_leaves_no_core_and_a_sane_terminal(self):
        with Room() as room:
            self.finish(room, "C-\\", code=131)

    def test_control_z_gives_the_terminal_back_and_fg_brings_the_line_back(self):
        with Room() as room:
            room.screen.type("half a line")
            room.screen.shows("> half a line")
            room.screen.keys("C-z")
            room.screen.shows("$ ")
            room.screen.run("stty", "-a")
            room.screen.has(" icanon")
            room.ann.say(b"meanwhile\n")
            room.screen.run("fg")
            room.screen.has("meanwhile")
            room.screen.shows("> half a line")
            room.screen.keys("Enter")
            self.assertEqual([room.ann_hears(), room.ann_hears()], ["meanwhile", "half a line"])
            self.finish(room, "C-d", code=0)

    def test_a_terminal_that_another_program_made_non_blocking_or_raw_is_no_trouble(self):
        for change, undone in (("import os; [os.set_blocking(n, False) for n in range(3)]", "os.get_blocking(0)"),
                               ("import tty; tty.setraw(0)", "False")):
            with self.subTest(change), Server() as server, Peer(server.port) as ann, Screen() as screen:
                ann.enter()
                after = f"import os; print('blocking', {undone})"
                screen.run("sh", "-c", f'python3 -c "{change}"; {CLIENT} 127.0.0.1:{server.port}; stty sane; python3 -c "{after}"')
                screen.shows("> ")
                for text in ("one", "two"):
                    screen.type(text)
                    screen.keys("Enter")
                    self.assertEqual(ann.hear()[1], text)
                screen.has("you: two")
                self.assertTrue(all(line.startswith(("$", "-", ">", " ")) or line[2] == ":" for line in screen.lines()[-3:]))
                screen.keys("C-d")
                screen.has("blocking False")

    def test_a_signal_from_elsewhere_leaves_a_sane_terminal(self):
        for name in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(name), Room() as room:
                os.kill(self.client(room), name)
                self.finish(room, code=128 + name)

    def test_a_terminal_that_is_killed_ends_the_client_and_its_membership(self):
        for way in ("pane", "server", "server, at once", "while it is stopped", "in a flood"):
            with self.subTest(way), Room(server=("--rate", "0")) as room:
                client = self.client(room)
                if way == "pane":
                    room.screen.tmux("kill-pane")
                elif way == "server, at once":
                    os.kill(int(room.screen.tmux("display-message", "-p", "#{pid}")), signal.SIGKILL)
                else:
                    if way == "while it is stopped":
                        room.screen.keys("C-z")
                        room.screen.shows("$ ")
                    if way == "in a flood":
                        threading.Thread(target=self.flood, args=[room.server.port], daemon=True).start()
                        # Any of the lines that the terminal keeps: the flood may be past one before it is looked for.
                        eventually(lambda: re.search(r"flood \d{4}", "\n".join(room.screen.lines())))
                    room.screen.tmux("kill-server")
                eventually(lambda: self.is_gone(client))
                eventually(lambda: re.search(r"\bmembers=1\b", self.log(room)))

    def test_a_terminal_that_is_killed_while_there_is_no_connection_ends_the_client(self):
        with Room() as room:
            client = self.client(room)
            room.server.stop()
            room.screen.has("next attempt in ")
            room.screen.tmux("kill-server")
            eventually(lambda: self.is_gone(client))

    def client(self, room):
        pid = int(room.screen.tmux("display-message", "-p", "#{pane_pid}"))
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            return int(children.read())

    def is_gone(self, pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
                return stat.read().rpartition(")")[2].split()[0] == "Z"  # ended, and nobody has looked yet
        except OSError:
            return True

    def flood(self, port):
        with Peer(port) as eve:
            for i in range(5000):
                eve.say(b"flood %d\n" % i)
                eve.hear()

    def log(self, room):
        room.server.process.send_signal(signal.SIGUSR1)
        while "joined=" not in (line := room.server.process.stderr.readline()):
            self.assertTrue(line)
        return line


class Reconnecting(unittest.TestCase):
    def test_it_says_so_comes_back_and_says_what_was_typed_meanwhile(self):
        with Room(columns=100, rows=20) as room:
            port = room.server.port
            room.screen.type("half a ")
            room.server.stop()
            room.screen.has("next attempt in ")
            room.screen.shows("(away) > half a ")
            room.screen.type("line")
            room.screen.keys("Enter")
            room.screen.shows("(away, 1 to say) > ")
            room.screen.type("more")
            with Server(at=f"127.0.0.1:{port}"):
                room.screen.has("-- again in the room at")
                room.screen.has("you: half a line")
                room.screen.shows("> more")

    def test_what_is_typed_without_end_is_refused_and_told(self):
        with Room(columns=100, rows=20) as room:
            room.server.stop()
            room.screen.has("next attempt in ")
            room.screen.paste("".join(f"line {i}\n" for i in range(102)))
            room.screen.shows("say 102 pasted lines? (y/n) > ")
            room.screen.type("y")
            room.screen.has("not kept, since 100 messages wait already: line 100")
            room.screen.has("not kept, since 100 messages wait already: line 101")
            room.screen.shows("(away, 100 to say) > ")
            room.screen.keys("C-d")
            room.screen.has("100 messages did not come back from the room")


class Looks(unittest.TestCase):
    def test_senders_have_colours_and_no_color_takes_them_away(self):
        with Room() as room:
            room.ann_says("hi")
            self.assertIn("\x1b[38;5;", "\n".join(room.screen.lines("-e")))
            room.screen.type("mine")
            room.screen.keys("Enter")
            room.screen.has("you: mine")
            self.assertRegex("\n".join(room.screen.lines("-e")), r"\x1b\[(0;)?1m(\x1b\[\d*m)*you")
        with Room(NO_COLOR="1") as room:
            room.ann_says("hi")
            self.assertNotIn("\x1b[3", "\n".join(room.screen.lines("-e")))
        with Room("--color", "never") as room:
            room.ann_says("hi")
            self.assertNotIn("\x1b[3", "\n".join(room.screen.lines("-e")))

    def test_plain_and_dumb_terminals_get_lines_and_nothing_else(self):
        for options, environment in ((["--plain"], {}), ([], {"DUMB": "1"})):
            with Server() as server, Peer(server.port) as ann, Screen(**environment) as screen:
                ann.enter()
                screen.run(*(["env", "TERM=dumb"] if environment else []), CLIENT, *options, f"127.0.0.1:{server.port}")
                screen.has("connected to")
                ann.say(b"hi\n")
                screen.has("127.0.0.1:" + ann.label.split(":")[1] + ": hi")
                screen.run("hello")
                self.assertEqual([ann.hear()[1], ann.hear()[1]], ["hi", "hello"])
                screen.has("you: hello")
                screen.keys("C-d")
                screen.shows("$ ")

    def test_without_colours_too_a_text_that_goes_on_looks_like_no_sender(self):
        with Server() as server, Peer(server.port) as ann, Screen(columns=40) as screen:
            ann.enter()
            screen.run(CLIENT, "--plain", f"127.0.0.1:{server.port}")
            screen.has("connected to")
            ann.say(b"x" * (40 - len(ann.label) - 3) + b" server: pay" + b" and more" * 9 + b"\n")
            screen.has("and more")
            self.assertFalse([line for line in screen.lines() if line.startswith("server")], screen.lines())

    def test_a_picture_of_it(self):
        with Room(columns=72, rows=16) as room, Peer(room.server.port) as bob:
            bob.say("morning, all\n".encode())
            room.screen.has("morning, all")
            room.ann_says("good morning, Bob; 早上好")
            bob.say("who else is here?\n".encode())
            room.screen.has("who else is here?")
            room.screen.type("hello, Ann")
            room.screen.keys("Enter")
            room.screen.has("you: hello, Ann")
            room.screen.type("this is a line that I am still typing, and it is longer than my terminal is wide")
            room.ann_says("and what I say appears above it")
            room.screen.keys("M-b", "M-b")
            eventually(lambda: room.screen.cursor()[0] != 0)
            shown = room.screen.lines("-e")
            first = next(i for i, row in enumerate(shown) if "in the room" in row)
            picture = to_svg(shown[first:], 72, (room.screen.cursor()[0], room.screen.cursor()[1] - first), "chatroom-client")
            self.assertIn("you", picture)
            with open(os.environ.get("CHATROOM_PICTURE", os.devnull), "w", encoding="utf-8") as file:
                file.write(picture)


if __name__ == "__main__":
    unittest.main()
