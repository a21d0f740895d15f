#!/usr/bin/env python3
"""Measures a built otel-ai-monitor and prints what it must and what it aims to reach beside it.

usage: bench.py --build DIRECTORY [--than DIRECTORY] [--rounds N] [--seconds N] [KIND ...]

Called by ./dev bench; README.md tells how each number is taken.
"""
import argparse
import contextlib
import glob
import http.client
import json
import os
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import board
import bodies

# kind, what of it is shown: (name, unit, key of the result, must, aim, is more better)
INGEST = {
    "logs-5 pb": [
        ("requests per CPU second, of the null server's", "", "cpu_part", 0.50, 0.70, True),
        ("requests per second, of the null server's", "", "wall_part", 0.65, 0.75, True),
        ("peak memory", "MiB", "peak_mib", 8, 4, False),
    ],
    "logs-100 pb": [
        ("CPU seconds per million records", "s", "cpu_s_per_million_records", 0.8, 0.5, False),
        ("peak memory", "MiB", "peak_mib", 8, 4, False),
    ],
    "logs-100 json": [
        ("CPU seconds per million records", "s", "cpu_s_per_million_records", 1.5, 1.0, False),
    ],
    "logs-100 pb.gz": [
        ("CPU seconds per million records", "s", "cpu_s_per_million_records", 1.2, 0.9, False),
    ],
}

# with a million calls: ms of processor time that an answer must and aims to take
REPORTS = {
    "stats": (20, 10), "stats_of_project": (20, 10), "stats_of_range": (100, 20),
    "sessions": (100, 20), "sessions_found": (100, 50), "sessions_not_found": (100, 50),
    "timeline": (100, 50), "timeline_of_month": (100, 50), "models": (100, 20), "models_of_range": (100, 20),
    "waits": (100, 20), "mcp": (100, 20), "events": (100, 5),
}

# what a build is compared with another one by
COMPARED = ["logs-5 pb", "logs-100 pb", "logs-100 json", "logs-100 pb.gz"]


def show(what, value, unit, must, aim, more_is_better=False):
    reached = value >= must if more_is_better else value <= must
    verdict = "" if reached else "  MISSED"
    print(f"{what:62}{value:10.3g} {unit:4}{must:9g}{aim:9g}{verdict}", flush=True)
    return reached


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Bench:
    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.program = self.program_of(options.build)
        self.tool = self.built("otlpbench")
        self.null_server = self.built("null-server")
        bodies.write(directory, 4318)

    @staticmethod
    def program_of(build):
        return os.path.abspath(os.path.join(build, "otel-ai-monitor"))

    def built(self, name):
        return os.path.abspath(os.path.join(self.options.build, "tests", "bench", name))

    def command(self, port, *more):
        pipe = os.path.join(self.directory, "pipe")
        fixed = ["--no-notifications", "--no-socket", "--listen", "127.0.0.1", "--pipe", pipe]
        return [self.program, "serve", "--port", str(port), *fixed, *more]

    @contextlib.contextmanager
    def running(self, command, port, stdout=subprocess.DEVNULL):
        """Yields the process of a server that listens on the port."""
        paths = ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
        log = open(os.path.join(self.directory, "log"), "w+", encoding="utf-8")
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=log,
            env=dict(os.environ) | {name: self.directory for name in paths},
        )
        try:
            for _ in range(1500):  # valgrind takes its time
                if listens(port):
                    break
                time.sleep(0.02)
            else:
                log.seek(0)
                sys.exit(f"{command[0]} does not listen on port {port}: {log.read()}")
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
            log.close()

    def measure(self, what, *arguments, pid=None):
        argv = [self.tool, what, *map(str, arguments)]
        if pid is not None:
            argv[2:2] = ["--pid", str(pid)]
        done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            print(f"{what}: not everything was answered: {done.stdout.strip()}", file=sys.stderr)
        if not done.stdout:
            sys.exit(1)
        return json.loads(done.stdout)

    def load(self, kind, process, port):
        name, ending = kind.split()
        files = sorted(glob.glob(os.path.join(self.directory, f"{name}-v*.{ending}")))
        arguments = ["--url", f"http://127.0.0.1:{port}/v1/logs", "--seconds", self.options.seconds]
        for path in files:
            arguments += ["--body", path]
        return self.measure("load", *arguments, pid=process.pid)

    def ingest(self):
        """Both servers in turn, so that whatever else the machine does falls on both."""
        port, null_port = free_port(), free_port()
        daemon = self.running(self.command(port, "--no-stdout"), port)
        null = self.running([self.null_server, str(null_port)], null_port)
        fine = True
        with daemon as daemon_process, null as null_process:
            for kind, rows in INGEST.items():
                pairs = [
                    (self.load(kind, daemon_process, port), self.load(kind, null_process, null_port))
                    for _ in range(self.options.rounds)
                ]
                cost = "cpu_s_per_million_records"
                result = {
                    "cpu_part": statistics.median(
                        a["requests_per_cpu_s"] / b["requests_per_cpu_s"] for a, b in pairs),
                    "wall_part": statistics.median(
                        a["requests_per_s"] / b["requests_per_s"] for a, b in pairs),
                    cost: statistics.median(a[cost] for a, _ in pairs),
                    "peak_mib": max(a["peak_kb"] for a, _ in pairs) / 1024,
                }
                for name, unit, key, must, aim, more_is_better in rows:
                    what = f"{kind}: {name}"
                    fine &= show(what, result[key], unit, must, aim, more_is_better)
        return fine

    def history(self):
        """A daemon with and one without, in turns, each sent what nobody has sent before, as otherwise nothing is
        kept of it."""
        port, other = free_port(), free_port()
        with_store = self.running(self.command(port, "--no-stdout"), port)
        without = self.running(self.command(other, "--no-stdout", "--no-store"), other)
        rounds = []
        with with_store as daemon, without as forgetful:
            for i in range(2 * self.options.rounds):
                paths = bodies.fresh(self.directory, i, 1500, 20)
                pair = ((daemon, port), (forgetful, other))
                spent = {p: self.load_once(paths, process, p) for process, p in pair[:: 1 if i % 2 else -1]}
                rounds.append((spent[port], spent[other]))
                while self.health(port)["store"]["queued_bytes"] > 0:
                    time.sleep(0.1)
            state = self.health(port)["store"]
        part = statistics.median(without_s / with_s for with_s, without_s in rounds)
        print(f"history: {state['written']} facts were kept, {state['dropped']} had no room", flush=True)
        return show("history: ingest per CPU second of the loop, of that without", part, "", 0.95, 0.98, True)

    def load_once(self, paths, process, port):
        arguments = ["--url", f"http://127.0.0.1:{port}/v1/logs", "--requests", len(paths)]
        for path in paths:
            arguments += ["--body", path]
        before = self.loop_s(process)
        self.measure("load", *arguments, pid=process.pid)
        return self.loop_s(process) - before

    @staticmethod
    def loop_s(process):
        """What its first thread, the loop, has taken of a processor: the history's own threads work beside it."""
        with open(f"/proc/{process.pid}/schedstat", encoding="ascii") as stat:
            return int(stat.read().split()[0]) / 1e9

    @staticmethod
    def health(port):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            connection.request("GET", "/health")
            return json.loads(connection.getresponse().read())

    def compare(self):
        """What a record costs beside another build: CPU time of both in turn, and instructions, which a busy machine
        leaves alone."""
        port, other_port = free_port(), free_port()
        older = self.program_of(self.options.than)
        one = self.running(self.command(port, "--no-stdout"), port)
        other = self.running([older, *self.command(other_port, "--no-stdout")[1:]], other_port)
        fine, cost = True, "cpu_s_per_million_records"
        with one as process, other as other_process:
            for kind in COMPARED:
                parts = [
                    self.load(kind, process, port)[cost] / self.load(kind, other_process, other_port)[cost]
                    for _ in range(self.options.rounds)
                ]
                fine &= show(f"{kind}: CPU per record, of the other's", statistics.median(parts), "", 0.85, 0.75)
        for kind in COMPARED:
            own, others = self.instructions_per_record(self.program, kind), self.instructions_per_record(older, kind)
            print(f"{kind}: instructions per record {own:.0f}, the other {others:.0f}")
            fine &= show(f"{kind}: instructions per record, of the other's", own / others, "", 0.85, 0.75)
        return fine

    def idle(self):
        """Its threads: the loop, and two of the history's that sleep; without a history it is one."""
        fine = True
        for what, more, threads in (("", (), 3), (" without a history", ("--no-store",), 1)):
            port = free_port()
            with self.running(self.command(port, "--no-stdout", *more), port) as process:
                time.sleep(1)
                r = self.measure("idle", "--seconds", 30, pid=process.pid)
            fine &= show(f"idle{what}: memory", r["rss_kb"] / 1024, "MiB", 8 if threads > 1 else 5, 3)
            fine &= show(f"idle{what}: threads", r["threads"], "", threads, threads)
            fine &= show(f"idle{what}: wake-ups in 30 s", r["wakeups"], "", 0, 0)
        return fine

    def startup(self):
        port = free_port()
        url = f"http://127.0.0.1:{port}/v1/logs"
        body = os.path.join(self.directory, "logs-5-v0.pb")
        command = self.command(port, "--no-stdout")
        r = self.measure("startup", "--url", url, "--body", body, "--samples", 20, "--", *command)
        fine = show("start to first answer", r["first_answer_ms"], "ms", 10, 3)
        return fine & show("stop", r["stop_ms"], "ms", 50, 5)

    def measure_store(self, *arguments):
        done = subprocess.run([self.built("storebench"), *arguments], stdout=subprocess.PIPE,
            text=True, check=True)
        return json.loads(done.stdout)

    def store(self):
        path = os.path.join(self.directory, "store.db")
        made = self.measure_store("make-with-tool-calls", path, "200000")
        fine = show("history: calls and tool calls written", made["calls_per_s"], "/s", 2000, 10000, True)
        fine &= show("history: a put of a call takes the loop", made["put_us"], "us", 5, 1)
        fine &= show("history: 200 000 calls and tool calls", made["file_mb"], "MB", 60, 50)
        os.unlink(path)
        made = self.measure_store("make", path, "200000")
        fine &= show("history: 200 000 calls", made["file_mb"], "MB", 60, 50)
        os.unlink(path)
        made = self.measure_store("make", path, "1000000")
        fine &= show("history: a million calls", made["file_mb"], "MB", 300, 250)
        r = self.measure_store("reopen", path)
        fine &= show("history: opened with them, first answer", r["first_answer_ms"], "ms", 50, 20)
        fine &= show("history: sessions of the last day", r["past_ms"], "ms", 200, 50)
        for name, (must, aim) in REPORTS.items():
            fine &= show(f"history: report {name.replace('_', ' ')}", r[name + "_ms"], "ms", must, aim)
        fine &= show("history: memory", r["memory_mib"], "MiB", 3, 2)
        return fine & show("history: wake-ups in 5 s", r["wakeups"], "", 0, 0)

    def board(self):
        count, moves = 10000, 1000
        tasks = os.path.join(self.directory, "tasks")
        path = board.make(tasks, count)
        port = free_port()
        with self.running(self.command(port, "--no-stdout"), port) as process:
            alone = board.resident_kib(process.pid)
        begin = time.monotonic()
        with self.running(self.command(port, "--no-stdout", "--tasks-dir", tasks), port) as process:
            board.wait_ready(port)
            fine = show("board: start to the first snapshot of 10 000 files", time.monotonic() - begin, "s", 1, 0.5)
            per_task = (board.resident_kib(process.pid) - alone) / count
            fine &= show("board: memory of a task", per_task, "KiB", 1.5, 1)
            time.sleep(6)  # 5 s after the last request spare memory is given back
            r = self.measure("idle", "--seconds", 10, pid=process.pid)
            fine &= show("board: wake-ups in 10 s", r["wakeups"], "", 0, 0)
            times = board.change_ms(port, path, 100)
            fine &= show("board: a change until its event, 95 of 100", times[94], "ms", 100, 20)
            told = board.burst(port, tasks, moves)
            fine &= show("board: events of 1000 moves at once", told, "", moves, moves)
        return fine and told == moves

    def probe(self):
        port = free_port()
        lines = os.path.join(self.directory, "lines")
        os.mkfifo(lines)
        held = os.open(lines, os.O_RDWR)  # so that opening it for writing does not wait
        with self.running(self.command(port, "--stdout"), port, stdout=held) as process:
            r = self.measure("probe", "--url", f"http://127.0.0.1:{port}/v1/logs", "--lines", lines,
                "--body", os.path.join(self.directory, "probe-prompt.pb"), "--samples", 200,
                pid=process.pid)
        os.close(held)
        fine = show("POST to line, half of them", r["p50_ms"], "ms", 0.2, 0.12)
        return fine & show("POST to line, 99 of 100", r["p99_ms"], "ms", 1, 0.3)

    def fanout(self):
        port = free_port()
        command = self.command(port, "--no-stdout", "--max-connections", "1100")
        with self.running(command, port) as process:
            r = self.measure("fanout", "--url", f"http://127.0.0.1:{port}/v1/logs",
                "--stream", "/api/stream?types=session_list,session_update", "--readers", 1000, "--samples", 50,
                "--body", os.path.join(self.directory, "probe-prompt.pb"), pid=process.pid)
        return show("1000 readers of the stream, all told", r["p50_ms"], "ms", 10, 6)

    def count_instructions(self, program, kind, requests):
        port = free_port()
        name, ending = kind.split()
        headers = {"Content-Type": "application/json" if ending == "json" else "application/x-protobuf"}
        if ending.endswith(".gz"):
            headers["Content-Encoding"] = "gzip"
        contents = []
        for path in sorted(glob.glob(os.path.join(self.directory, f"{name}-v*.{ending}"))):
            with open(path, "rb") as body:
                contents.append(body.read())
        valgrind = ["valgrind", "--tool=callgrind", "--trace-children=yes", "--callgrind-out-file=/dev/null"]
        command = [program, *self.command(port, "--no-stdout")[1:]]
        if program == self.program:
            command.append("--no-store")  # which older builds did not have
        with self.running(valgrind + command, port):
            connection = http.client.HTTPConnection("127.0.0.1", port)
            for i in range(requests):
                connection.request("POST", "/v1/logs", contents[i % len(contents)], headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    sys.exit(f"{kind}: answered with {answer.status}")
            connection.close()
        with open(os.path.join(self.directory, "log"), encoding="utf-8") as log:
            return int(re.search(r"Collected : (\d+)", log.read())[1])

    def instructions_per_record(self, program, kind):
        records = int(kind.split()[0].split("-")[1])
        few, many = 2000 // records, 32000 // records
        spent = self.count_instructions(program, kind, many) - self.count_instructions(program, kind, few)
        return spent / (records * (many - few))

    def instructions(self):
        per_record = self.instructions_per_record(self.program, "logs-100 pb")
        return show("logs-100 pb: instructions per record", per_record, "", 7200, 6400)


def main():
    usual = ["ingest", "history", "idle", "startup", "probe", "fanout", "instructions", "store", "board"]
    kinds = [*usual, "compare"]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", required=True)
    parser.add_argument("--than", metavar="DIRECTORY", help="of compare: the other build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("kinds", nargs="*", metavar="|".join(kinds))
    options = parser.parse_args()
    unknown = set(options.kinds) - set(kinds)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if ("compare" in options.kinds) != (options.than is not None):
        parser.error("compare and --than go together")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(options, directory)
        print(f"{'':62}{'':15}{'must':>9}{'aim':>9}")
        results = [getattr(bench, kind)() for kind in options.kinds or usual]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
