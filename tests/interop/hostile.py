# SPDX-License-Identifier: BSL-1.0
"""What a hostile server may send: things that a terminal would obey, and bytes that are no text."""
import re

ESCAPES = [
    b"\x1b[2J\x1b[H", b"\x1b[31;1;5m", b"\x1b[?1049h", b"\x1b[?25l", b"\x1b[6n", b"\x1b[c", b"\x1b[>c", b"\x1b[21t", b"\x1b[8;1;1t",
    b"\x1b[999B\x1b[999D", b"\x1b[1;1r", b"\x1b[4h", b"\x1b[20h", b"\x1b[?2004h", b"\x1b[200~", b"\x1b[3g", b"\x1b[!p", b"\x1b[?1000h",
    b"\x1b]0;owned\x07", b"\x1b]2;owned\x1b\\", b"\x1b]52;c;cm0gLXJmIC8=\x07", b"\x1b]8;;http://evil/\x1b\\link\x1b]8;;\x1b\\",
    b"\x1b]4;1;rgb:00/00/00\x07", b"\x1b]11;?\x07", b"\x1b]1337;File=inline=1:AAAA\x07", b"\x1bP$q\"p\x1b\\", b"\x1bP+q544e\x1b\\",
    b"\x1bPq#0;2;0;0;0~\x1b\\", b"\x1b_Gf=100;AAAA\x1b\\", b"\x1b^private\x1b\\", b"\x1bXstring\x1b\\", b"\x1bktitle\x1b\\",
    b"\x1bc", b"\x1b7\x1b8", b"\x1b#8", b"\x1b(0", b"\x1b)0", b"\x1bN\x1bO", b"\x1bZ", b"\x1b=", b"\x1b>", b"\x1b%G", b"\x1bM\x1bD\x1bE",
    b"\x1b", b"\x1b[", b"\x1b[1;", b"\x1b]", b"\x1b\x1b[A", b"\x1b[" + b"1;" * 500 + b"m", b"\x1b]" + b"x" * 2000,
]
CONTROLS = [bytes([c]) for c in [*range(9), 0x0B, 0x0C, *range(0x0D, 0x20), 0x7F]] + [b"a\rb", b"\r\r\x1b[K", b"\x08\x08\x08over"]
C1 = [chr(c).encode() for c in range(0x80, 0xA0)] + ["\u009b2J".encode(), "\u009d0;owned\u009c".encode(), "\u0090q\u009c".encode()]
BARE_C1 = [bytes([c]) for c in range(0x80, 0xA0)] + [b"\x9b2J", b"\x9d0;owned\x9c", b"\x90q\x9c"]
DIRECTIONS = [chr(c).encode() + b"gnp.exe" for c in [0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029]]
BROKEN = [b"\xc0\x9b2J", b"\xc1\x9b", b"\xe0\x80\x9b2J", b"\xf0\x80\x80\x9b", b"\xc0\x80", b"\xc0\x8a", b"\xe0\x82\x9b", b"\xf0\x80\x82\x9b",
          b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfe\xff", b"\xff", b"\xc3", b"\xe2\x80", b"\xf0\x9f\x98",
          b"\xc2\x1b[2J", b"\xe2\x80\x1b[2J", b"\xc3\x28", b"\xa0\xa1"]
CORPUS = ESCAPES + CONTROLS + C1 + BARE_C1 + DIRECTIONS + BROKEN

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029]")
SENDER = b"192.0.2.7:1234\n"


def talk():
    """The corpus as a server sends it: in texts, in senders, and where neither is due. `mark N` tells that one is over."""
    for i, one in enumerate(CORPUS):
        yield SENDER + b"before " + one + b" after\n"
        yield SENDER + one + b"\n"
        yield b"[fe80::1%" + one + b"]:80\nfrom a zone\n"
        yield one + b":80\nfrom nobody\n"
        yield b"*\n" + one + b"\n"
        yield SENDER + b"mark %d\n" % i
