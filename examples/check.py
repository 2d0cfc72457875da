# SPDX-License-Identifier: BSL-1.0
"""Runs an example as its reader would, and checks what it does."""
import re
import signal
import socket
import ssl
import subprocess
import sys


def connect(port, source=None):
    return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=source)


def port_in(line):
    return int(re.fullmatch(r"listening 127\.0\.0\.1:(\d+)\n", line).group(1))


def say(peer, words):
    """Says a line, and waits until it comes back."""
    peer.sendall(words + b"\n")
    return until(peer, b":%d\n%s\n" % (peer.getsockname()[1], words))


def printed(process, line):
    """Waits until the example prints `line`; returns what it printed on the way, that line included."""
    lines = []
    while not lines or lines[-1] != line + "\n":
        lines.append(process.stdout.readline())
        assert lines[-1], f"{lines!r} and the end, and no {line!r}"
    return lines


def end(process):
    process.send_signal(signal.SIGTERM)
    return 0


def until(peer, words):
    heard = b""
    while words not in heard:
        piece = peer.recv(4096)
        assert piece, f"closed after {heard[-200:]!r}, before {words!r}"
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


def pool(port, process):
    with connect(port) as ann, connect(port) as bob:
        say(bob, b"I am in")
        say(ann, b"hi")
        until(bob, b"\nhi\n")
    return end(process)


def strand(port, process):
    with connect(port) as ann:
        say(ann, b"hi")
        printed(process, "1 here")
        with connect(port) as bob:
            say(bob, b"hi")
            printed(process, "2 here")
    printed(process, "0 here")
    return end(process)


def rooms(port, process):
    with connect(port) as ann, connect(port_in(process.stdout.readline())) as bob:
        say(ann, b"for ann alone")
        say(bob, b"hi")
        assert b"ann" not in say(bob, b"hi again")
    return end(process)


def admission(port, process):
    with connect(port, source=("127.0.0.2", 0)) as eve:
        until(eve, b"*\ncome back tomorrow\n")
        assert eve.recv(10) == b""
    with connect(port) as ann:
        say(ann, b"hi")
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def observer(port, process):
    with connect(port) as ann:
        say(ann, b"hi")
        printed(process, "joined 1 127.0.0.1:%d" % ann.getsockname()[1])
        with connect(port) as bob:
            until(bob, b"the room is full\n")
        printed(process, "refused room_full")
        ann.sendall(b"x" * 5000 + b"\n")
        until(ann, b"too long")
        assert process.stdout.readline().startswith("dropped 1 ")
        ann.sendall(b"/quit\n")
        printed(process, "left 1 quit")
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def lobby(port, process):
    with connect(port) as ann, connect(port) as bob:
        for peer in ann, bob:
            until(peer, b"*\nwelcome: ")
        ann.sendall(b"/name Ann\n")
        until(ann, b"*\nyou are Ann\n")
        bob.sendall(b"/name Ann\n/name Bob\n")
        until(bob, b"*\nno: Ann\n*\nyou are Bob\n")
        ann.sendall(b"well, darn\nhello\n")
        heard = until(ann, b"hello\n")
        assert heard.endswith(b"*\nmind your language\n<Ann>\nhello\n"), heard
        assert b"darn" not in until(bob, b"<Ann>\nhello\n")
        ann.sendall(b"/list\n/kick Eve\n/kick Bob\n")
        heard = until(ann, b"nobody is called Eve\n")
        assert b"*\n<Ann>\n" in heard and b"*\n<Bob>\n" in heard, heard
        until(bob, b"*\nthrown out by <Ann>\n")
        assert bob.recv(10) == b""
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def own_names(port, process):
    with connect(port) as ann, connect(port) as bob:
        ann.sendall(b"/name Ann\n")
        until(ann, b"*\nyou are Ann\n")
        bob.sendall(b"/name Ann\n/name <Ann>\n/name Bob\nhi\n")
        assert until(bob, b"hi\n") == b"*\nno: Ann\n*\nno: <Ann>\n*\nyou are Bob\n<Bob>\nhi\n"
        ann.sendall(b"/name Ann2\n")
        until(ann, b"*\nyou are Ann2\n")
        bob.sendall(b"/name Ann\n")
        until(bob, b"*\nyou are Ann\n")
        ann.sendall(b"/quit\n")
        assert not ann.recv(10)
        bob.sendall(b"/name Ann2\n")
        until(bob, b"*\nyou are Ann2\n")
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def bridge(port, process):
    with connect(port) as ann, connect(port_in(process.stdout.readline())) as bob:
        say(bob, b"and so am I")
        say(ann, b"I am in")
        until(bob, b"I am in\n")
        say(bob, b"hi from blue")
        assert until(ann, b"hi from blue\n").count(b"I am in") == 0
        say(ann, b"and once")
        heard = until(bob, b"and once\n")
        assert heard.count(b"hi from blue") == 0, heard
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def publish(port, process):
    with connect(port) as ann:
        heard = b""
        while len(numbers := [int(n) for n in re.findall(rb"\*\n(\d+)\n", heard)]) < 5:
            heard += until(ann, b"\n")
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), numbers
        end(process)
        until(ann, b"the room is closing\n")
    return 0


def follower(port, process):
    printed(process, "0 said before")
    with connect(port) as ann:
        say(ann, b"hi")
        printed(process, "1 hi")
    end(process)
    printed(process, "the end: 1")
    return 0


def any_order(port, process):
    with connect(port) as ann:
        ann.sendall(b"hi\n")
        assert printed(process, "nothing is left to do")[-2] == "the last member is gone\n"
    return 0


def slow(port, process, last="left slow_consumer"):
    with socket.socket() as ann:
        ann.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        ann.settimeout(10)
        ann.connect(("127.0.0.1", port))
        printed(process, last)  # for so long it reads nothing
        if last == "skipped":
            until(ann, b"*\nyou were too slow: ")
            until(ann, b" messages were skipped\n*\nxxx")
        else:
            while ann.recv(65536):
                pass
    return end(process)


def skipping(port, process):
    return slow(port, process, "skipped")


def datagrams(port):
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.settimeout(10)
    peer.connect(("127.0.0.1", port))
    return peer


def udp_echo(port, process):
    with datagrams(port) as ann:
        ann.send(b"hello")
        assert ann.recv(100) == b"hello"
    return end(process)


def udp_room(port, process):
    with datagrams(port) as ann:
        ann.send(b"#ping#")
        ann.send(b"hi")
        assert ann.recv(100) == b"127.0.0.1:%d\nhi" % ann.getsockname()[1]
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def both(port, process):
    with connect(port) as ann, datagrams(port_in(process.stdout.readline())) as bob:
        say(ann, b"I am in")
        bob.send(b"#ping#")
        bob.send(b"by datagram")
        until(ann, b":%d\nby datagram\n" % bob.getsockname()[1])
        bob.recv(100)
        ann.sendall(b"by stream\n")
        assert bob.recv(100) == b"127.0.0.1:%d\nby stream" % ann.getsockname()[1]
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def client(port, process):
    del port  # it talks to itself, over TCP and then over UDP
    assert process.stdout.read() == "hello\nOperation canceled\n" * 2
    return 0


def conversation(port, process):
    with connect(port) as ann, connect(port) as bob:
        bob.sendall(b"/name Bob\n")
        until(bob, b"*\nyou are <Bob>\n")
        ann.sendall(b"/name bob\n")
        until(ann, b"*\nbob is taken, or looks like a name that is\n")
        ann.sendall(b"/msg Bob psst\n/join den\nhi\n/rooms\n")
        assert b" -> <Bob>\npsst\n" in until(ann, b"*\nrooms: den 1, lobby 1\n")
        assert b":%d\nhi\n" % ann.getsockname()[1] not in until(bob, b" -> <Bob>\npsst\n")
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def own_command(port, process):
    with connect(port) as ann:
        ann.sendall(b"/roll 1000\n/roll 2\n")
        until(ann, b"*\na die has 2 to 100 sides\n")
        heard = until(ann, b" of 2\n")
        assert re.search(rb"\*\n127.0.0.1:\d+ rolled [12] of 2\n", heard), heard
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def browsers(port, process):
    with connect(port) as page:
        page.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert until(page, b"</html>").startswith(b"HTTP/1.1 200 OK\r\n")
    with connect(port) as bob:
        bob.sendall(b"/name Bob\n")
        until(bob, b"*\nyou are <Bob>\n")
    process.send_signal(signal.SIGTERM)
    return -signal.SIGTERM


def tls_echo(port, process):
    trusted = ssl.create_default_context(cafile=process.stdout.readline().strip())
    with trusted.wrap_socket(connect(port), server_hostname="localhost") as peer:
        for words in b"hello", b"x" * 100_000 + b"end":
            peer.sendall(words)
            until(peer, words[-5:])
    with connect(port) as plain:
        plain.sendall(b"hello")
        assert b"hello" not in plain.recv(100)
    return end(process)


checks = {"01_echo_server": [(echo,)], "02_room": [(room,)], "03_bot": [(bot,)], "04_graceful_shutdown": [(shutdown,)],
          "05_thread_pool": [(pool,)], "06_strand": [(strand,)], "07_rooms": [(rooms,)], "08_admission": [(admission,)],
          "09_observer": [(observer,)], "10_publish": [(publish,)], "11_follower": [(follower,)],
          "12_any_order": [(any_order,)], "13_slow_reader": [(slow,), (skipping, "skip")],
          "14_udp_echo": [(udp_echo,)], "15_udp_room": [(udp_room,)], "16_both": [(both,)], "17_lobby": [(lobby,)],
          "18_bridge": [(bridge,)], "19_client": [(client,)], "24_own_names": [(own_names,)],
          "20_conversation": [(conversation,)], "21_own_command": [(own_command,)],
          "22_tls_echo_server": [(tls_echo,)], "23_browsers": [(browsers,)]}
for check, *arguments in checks[sys.argv[1]]:
    process = subprocess.Popen([sys.argv[2], *arguments], stdout=subprocess.PIPE, text=True)
    try:
        expected = check(port_in(process.stdout.readline()), process)
        assert process.wait(20) == expected, process.returncode
    finally:
        if process.poll() is None:
            process.kill()
