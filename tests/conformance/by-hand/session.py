#!/usr/bin/env python3
"""What somebody types into Python to see whether kazoo works with a server: nodes, watches, a transaction, a lock, an election.

Usage: session.py HOST:PORT      Prints a line a check; the last line is `N passed, N failed`.
"""

import logging
import sys
import threading

from kazoo.client import KazooClient
from kazoo.exceptions import BadVersionError, NoAuthError, NodeExistsError, NoNodeError, RolledBackError
from kazoo.security import make_digest_acl

LIMIT_S = 20
logging.disable(logging.CRITICAL)
counts = {True: 0, False: 0}


def check(what, good):
    counts[bool(good)] += 1
    print(("ok     " if good else "FAILED ") + "kazoo: " + what, flush=True)


def raises(error, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except error:
        return True
    return False


def nodes(zk):
    zk.ensure_path("/hand/a/b")
    check("a created node is there", zk.create("/hand/n", b"one") == "/hand/n" and zk.get("/hand/n")[0] == b"one")
    stat = zk.set("/hand/n", b"two", version=0)
    check("a set raises the version", stat.version == 1 and zk.get("/hand/n")[1].mzxid == stat.mzxid)
    check("a wrong version is refused", raises(BadVersionError, zk.set, "/hand/n", b"no", version=0))
    check("a second create is refused", raises(NodeExistsError, zk.create, "/hand/n"))
    check("a missing node is named so", raises(NoNodeError, zk.get, "/hand/none"))
    made = [zk.create("/hand/s-", sequence=True) for _ in range(3)]
    check("sequences count", [name[-10:] for name in made] == [made[0][-10:], *(f"{int(made[0][-10:]) + i:010d}" for i in (1, 2))])
    check("children are listed", sorted(zk.get_children("/hand/a")) == ["b"])


def watches(zk, other):
    seen = threading.Event()
    zk.create("/hand/w", b"")
    zk.get("/hand/w", watch=lambda event: seen.set() if event.type == "CHANGED" else None)
    other.set("/hand/w", b"x")
    check("a watch on data tells of a change", seen.wait(LIMIT_S))

    told = threading.Event()

    def children(names):
        if "late" in names:
            told.set()

    zk.ChildrenWatch("/hand/w", children)
    other.create("/hand/w/late")
    check("a watch on children tells of a new one", told.wait(LIMIT_S))


def transactions(zk):
    whole = zk.transaction()
    whole.create("/hand/t", b"1")
    whole.set_data("/hand/n", b"3")
    whole.delete("/hand/a/b")
    results = whole.commit()
    check("a transaction does all", results[0] == "/hand/t" and zk.get("/hand/n")[0] == b"3" and not zk.exists("/hand/a/b"))
    broken = zk.transaction()
    broken.create("/hand/u")
    broken.delete("/hand/none")
    results = broken.commit()
    check("or nothing", isinstance(results[0], RolledBackError) and isinstance(results[1], NoNodeError) and not zk.exists("/hand/u"))


def permissions(zk, other):
    zk.add_auth("digest", "bob:secret")
    zk.create("/hand/mine", b"m", acl=[make_digest_acl("bob", "secret", all=True)])
    check("the owner reads", zk.get("/hand/mine")[0] == b"m")
    check("others do not", raises(NoAuthError, other.get, "/hand/mine"))


def recipes(zk, other, servers):
    mine, theirs = zk.Lock("/hand/lock", "one"), other.Lock("/hand/lock", "two")
    mine.acquire(timeout=LIMIT_S)
    check("a lock keeps others out", not theirs.acquire(blocking=False))
    mine.release()
    check("and lets them in", theirs.acquire(timeout=LIMIT_S))
    theirs.release()

    leads = threading.Event()
    election = threading.Thread(target=zk.Election("/hand/election", "one").run, args=(leads.set,), daemon=True)
    election.start()
    check("an election has a leader", leads.wait(LIMIT_S))
    election.join(LIMIT_S)

    third = KazooClient(servers)
    third.start(timeout=LIMIT_S)
    gone = threading.Event()
    third.create("/hand/e", ephemeral=True)
    zk.exists("/hand/e", watch=lambda event: gone.set() if event.type == "DELETED" else None)
    third.stop()
    third.close()
    check("an ephemeral node goes with its session", gone.wait(LIMIT_S))


def main():
    servers = sys.argv[1]
    zk, other = KazooClient(servers), KazooClient(servers)
    try:
        zk.start(timeout=LIMIT_S)
        other.start(timeout=LIMIT_S)
        nodes(zk)
        watches(zk, other)
        transactions(zk)
        permissions(zk, other)
        recipes(zk, other, servers)
        zk.delete("/hand", recursive=True)
    finally:
        for client in (zk, other):
            client.stop()
            client.close()
    print(f"{counts[True]} passed, {counts[False]} failed")
    sys.exit(1 if counts[False] else 0)


main()
