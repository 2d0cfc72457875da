# SPDX-License-Identifier: BSL-1.0
"""TLS: openssl s_client, Python's ssl, our own client and a plain one in one room; certificates, good and bad."""
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from harness import CLIENT, Peer, Server, eventually


def has_tls():
    told = subprocess.run([CLIENT, "tls://127.0.0.1:1"], capture_output=True, text=True, timeout=20)
    return "without chatroom::tls" not in told.stderr and "libssl-dev" not in told.stderr


class TlsPeer(Peer):
    """Python's ssl, which trusts `ca` alone."""

    def __init__(self, port, ca, host="127.0.0.1"):
        super().__init__(port)
        self.socket = ssl.create_default_context(cafile=ca).wrap_socket(self.socket, server_hostname=host,
                                                                                        suppress_ragged_eofs=False)


class TlsServer(Server):
    def __init__(self, directory, *options):
        self.files = f"{directory}/tls"
        self.ca = f"{self.files}/ca.crt"
        super().__init__("--tls-self", self.files, *options)
        while not (line := self.process.stdout.readline()).startswith("certificate sha256 "):
            assert line, "no certificate was told"
        self.pin = line.split()[-1]


def say(address, text, *options):
    told = subprocess.run([CLIENT, *options, "-m", text, address], capture_output=True, text=True, timeout=30)
    return told.returncode, told.stderr


@unittest.skipUnless(has_tls(), "built without chatroom::tls (libssl-dev)")
class Tls(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def test_all_kinds_of_clients_are_in_one_room(self):
        with TlsServer(self.directory.name) as server, TlsPeer(server.port, server.ca) as ann, Peer(server.port) as bob:
            ann.enter()
            bob.enter()
            bob.read = b""
            cat = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-quiet", "-no_ign_eof",
                                    "-verify_return_error", "-CAfile", server.ca],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            cat.stdin.write(b"by s_client\n")
            cat.stdin.flush()
            for peer in ann, bob:
                while peer.hear()[1] != "by s_client":
                    pass
            self.assertEqual(say(f"tls://localhost:{server.port}", "by our client", "--tls-ca", server.ca), (0, ""))
            for peer in ann, bob:
                self.assertEqual(peer.hear()[1], "by our client")
            bob.say(b"in clear\n")
            self.assertEqual(ann.hear(), (bob.label, "in clear"))
            seen = b""
            while b"in clear\n" not in seen:
                seen += os.read(cat.stdout.fileno(), 65536)
            self.assertIn(b"by our client\n", seen)
            ann.say(b"/quit\n")
            self.assertIsNone(ann.line())  # without close_notify, this would raise
            with cat.stdin, cat.stdout, cat.stderr:
                cat.kill()
            cat.wait(20)
            code, log = server.stop()
            self.assertEqual((code, "errors=0" in log), (0, True), log)

    def test_where_tls_is_required_a_plain_peer_is_let_go_and_nobody_hears_it(self):
        with TlsServer(self.directory.name, "--tls", "required") as server, TlsPeer(server.port, server.ca) as ann:
            ann.enter()
            with Peer(server.port) as bob:
                bob.say(b"in clear\n" * 100)
                self.assertEqual(bob.hear(), ("*", "only TLS is spoken here: chatroom-client tls://HOST:PORT"))
                self.assertIsNone(bob.line())
            with self.assertRaises(urllib.error.HTTPError) as answer:
                urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=20)
            self.assertEqual((answer.exception.code, answer.exception.read()), (400, b"only TLS is spoken here: the address is https://HOST\n"))
            ann.say(b"all quiet\n")
            self.assertEqual(ann.hear()[1], "all quiet")

    def test_our_client_says_what_is_wrong_with_a_certificate(self):
        with TlsServer(self.directory.name) as server:
            address = f"127.0.0.1:{server.port}"
            self.assertEqual(say(f"tls://{address}", "hi", "--tls-pin", server.pin), (0, ""))
            for options, sentence in (([], "signed by nobody who is trusted here; if it is the right server all the same, --tls-ca"),
                                      (["--tls-pin", "0" * 64], "is not the pinned one")):
                code, told = say(f"tls://{address}", "hi", *options)
                self.assertEqual(code, 1)
                self.assertIn(sentence, told)
            for options, sentence in ((["--tls-pin", "12"], "64 hexadecimal digits"),
                                      (["--tls-ca", "/none"], "/none: No such file or directory")):
                code, told = say(f"tls://{address}", "hi", *options)
                self.assertEqual(code, 2)
                self.assertIn(sentence, told)
            code, told = say(address, "hi", "--tls-pin", server.pin)
            self.assertEqual(code, 2)
            self.assertIn("tls://", told)

    def make_certificate(self, name, to="own"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", f"{self.directory.name}/{to}.key", "-out", f"{self.directory.name}/{to}.crt", "-days",
                        "30", "-subj", "/CN=x", "-addext", f"subjectAltName={name}"],
                       check=True, capture_output=True)
        return f"{self.directory.name}/{to}.crt", f"{self.directory.name}/{to}.key"

    def test_a_certificate_for_another_host_is_refused(self):
        certificate, key = self.make_certificate("DNS:chat.example")
        with Server("--tls-cert", certificate, "--tls-key", key) as server:
            code, told = say(f"tls://127.0.0.1:{server.port}", "hi", "--tls-ca", certificate)
            self.assertEqual(code, 1)
            self.assertIn("is for another host", told)

    def test_a_place_without_tls_is_named_so(self):
        with socket.create_server(("127.0.0.1", 0)) as plain:
            talking = subprocess.Popen([CLIENT, "-m", "hi", f"tls://127.0.0.1:{plain.getsockname()[1]}"],
                                       stderr=subprocess.PIPE, text=True)
            peer, _ = plain.accept()
            peer.sendall(b"*\nwelcome to a room in clear\n")
            _, told = talking.communicate(timeout=20)
            peer.close()
            self.assertEqual(talking.returncode, 1)
            self.assertIn("no TLS is spoken there", told)

    def test_sighup_reads_the_certificate_again_and_a_bad_one_changes_nothing(self):
        certificate, key = self.make_certificate("IP:127.0.0.1")
        with Server("--tls-cert", certificate, "--tls-key", key) as server, TlsPeer(server.port, certificate) as ann:
            ann.enter()
            shutil.copy(certificate, f"{self.directory.name}/old.crt")
            self.make_certificate("IP:127.0.0.1", to="new")
            os.replace(f"{self.directory.name}/new.crt", certificate)
            server.process.send_signal(signal.SIGHUP)
            while "SIGHUP" not in (line := server.process.stderr.readline()):
                pass
            self.assertIn("left as it was", line)
            self.assertIn("the key does not belong to the certificate", line)
            TlsPeer(server.port, f"{self.directory.name}/old.crt").enter().socket.close()
            os.replace(f"{self.directory.name}/new.key", key)
            server.process.send_signal(signal.SIGHUP)
            while "again: sha256 " not in server.process.stderr.readline():
                pass
            with TlsPeer(server.port, certificate) as bob:
                bob.enter()
                bob.say(b"still one room\n")
                while ann.hear()[1] != "still one room":
                    pass
            self.assertEqual(server.stop()[0], 0)

    def test_a_certificate_of_its_own_is_made_once(self):
        with TlsServer(self.directory.name) as server:
            first = server.pin
        with TlsServer(self.directory.name) as server:
            self.assertEqual(server.pin, first)
            self.assertEqual(os.stat(f"{server.files}/server.key").st_mode & 0o777, 0o600)

    def test_five_hundred_half_handshakes_harm_nobody(self):
        with TlsServer(self.directory.name, "--tls", "required", "--max-members-per-address", "0", "--max-members", "2000",
                       "--log-level", "warn") as server:
            with TlsPeer(server.port, server.ca) as ann:
                ann.enter()
                half = []
                for i in range(500):
                    one = socket.create_connection(("127.0.0.1", server.port), timeout=20)
                    one.sendall(b"\x16\x03\x01\x02\x00"[:i % 6])
                    half.append(one)
                ann.say(b"still here\n")
                self.assertEqual(ann.hear()[1], "still here")
                for one in half:
                    one.close()
                ann.say(b"and now\n")
                self.assertEqual(ann.hear()[1], "and now")

                def enters():  # as soon as the server has seen that enough of the half are closed
                    try:
                        TlsPeer(server.port, server.ca).enter().socket.close()
                    except OSError:
                        return False
                    return True
                eventually(enters)
