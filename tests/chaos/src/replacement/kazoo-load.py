"""Works on an ensemble with kazoo until standard input ends; then prints one line of JSON: what was done, what was broken.

Usage: kazoo-load.py HOSTS ROOT REGISTER     (REGISTER: a node with a number that grows, which it watches)
"""

import json
import sys
import threading
import time

from kazoo.client import KazooClient
from kazoo.exceptions import ConnectionLoss, KazooException, SessionExpiredError
from kazoo.handlers.threading import KazooTimeoutError
from kazoo.protocol.states import KazooState
from kazoo.retry import KazooRetry

hosts, root, register = sys.argv[1:4]
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()

broken = []
made, unclear = [], set()
locks, events, seen = 0, 0, -1
longest = 0.0
client = KazooClient(hosts, timeout=10, connection_retry=KazooRetry(max_tries=-1, delay=0.05, max_delay=0.5))
client.add_listener(lambda state: broken.append("the session is over") if state == KazooState.LOST and not stop.is_set() else None)
client.start(timeout=30)
session = client.client_id[0]
client.ensure_path(root + "/nodes")
client.create(root + "/ephemeral", ephemeral=True)


@client.DataWatch(register)
def watch(data, _):
    global events, seen
    value = int(data)
    if value < seen:
        broken.append(f"read {value} after {seen}")
    seen, events = value, events + 1


number, last = 0, time.monotonic()
while not stop.is_set():
    number += 1
    path = f"{root}/nodes/{number}"
    try:
        client.create(path)
        made.append(path)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
        if number % 10 == 0:
            lock = client.Lock(root + "/lock")
            if lock.acquire(timeout=20):
                locks += 1
                lock.release()
    except SessionExpiredError:
        broken.append("the session has expired")
        break
    except (ConnectionLoss, KazooTimeoutError):
        unclear.add(path)
    except KazooException as error:
        # Asked before it knew that the connection is lost.
        if "SessionExpired" in type(error).__name__:
            broken.append("the session has expired")
        unclear.add(path)
    time.sleep(0.002)

deadline = time.monotonic() + 20
while not client.connected and time.monotonic() < deadline:
    time.sleep(0.05)
client.sync(root)
found = {f"{root}/nodes/{name}" for name in client.get_children(root + "/nodes")}
lost = [path for path in made if path not in found]
if lost:
    broken.append(f"{len(lost)} acknowledged nodes are lost, the first {lost[0]}")
if [path for path in found if path not in unclear and path not in set(made)]:
    broken.append("there are nodes that nobody asked for")
if client.client_id[0] != session:
    broken.append("the session is another one")
ephemeral = client.exists(root + "/ephemeral")
if ephemeral is None or ephemeral.ephemeralOwner != session:
    broken.append("the ephemeral node is gone")
print(json.dumps({"writes": len(made), "locks": locks, "events": events, "longestMs": longest * 1000, "broken": broken}), flush=True)
client.stop()
