#!/usr/bin/env python3
"""Exchanges data directories between Branta and Apache's servers, and compares what they serve.

Usage: exchange.py [--short] VERSION…      (started by exchange.sh, which fetches kazoo and the servers)

For each Apache version one directory goes Apache → Branta → Apache → Branta, another begins with Branta; the servers take turns on one
port, ended by SIGTERM or kill -9, in one relay amid writes. One kazoo session with ephemeral nodes lives through it all, so sessions
are exchanged too. After each change of hands the whole tree (data, Stat, ACL) must be equal but for writes that were under way, and no
server may have found a digest that differs. A release before 3.5 only writes: later formats are no business of its.

--short runs half of the relays, each kind with one of the versions that have it.
"""

import logging
import os
import pathlib
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

from kazoo.client import KazooClient
from kazoo.protocol.states import KazooState
from kazoo.security import ACL, Id, make_acl, make_digest_acl

HERE = pathlib.Path(__file__).resolve().parent
# super:test
SUPER_DIGEST = "super:D/InIHSb7yEEbrWz8b9l71RjZJU="
START_LIMIT_S = 120
# Longer than a busy machine needs to let the next server in, and less than maxSessionTimeout allows.
SESSION_S = 60
# While it starts, Apache's server takes connections that it never answers. With one address kazoo would wait for such an answer until
# the session has expired; it divides that time by the number of addresses, so it is told the same one several times.
ADDRESSES = 12
# Who plays Branta: another Apache server, to check the checks.
BRANTA = os.environ.get("BRANTA_EXCHANGE_AS", "branta")

PEEK = "peek"
# Ends with kill -9 while writes of one client are under way.
MID_WRITE = "mid-write"
TORN_WRITES = 400

# Lost connections are the plan.
logging.disable(logging.CRITICAL)

passed = 0
failed = 0


def check(what, condition, detail=""):
    global passed, failed
    if condition:
        passed += 1
        print(f"ok     {what}", flush=True)
    else:
        failed += 1
        print(f"FAILED {what} {detail}", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def four_letters(port, word):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(word.encode())
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer.decode("utf-8", "replace")


class Server:
    """One server process on the shared directory and port."""

    def __init__(self, who, folder, port, flags=()):
        self.who = who
        self.port = port
        config = folder / "zoo.cfg"
        config.write_text(
            f"tickTime=2000\ndataDir={folder / 'data'}\nclientPort={port}\nclientPortAddress=127.0.0.1\n"
            "admin.enableServer=false\n4lw.commands.whitelist=*\nmaxSessionTimeout=60000\n"
        )
        flags = [
            f"-Dzookeeper.DigestAuthenticationProvider.superDigest={SUPER_DIGEST}",
            "-Dzookeeper.extendedTypesEnabled=true",
            "-Dzookeeper.digest.enabled=true",
            *flags,
        ]
        environment = {**os.environ, "BRANTA_TARGET": BRANTA if who == "branta" else f"apache-{who}"}
        self.log = open(folder / f"{who}.log", "ab")
        self.process = subprocess.Popen(
            [str(HERE / "java" / "server.sh"), *flags, str(config)], env=environment, stdout=self.log, stderr=subprocess.STDOUT
        )
        end = time.monotonic() + START_LIMIT_S
        while True:
            try:
                if four_letters(port, "srvr").startswith("Zookeeper version"):
                    return
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                tail = (folder / f"{who}.log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"{who} did not start on the directory:\n{tail}")
            time.sleep(0.1)

    def mismatches(self):
        """How many digests differed from the tree's, as the server counts them."""
        for line in four_letters(self.port, "mntr").splitlines():
            name, _, value = line.partition("\t")
            if name == "zk_digest_mismatches_count":
                return int(value)
        return None

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        self.log.close()


def dump(client):
    """The whole tree: path → (data, Stat, ACL), as the server serves it."""
    tree = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        data, stat = client.retry(client.get, path)
        acls, _ = client.retry(client.get_acls, path)
        tree[path] = (data, tuple(stat), tuple(sorted((a.perms, a.id.scheme, a.id.id) for a in acls)))
        base = path.rstrip("/")
        waiting.extend(f"{base}/{name}" for name in client.retry(client.get_children, path))
    return tree


def compare(what, before, after):
    lines = []
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            lines.append(f"\n  {path}\n    before {before.get(path)}\n    after  {after.get(path)}")
    check(f"{what}: {len(before)} nodes equal", not lines, "".join(lines[:10]))


def create(client, path, mode, ttl=0, data=b""):
    """Containers and TTL nodes, which kazoo has no call for: createContainer (19) and createTTL (21)."""
    from kazoo.protocol.serialization import write_buffer, write_string

    class Request:
        type = 21 if ttl else 19

        @staticmethod
        def serialize():
            body = bytearray(write_string(path)) + write_buffer(data)
            body += struct.pack(">i", 1) + struct.pack(">i", 31) + write_string("world") + write_string("anyone")
            body += struct.pack(">i", mode)
            if ttl:
                body += struct.pack(">q", ttl)
            return bytes(body)

        @staticmethod
        def deserialize(_data, _offset):
            return path

    result = client.handler.async_result()
    client._call(Request, result)
    return result.get(timeout=20)


def fill(client, where, extended, seed):
    """A bit of everything below one node."""
    rnd = random.Random(seed)
    client.create(where, b"root of " + where.encode())
    client.create(f"{where}/empty", b"")
    client.create(f"{where}/big", bytes(rnd.getrandbits(8) for _ in range(200_000)))
    client.create(f"{where}/\u00fcml\u00e4ut-\u6f22\u5b57", "\u00e9".encode())
    for index in range(60):
        client.create(f"{where}/n{index:03d}/a/b/c", bytes([index]), makepath=True)
    for index in range(0, 60, 7):
        client.delete(f"{where}/n{index:03d}", recursive=True)
    for index in range(1, 60, 5):
        if index % 7:
            for turn in range(rnd.randrange(1, 5)):
                client.set(f"{where}/n{index:03d}", str(turn).encode())
    client.create(f"{where}/sequences")
    for _ in range(12):
        client.create(f"{where}/sequences/s-", sequence=True)
    client.delete(f"{where}/sequences/s-0000000003")
    client.create(f"{where}/ephemerals")
    for index in range(5):
        client.create(f"{where}/ephemerals/e{index}", b"e", ephemeral=True)
    client.create(f"{where}/ephemerals/q-", ephemeral=True, sequence=True)
    client.create(f"{where}/acl-digest", acl=[make_digest_acl("bob", "secret", all=True)])
    client.create(f"{where}/acl-two", acl=[make_acl("ip", "10.0.0.0/8" if extended else "10.1.2.3", read=True), make_acl("world", "anyone", read=True)])
    client.create(f"{where}/acl-read", acl=[ACL(1, Id("world", "anyone"))])
    client.create(f"{where}/acl-changed")
    client.set_acls(f"{where}/acl-changed", [make_digest_acl("eve", "x", read=True, write=True)])
    client.set_acls(f"{where}/acl-changed", [make_digest_acl("eve", "y", all=True)])
    transaction = client.transaction()
    transaction.create(f"{where}/multi", b"1")
    transaction.create(f"{where}/multi/child", b"2")
    transaction.set_data(f"{where}/multi", b"3")
    transaction.delete(f"{where}/empty")
    transaction.commit()
    failing = client.transaction()
    failing.create(f"{where}/never")
    failing.delete(f"{where}/does-not-exist")
    failing.commit()
    client.create(f"/zookeeper/quota{where}/zookeeper_limits", b"count=1000,bytes=100000", makepath=True)
    client.create(f"/zookeeper/quota{where}/zookeeper_stats", b"count=1,bytes=0")
    client.create(f"{where}/multi/under-quota", b"x" * 100)
    if extended:
        create(client, f"{where}/container", 4)
        client.create(f"{where}/container/inside", b"keeps it")
        create(client, f"{where}/ttl", 5, ttl=86_400_000, data=b"t")
        create(client, f"{where}/ttl-s-", 6, ttl=86_400_000)


def kill_while_writing(client, server, where):
    """Kills the server amid a client's writes; answers how many of them it had acknowledged."""
    client.create(where)
    writes = [client.create_async(f"{where}/w{index:03d}", bytes(index)) for index in range(TORN_WRITES)]
    writes[TORN_WRITES // 10].get(timeout=20)
    server.end(signal.SIGKILL)
    # What was not sent yet is not answered before there is a server again: all of them wait together.
    end = time.monotonic() + 20
    for write in writes:
        write.wait(timeout=max(0, end - time.monotonic()))
    return sum(write.successful() for write in writes)


def check_torn(client, what, where, acknowledged):
    """Of writes that were under way the next server has the first so and so many, at least those that were acknowledged."""
    names = sorted(client.retry(client.get_children, where))
    first = [f"w{index:03d}" for index in range(len(names))]
    data = [client.retry(client.get, f"{where}/{name}")[0] for name in names]
    whole = names == first and data == [bytes(index) for index in range(len(data))]
    detail = f"{acknowledged} were acknowledged, there are {len(names)}: {names}"
    check(f"{what}: no acknowledged write is lost, none is torn", whole and len(names) >= acknowledged, detail)


def without(tree, where):
    """What a dump says of the rest: of the root, whose children changed, the data and ACL."""
    return {path: (entry if path != "/" else (entry[0], entry[2])) for path, entry in tree.items() if not path.startswith(where)}


def session(port):
    client = KazooClient(
        ",".join([f"127.0.0.1:{port}"] * ADDRESSES),
        timeout=SESSION_S,
        auth_data=[("digest", "super:test")],
        connection_retry={"max_tries": -1, "delay": 0.1, "max_delay": 0.5},
        command_retry={"max_tries": -1, "delay": 0.1, "max_delay": 0.5, "deadline": START_LIMIT_S},
    )
    client.start(timeout=START_LIMIT_S)
    return client


def reconnected(client, what, owner):
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end and client.state != KazooState.CONNECTED:
        time.sleep(0.05)
    client.retry(client.exists, "/")
    check(f"{what}: the session goes on", client.client_id[0] == owner, f"0x{owner:x} became 0x{client.client_id[0]:x}")


def relay(title, turns, extended=True):
    """turns: (who, flags, how it ends). Each server gets the directory as the one before it left it.

    A turn that ends with PEEK works on a copy, and says what the next one is compared with: how a newer Apache reads an old directory.
    """
    folder = pathlib.Path(tempfile.mkdtemp(prefix="branta-exchange-"))
    (folder / "data").mkdir()
    port = free_port()
    client = None
    server = None
    before = None
    torn = None
    try:
        for index, (who, flags, how) in enumerate(turns):
            what = f"{title}, turn {index + 1} ({who})"
            if how == PEEK:
                shutil.copytree(folder / "data", folder / "aside")
            server = Server(who, folder, port, flags)
            if client is None:
                client = session(port)
                owner = client.client_id[0]
            else:
                reconnected(client, what, owner)
                if how == PEEK:
                    before = dump(client)
                    server.end(signal.SIGKILL)
                    server = None
                    shutil.rmtree(folder / "data")
                    (folder / "aside").rename(folder / "data")
                    continue
                if torn is None:
                    compare(what, before, dump(client))
                else:
                    check_torn(client, what, *torn)
                    compare(what, without(before, torn[0]), without(dump(client), torn[0]))
                    torn = None
                mismatches = server.mismatches()
                check(f"{what}: no digest differs", mismatches == 0, f"the server counts {mismatches}")
            if index < len(turns) - 1 or index == 0:
                fill(client, f"/turn-{index + 1}", extended, index)
            before = dump(client)
            if how == MID_WRITE:
                where = f"/torn-{index + 1}"
                torn = (where, kill_while_writing(client, server, where))
            else:
                server.end(how)
            server = None
    except Exception as problem:  # one relay's end must not hide the others'
        check(title, False, repr(problem))
    finally:
        if client is not None:
            client.stop()
            client.close()
        if server is not None:
            server.end(signal.SIGKILL)
    if os.environ.get("BRANTA_KEEP"):
        print(f"kept {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)


def relays(version):
    """All relays of a version as arguments of relay, and which of them a short run keeps."""
    term, kill = signal.SIGTERM, signal.SIGKILL
    often = ["-Dzookeeper.snapCount=40"]
    if version.startswith("3.4."):
        # What Branta reads is compared with what 3.9.5 reads.
        turns = [(version, often, term), ("3.9.5", [], PEEK), ("branta", [], term), ("branta", [], kill)]
        return [(f"{version} to Branta", turns, False)], [0]
    amid = [(who, often, MID_WRITE) for who in (version, "branta", version, "branta")]
    gz, snappy = ([*often, f"-Dzookeeper.snapshot.compression.method={method}"] for method in ("gz", "snappy"))
    kinds = [
        (f"{version} first", [(version, [], term), ("branta", [], term), (version, [], kill), ("branta", [], term)]),
        (f"{version} first, many snapshots", [(version, often, kill), ("branta", often, kill), (version, often, term), ("branta", [], term)]),
        (f"Branta first, then {version}", [("branta", [], term), (version, [], term), ("branta", [], kill), (version, [], term)]),
        (f"{version}, killed amid writes", [*amid, (version, [], term)]),
        (f"{version}, gz snapshots", [("branta", gz, term), (version, gz, term), ("branta", gz, term)]),
        (f"{version}, snappy snapshots", [("branta", snappy, term), (version, snappy, term), ("branta", snappy, term)]),
    ]
    # Each kind with one of the versions, the newest one with most.
    return kinds, [1, 3, 4] if version == "3.9.5" else [0, 2, 5]


def main():
    versions = [argument for argument in sys.argv[1:] if argument != "--short"]
    short = len(versions) < len(sys.argv) - 1
    for version in versions:
        kinds, kept = relays(version)
        for index, kind in enumerate(kinds):
            if not short or index in kept:
                began = time.monotonic()
                relay(*kind)
                print(f"       {kind[0]}: {time.monotonic() - began:.0f} s", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
