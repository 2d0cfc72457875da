# SPDX-License-Identifier: BSL-1.0
"""Starts the servers that bench/compare measures, each on a free loopback port and the CPUs it is given, and stops them."""
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PEERS = ("redis", "nats", "mosquitto", "ngircd")
OURS = ["--rate", "1000000000", "--burst", "1000000000", "--log-level", "off"]
ROOM_ALONE = ["--commands", "off"]  # the engine, as the references have neither names nor commands
# How members come to chatroom-server: its options ({} is a folder of its own), and the load's.
WIRES = {"tcp": ("--tcp 127.0.0.1:0", ""),
         "text": ("--tcp 127.0.0.1:0 --http off", ""),
         "long": ("--tcp 127.0.0.1:0", "--size 205"),  # a message has as many bytes as one of 64 over WebSocket
         "ws": ("--tcp 127.0.0.1:0", "--ws"),
         "tls": ("--tcp 127.0.0.1:0 --tls-self {}", "--tls"),
         "wss": ("--tcp 127.0.0.1:0 --tls-self {}", "--ws --tls"),
         "udp": ("--udp 127.0.0.1:0", "--udp")}
HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = {"redis": "redis-server", "nats": "nats-server", "mosquitto": "mosquitto", "ngircd": "ngircd"}
PROTOCOLS = {"redis": "redis", "nats": "nats", "mosquitto": "mqtt", "ngircd": "irc"}
# Takes the configuration, which lies beside this file and has had its port put in.
COMMANDS = {"redis": ["{}"], "nats": ["-c", "{}"], "mosquitto": ["-c", "{}"], "ngircd": ["-n", "-f", "{}"]}


class Server:
    def __init__(self, process, address, load_options=()):
        self.process, self.address, self.load_options = process, address, load_options
        self.pid = process.pid


def pin(cpus):
    return lambda: os.sched_setaffinity(0, cpus)


def program_of(peer):
    return shutil.which(PROGRAMS[peer], path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")


def installed(peer):
    return program_of(peer) is not None


def has_commands(program):
    return "--commands" in subprocess.run([program, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def start_announced(command, cpus, load_options=()):
    """One that tells where it listens."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=pin(cpus))
    return Server(process, process.stdout.readline().split()[2], load_options)


def start_peer(peer, cpus, folder):
    port = free_port()
    with open(f"{HERE}/peers/{peer}.conf") as template, open(f"{folder}/{peer}.conf", "w") as out:
        out.write(template.read().replace("@PORT@", str(port)).replace("@FOLDER@", folder))
    arguments = [word.format(f"{folder}/{peer}.conf") for word in COMMANDS[peer]]
    process = subprocess.Popen([program_of(peer), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               cwd=folder, preexec_fn=pin(cpus))
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return Server(process, f"127.0.0.1:{port}", ["--protocol", PROTOCOLS[peer]])
        except OSError:
            if time.monotonic() > end or process.poll() is not None:
                process.kill()
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def start(kind, build, before, cpus):
    with tempfile.TemporaryDirectory() as folder:
        if kind in PEERS:
            os.chmod(folder, 0o755)
            server = start_peer(kind, cpus, folder)
        elif kind.startswith(("chatroom-", "before-")):  # chatroom-WIRE[-THREADS]; before: of another build
            whose, wire, *threads = kind.split("-")
            program = f"{build if whose == 'chatroom' else before}/apps/server/chatroom-server"
            options, load_options = WIRES[wire]
            server = start_announced([program, *options.format(folder).split(), "--threads", *(threads or ["1"]), *OURS,
                                      *(ROOM_ALONE if has_commands(program) else [])], cpus, load_options.split())
        else:
            server = start_announced([f"{build}/bench/{kind}", "0"], cpus, ["--udp"] if kind == "reference-udp" else [])
        try:
            yield server
        finally:
            server.process.send_signal(signal.SIGTERM)
            try:
                server.process.wait(20)
            except subprocess.TimeoutExpired:
                server.process.kill()
                server.process.wait()
            if server.process.stdout:
                server.process.stdout.close()
