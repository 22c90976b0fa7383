"""The broadcast article's subscriber, unchanged, with a local context that notes how long each update took to get into it.

Each line of standard input is answered with the delays since the one before, in ms, as one line of JSON.
"""

import json
import os
import sys
import threading
import time

import redis

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "fixtures"))
sys.dont_write_bytecode = True

from broadcast_agent import subscribe_loop_versioned  # noqa: E402

delays = []


class Timed(dict):
    def update(self, incoming):
        super().update(incoming)
        sent = float(incoming["note"].split(" ")[1])
        delays.append((time.monotonic_ns() / 1000 - sent) / 1000)


r = redis.Redis(host="127.0.0.1", port=int(sys.argv[1]), decode_responses=True)
threading.Thread(target=subscribe_loop_versioned, args=(r, Timed(), "bench"), daemon=True).start()
for line in sys.stdin:
    taken, delays = delays, []
    print(json.dumps(taken), flush=True)
