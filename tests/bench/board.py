"""A task board to measure, and how long its daemon takes for what happens to it."""

import http.client
import json
import os
import socket
import time

AGENTS, LANES = 40, ("inbox", "assigned", "done")
TASK = """id: {id}
title: "Do the thing number {number} with all that belongs to it"
agent: agent-{agent}
priority: medium
status: {status}
estimated_hours: 4
created_at: 2026-03-01T08:00:00Z
dependencies:
  - {before}
tags:
  - api
  - limits
description: |
  A few lines that say what is to be done, and why, in words
  that somebody has written down.
"""


def name(number):
    return f"2026-03-{number % 28 + 1:02}T{number % 2400:04}-task-{number:05}"


def text(number, status):
    return TASK.format(id=name(number), number=number, agent=number % AGENTS, status=status, before=name(number - 1))


def make(root, count):
    """Returns the path of a task in the inbox."""
    for number in range(count):
        lane = LANES[number % 3]
        directory = os.path.join(root, lane, *([] if lane == "inbox" else [f"agent-{number % AGENTS}"]))
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, name(number) + ".yaml"), "w", encoding="utf-8") as f:
            f.write(text(number, "new"))
    return os.path.join(root, "inbox", name(0) + ".yaml")


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def wait_ready(port):
    while get(port, "/api/tasks?brief=1&q=nothing-has-this")["state"] != "watching":
        time.sleep(0.005)


class Stream:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(b"GET /api/stream?types=task.* HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.take(b"\r\n\r\n", 1)

    def take(self, end, count):
        data = b""
        while data.count(end) < count:
            data += self.socket.recv(1 << 20)
        return data


def change_ms(port, path, samples):
    """From before the file is written until the event is read, in order of length."""
    stream, times = Stream(port), []
    for number in range(samples):
        begin = time.monotonic()
        with open(path, "w", encoding="utf-8") as f:
            f.write(text(0, f"state-{number}"))
        stream.take(b"\n\n", 1)
        times.append((time.monotonic() - begin) * 1000)
        time.sleep(0.15)
    return sorted(times)


def burst(port, root, count):
    """Moves so many tasks at once; how many of them were told exactly once."""
    stream, moved = Stream(port), sorted(os.listdir(os.path.join(root, "inbox")))[:count]
    for file in moved:
        os.rename(os.path.join(root, "inbox", file), os.path.join(root, "done", "agent-0", file))
    told = stream.take(b"event: task.completed\n", count).count(b"event: ")
    time.sleep(1)
    stream.socket.setblocking(False)
    try:
        told += stream.socket.recv(1 << 20).count(b"event: ")
    except BlockingIOError:
        pass
    return told


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
        return int(next(line for line in f if line.startswith("VmRSS")).split()[1])
