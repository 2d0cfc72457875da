# SPDX-License-Identifier: BSL-1.0
"""Runs an example as its reader would, and checks what it does."""
import re
import signal
import socket
import subprocess
import sys


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def until(peer, words):
    heard = b""
    while words not in heard:
        piece = peer.recv(4096)
        assert piece, f"closed after {heard!r}, before {words!r}"
        heard += piece
    return heard


def echo(port, process):
    with connect(port) as peer:
        peer.sendall(b"hello")
        until(peer, b"hello")
    process.send_signal(signal.SIGTERM)
    return 0


def room(port, process):
    with connect(port) as ann, connect(port) as bob:
        bob.sendall(b"I am in\n")
        until(bob, b"I am in\n")
        ann.sendall(b"hi\n")
        until(bob, b":%d\nhi\n" % ann.getsockname()[1])
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def bot(port, process):
    with connect(port) as ann:
        ann.sendall(b"!members\n")
        until(ann, b"*\nmembers here: 1\n")
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def shutdown(port, process):
    with connect(port) as ann:
        ann.sendall(b"last words\n")
        until(ann, b"last words\n")
        process.send_signal(signal.SIGTERM)
        until(ann, b"*\nthe room is closing\n")
        assert ann.recv(10) == b""
    return 0


check = {"01_echo_server": echo, "02_room": room, "03_bot": bot, "04_graceful_shutdown": shutdown}[sys.argv[1]]
process = subprocess.Popen([sys.argv[2]], stdout=subprocess.PIPE, text=True)
try:
    port = int(re.fullmatch(r"listening 127\.0\.0\.1:(\d+)\n", process.stdout.readline()).group(1))
    expected = check(port, process)
    assert process.wait(20) == expected, process.returncode
finally:
    if process.poll() is None:
        process.kill()
