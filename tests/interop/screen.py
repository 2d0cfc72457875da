# SPDX-License-Identifier: BSL-1.0
"""A terminal emulator (tmux) with a shell in it, whose screen can be looked at."""
import os
import shlex
import subprocess
import tempfile

from harness import eventually


class Screen:
    def __init__(self, columns=60, rows=12, **environment):
        self.folder = tempfile.TemporaryDirectory()
        self.socket = os.path.join(self.folder.name, "tmux")
        self.environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color", "TZ": "UTC",
                            "HOME": self.folder.name, **environment}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), "PS1='$ ' exec sh -i")
        self.shows("$ ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True, check=False)
        self.folder.cleanup()

    def tmux(self, *words, **more):
        return subprocess.run(["tmux", "-S", self.socket, *words], capture_output=True, text=True, check=True, timeout=30,
                              env=self.environment, **more).stdout

    def run(self, *command):
        self.type(shlex.join(command))
        self.keys("Enter")

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text)

    def keys(self, *names):
        self.tmux("send-keys", "--", *names)

    def paste(self, text):
        self.tmux("load-buffer", "-", input=text)
        self.tmux("paste-buffer", "-d", "-p")

    def raw(self, data):
        """Bytes as if the terminal had sent them, in one piece."""
        self.tmux("send-keys", "-H", *(f"{byte:02x}" for byte in data))

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def lines(self, *options):
        """What is on the screen, without the empty rows at its end."""
        return self.tmux("capture-pane", "-p", *options).rstrip("\n").split("\n")

    def everything(self):
        """The same with all that was scrolled away, and with wrapped lines in one piece."""
        return self.lines("-J", "-S", "-")

    def cursor(self):
        column, row = self.tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(row)

    def shows(self, *ending):
        """Waits until the screen ends with these rows."""
        wanted = [row.rstrip() for row in ending]
        try:
            eventually(lambda: [row.rstrip() for row in self.lines()][-len(wanted):] == wanted)
        except AssertionError:
            raise AssertionError("the screen ends otherwise: " + repr(self.lines())) from None

    def has(self, text):
        try:
            eventually(lambda: any(text in line for line in self.everything()))
        except AssertionError:
            raise AssertionError(text + " is not among " + repr(self.everything())) from None

    def cursor_is(self, column, row_from_end=0):
        eventually(lambda: self.cursor() == (column, len(self.lines()) - 1 - row_from_end))
