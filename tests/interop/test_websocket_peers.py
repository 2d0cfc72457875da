# SPDX-License-Identifier: BSL-1.0
"""python3-websockets, another's WebSocket, in a room with a plain peer, also over TLS."""
import asyncio
import json
import ssl
import tempfile
import unittest

from harness import Peer, Server
from test_tls import TlsServer, has_tls

try:
    import websockets
except ImportError:
    websockets = None


async def enter(socket, name):
    await socket.send(json.dumps({"id": 1, "connect": {"data": {"name": name}}}))
    assert "connect" in json.loads(await socket.recv())
    await socket.send(json.dumps({"id": 2, "subscribe": {"channel": "lobby"}}))
    while "subscribe" not in json.loads(await socket.recv()):
        pass


async def heard(socket, text):
    while json.loads(await socket.recv()).get("push", {}).get("pub", {}).get("data", {}).get("text") != text:
        pass


async def talk(address, plain, **how):
    async with websockets.connect(address, **how) as ann:
        await enter(ann, "Ann")
        await (await ann.ping())  # its own, which the server answers
        await ann.send(json.dumps({"id": 3, "publish": {"channel": "lobby", "data": {"text": "hi"}}}))
        await heard(ann, "hi")
        assert plain.hear()[1] == "<Ann> joined"
        assert plain.hear() == ("<Ann>", "hi")
        plain.say(b"hello, browser\n")
        await heard(ann, "hello, browser")
        long = "x" * 4000
        plain.say(long.encode() + b"\n")
        await heard(ann, long)
        # A message in many small fragments.
        await ann.send(iter([*json.dumps({"id": 4, "publish": {"channel": "lobby", "data": {"text": "in pieces"}}})]))
        await heard(ann, "in pieces")


async def refused(address, what):
    async with websockets.connect(address) as ann:
        await ann.send(what)
        try:
            while True:
                await ann.recv()
        except websockets.ConnectionClosed as end:
            return end.rcvd.code


@unittest.skipUnless(websockets, "python3-websockets is not here")
class Peers(unittest.TestCase):
    def test_it_talks_with_a_plain_peer(self):
        with Server() as server, Peer(server.port) as bob:
            bob.enter()
            asyncio.run(asyncio.wait_for(talk(f"ws://127.0.0.1:{server.port}/connection/websocket", bob), 30))
            self.assertEqual(server.stop()[0], 0)

    def test_its_close_codes_are_those_of_the_protocol(self):
        with Server() as server:
            address = f"ws://127.0.0.1:{server.port}/connection/websocket"
            for what, code in ((b"\0\1", 1003), ("no JSON", 3501), ("x" * 100_000, 1009)):
                self.assertEqual(asyncio.run(asyncio.wait_for(refused(address, what), 30)), code)

    @unittest.skipUnless(has_tls(), "built without chatroom::tls (libssl-dev)")
    def test_it_talks_over_tls(self):
        with tempfile.TemporaryDirectory() as directory, TlsServer(directory) as server, Peer(server.port) as bob:
            bob.enter()
            trusting = ssl.create_default_context(cafile=server.ca)
            asyncio.run(asyncio.wait_for(talk(f"wss://localhost:{server.port}/connection/websocket", bob, ssl=trusting), 30))


if __name__ == "__main__":
    unittest.main()
