#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What including the library costs a program: CPU seconds to compile a file that includes one thing, the least of several
rounds, in which the files take turns. docs/linking.md has what it printed.

    tests/consumer/compile_time.py [--rounds 5] [COMPILER ...]
"""
import argparse
import os
import resource
import subprocess
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
INCLUDED = {
    "nothing": [],
    "what of Asio tcp_room.hpp includes": ["boost/asio/any_io_executor.hpp", "boost/asio/awaitable.hpp", "boost/asio/ip/tcp.hpp"],
    "chatroom/tcp_room.hpp": ["chatroom/tcp_room.hpp"],
    "chatroom/udp_room.hpp": ["chatroom/udp_room.hpp"],
    "both rooms": ["chatroom/tcp_room.hpp", "chatroom/udp_room.hpp"],
    "chatroom/chatroom.hpp": ["chatroom/chatroom.hpp"],
    "boost/asio.hpp": ["boost/asio.hpp"],
}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("compilers", nargs="*", default=["g++", "clang++-19"])
asked = parser.parse_args()


def seconds(compiler, source):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([compiler, "-std=c++20", "-O0", f"-I{ROOT}/include", "-c", source, "-o", os.devnull], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


with tempfile.TemporaryDirectory() as folder:
    sources = {}
    for number, (name, headers) in enumerate(INCLUDED.items()):
        sources[name] = f"{folder}/{number}.cpp"
        with open(sources[name], "w") as file:
            file.writelines(f"#include <{header}>\n" for header in headers)
            file.write("int main() {}\n")
    times = {(compiler, name): [] for compiler in asked.compilers for name in sources}
    for _ in range(asked.rounds):
        for compiler, name in times:
            times[compiler, name].append(seconds(compiler, sources[name]))
print("| included | " + " | ".join(asked.compilers) + " |\n|---|" + "---:|" * len(asked.compilers))
for name in sources:
    print(f"| {name} | " + " | ".join(f"{min(times[compiler, name]):.2f} s" for compiler in asked.compilers) + " |")
