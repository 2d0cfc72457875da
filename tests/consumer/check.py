# SPDX-License-Identifier: BSL-1.0
"""Builds the consumer as its author would, and runs it: WAY COMPILER WORK_DIR LIBRARY, where LIBRARY is an installed tree
(find_package, pkg-config) or the source tree (add_subdirectory); -DNAME=VALUE arguments go to CMake."""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys

way, compiler, work, library, *defines = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "../../include/chatroom/version.hpp")) as header:
    version = re.search(r'VERSION "(.*)"', header.read()).group(1)

WINGS = {"conversation": "talker", "tls": "secured", "web": "browsed"}  # and the programs that link them


def run(*command, **more):
    print("$", *command, flush=True)
    return subprocess.run(command, check=True, text=True, **more)


def with_cmake(*options):
    run("cmake", "-S", here, "-B", work, f"-DCMAKE_CXX_COMPILER={compiler}", *options, *defines)
    run("cmake", "--build", work)


def installed(name):
    found = glob.glob(f"{library}/lib/**/{name}", recursive=True)
    assert found, f"no {name} in {library}"
    return os.path.dirname(found[0])


shutil.rmtree(work, ignore_errors=True)
os.makedirs(work)
if way == "add_subdirectory":
    tree = f"{work}/somebody else's tree"
    for part in ("cmake", "include", "src"):
        shutil.copytree(f"{library}/{part}", f"{tree}/{part}")
    shutil.copy(f"{library}/CMakeLists.txt", tree)
    with_cmake(f"-DCHATROOM_TREE={tree}")
elif way == "find_package":
    minor = ".".join(version.split(".")[:2])
    with_cmake(f"-DCMAKE_PREFIX_PATH={library}", f"-DWANTED={minor}")
    major, next_minor = version.split(".")[0], int(version.split(".")[1]) + 1
    refused = subprocess.run(["cmake", "-S", here, "-B", f"{work}/refused", f"-DCMAKE_CXX_COMPILER={compiler}",
                              f"-DCMAKE_PREFIX_PATH={library}", f"-DWANTED={major}.{next_minor}"], capture_output=True, text=True)
    assert refused.returncode != 0 and f"version: {version}" in refused.stderr, refused.stderr
elif way == "pkg-config":
    where = os.environ | {"PKG_CONFIG_PATH": installed("chatroom.pc")}
    flags = shlex.split(run("pkg-config", "--cflags", "--libs", "chatroom", env=where, stdout=subprocess.PIPE).stdout)
    stated = run("pkg-config", "--modversion", "chatroom", env=where, stdout=subprocess.PIPE).stdout.strip()
    assert stated == version, f"{stated} in the .pc file, {version} in version.hpp"
    run(compiler, "-std=c++20", f"{here}/main.cpp", *flags, "-o", f"{work}/consumer")
    for wing, program in WINGS.items():
        if os.path.exists(f"{installed('chatroom.pc')}/chatroom-{wing}.pc"):
            flags = shlex.split(run("pkg-config", "--cflags", "--libs", f"chatroom-{wing}", env=where,
                                    stdout=subprocess.PIPE).stdout)
            run(compiler, "-std=c++20", f"{here}/{wing}.cpp", *flags, "-o", f"{work}/{program}")
else:
    sys.exit(f"no such way: {way}")

shared = glob.glob(f"{library}/lib/**/libchatroom.so", recursive=True)
search = os.environ | ({"LD_LIBRARY_PATH": os.path.dirname(shared[0])} if shared else {})
linked = run("ldd", f"{work}/consumer", env=search, stdout=subprocess.PIPE).stdout
assert ("libchatroom.so" in linked) == bool(shared), linked
if shared:  # what is inside stays inside
    exported = run("nm", "-DC", "--defined-only", shared[0], stdout=subprocess.PIPE).stdout
    assert "chatroom::tcp_room::listen" in exported and "chatroom::tcp_session::" not in exported, exported
said = run(f"{work}/consumer", env=search, stdout=subprocess.PIPE, timeout=30).stdout
assert said == f"{version} received hello\n", said
for wing, program in WINGS.items():
    built = glob.glob(f"{work}/{program}")
    assert len(built) == len(glob.glob(f"{library}/include/chatroom/{wing}.hpp")) or way == "add_subdirectory"
    for one in built:
        run(one, env=search, timeout=30)
