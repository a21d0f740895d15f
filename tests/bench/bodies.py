#!/usr/bin/env python3
"""Writes OTLP/HTTP bodies like those of AI coding assistants.

usage: bodies.py DIRECTORY [--seed N]

For 5, 100 and 1000 records, in variants of different sessions, a log export:
  logs-RECORDS-vK.pb, .pb.gz    protobuf, and the same packed
  logs-RECORDS-vK.json          JSON, as the OpenTelemetry SDK for JavaScript writes it
and probe-prompt.pb, one prompt, in which otlpbench replaces at equal length
  the session id   5e551000-0000-4000-8000-000000000000
  the time         0x7E7E7E7E7E7E7E7E (fixed64), "9114861777597660798" (JSON)
  event.timestamp  2000-01-01T00:00:00.000Z
manifest.tsv tells the number of records and bytes of each. Attribute names and types are those that
the assistants send, the values are made up. Event times are "now".
"""
import argparse
import datetime
import gzip
import json
import os
import random
import struct
import time
import uuid

PROBE_ID = "5e551000-0000-4000-8000-000000000000"
PROBE_NS = 0x7E7E7E7E7E7E7E7E
PROBE_ISO = "2000-01-01T00:00:00.000Z"
VARIANTS = {5: 8, 100: 8, 1000: 4}
SESSIONS = {5: 1, 100: 4, 1000: 12}

WORDS = (
    "refactor the session tracker so that idle timers are armed per session and add tests explain why "
    "the build fails and fix the include order in the receiver header please look at the review "
    "comments and address each of them in turn"
).split()
TOOLS = ["Bash", "Read", "Edit", "Grep", "Glob", "Write", "WebFetch", "TodoWrite", "Task"]
COMMANDS = [
    "make -j2 test",
    "git diff --stat HEAD~1",
    "rg -n 'session_update' src",
    "meson compile -C build && meson test -C build --print-errorlogs",
    "sed -n 1,80p src/main.c",
]


# ---- protobuf, written out by hand


def varint(n):
    out = bytearray()
    n &= (1 << 64) - 1
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def key(field, wire):
    return varint(field << 3 | wire)


def delimited(field, data):
    return key(field, 2) + varint(len(data)) + data


def text(field, value):
    return delimited(field, value.encode()) if value else b""


def number(field, value):
    return key(field, 0) + varint(value) if value else b""


def fixed64(field, value):
    return key(field, 1) + struct.pack("<Q", value)


def any_value(value):
    if isinstance(value, bool):
        return key(2, 0) + varint(int(value))
    if isinstance(value, int):
        return key(3, 0) + varint(value)
    if isinstance(value, float):
        return key(4, 1) + struct.pack("<d", value)
    return delimited(1, value.encode())


def attributes(field, pairs):
    return b"".join(
        delimited(field, text(1, name) + delimited(2, any_value(value))) for name, value in pairs
    )


def json_value(value):
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": value}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": value}


def json_attributes(pairs):
    return [{"key": name, "value": json_value(value)} for name, value in pairs]


# ---- what the assistants send


def some_id(r):
    return str(uuid.UUID(int=r.getrandbits(128), version=4))


def some_hex(r, digits):
    return "%0*x" % (digits, r.getrandbits(4 * digits))


def iso(ns):
    if ns == PROBE_NS:
        return PROBE_ISO
    moment = datetime.datetime.fromtimestamp(ns / 1e9, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (ns // 1_000_000 % 1000)


def prose(r, least, most):
    return " ".join(r.choices(WORDS, k=r.randrange(least, most)))


class Claude:
    scope = ("com.anthropic.claude_code.events", "2.1.4")

    def __init__(self, r, session_id=None):
        self.r, self.sequence, self.prompt_id = r, 0, some_id(r)
        self.tool = self.call = ""
        self.resource = [
            ("host.arch", "amd64"),
            ("os.type", "linux"),
            ("os.version", "6.12.48"),
            ("service.name", "claude-code"),
            ("service.version", "2.1.4"),
        ]
        self.common = [
            ("user.id", some_hex(r, 64)),
            ("session.id", session_id or some_id(r)),
            ("app.version", "2.1.4"),
            ("organization.id", some_id(r)),
            ("user.email", "dev%d@example.com" % r.randrange(1000)),
            ("user.account_uuid", some_id(r)),
            ("terminal.type", r.choice(["tmux", "ghostty", "vscode", "xterm-256color"])),
        ]

    def record(self, name, ns, own):
        self.sequence += 1
        pairs = self.common + [
            ("event.name", name),
            ("event.timestamp", iso(ns)),
            ("event.sequence", self.sequence),
            ("prompt.id", self.prompt_id),
        ]
        body = "claude_code." + name
        return {"ns": ns, "body": body, "attributes": pairs + own, "severity": 0, "name": ""}

    def prompt(self, ns):
        self.prompt_id = some_id(self.r)
        words = prose(self.r, 8, 60)
        own = [("prompt_length", str(len(words))), ("prompt", words)]
        return self.record("user_prompt", ns, own + [("command_name", ""), ("command_source", "")])

    def request(self, ns):
        r = self.r
        own = [
            ("model", r.choice(["claude-opus-4-5-20251101", "claude-haiku-4-5-20251001"])),
            ("input_tokens", r.randrange(3, 9000)),
            ("output_tokens", r.randrange(10, 4000)),
            ("cache_read_tokens", r.randrange(0, 160000)),
            ("cache_creation_tokens", r.randrange(0, 9000)),
            ("cost_usd", round(r.random(), 6)),
            ("duration_ms", r.randrange(600, 40000)),
            ("request_id", "req_011C" + some_hex(r, 20)),
            ("speed", "normal"),
        ]
        return self.record("api_request", ns, own)

    def decision(self, ns):
        self.tool, self.call = self.r.choice(TOOLS), "toolu_01" + some_hex(self.r, 22)
        own = [("decision", "accept"), ("source", "config")]
        return self.record(
            "tool_decision", ns, own + [("tool_name", self.tool), ("tool_use_id", self.call)]
        )

    def result(self, ns):
        r, command = self.r, self.r.choice(COMMANDS)
        parameters = {
            "bash_command": command.split()[0],
            "full_command": command,
            "timeout": 120000,
            "description": prose(r, 6, 7),
        }
        own = [
            ("tool_name", self.tool),
            ("tool_use_id", self.call),
            ("success", "true"),
            ("duration_ms", str(r.randrange(3, 30000))),
            ("tool_parameters", json.dumps(parameters)),
            ("decision_source", "config"),
            ("decision_type", "accept"),
            ("tool_result_size_bytes", r.randrange(20, 60000)),
        ]
        return self.record("tool_result", ns, own)


class Codex:
    scope = ("codex_otel.log_only", "0.63.0")

    def __init__(self, r, session_id=None):
        self.r, self.call = r, ""
        self.resource = [
            ("telemetry.sdk.language", "rust"),
            ("telemetry.sdk.name", "opentelemetry"),
            ("telemetry.sdk.version", "0.30.0"),
            ("service.name", "codex_cli_rs"),
            ("service.version", "0.63.0"),
            ("env", "dev"),
            ("host.name", "workstation"),
        ]
        self.common = [
            ("conversation.id", session_id or some_id(r)),
            ("app.version", "0.63.0"),
            ("auth_mode", "ChatGPT"),
            ("originator", "codex_cli_rs"),
            ("user.account_id", some_id(r)),
            ("user.email", "dev%d@example.com" % r.randrange(1000)),
            ("terminal.type", "tmux/3.5a"),
            ("model", "gpt-5.1-codex"),
            ("slug", "gpt-5.1-codex"),
        ]

    def record(self, name, ns, own):
        pairs = [("event.name", "codex." + name), ("event.timestamp", iso(ns))] + self.common + own
        event = "event otel/src/otel_event_manager.rs:%d" % self.r.randrange(90, 500)
        return {"ns": ns, "body": None, "attributes": pairs, "severity": 9, "name": event}

    def prompt(self, ns):
        words = prose(self.r, 8, 60)
        own = [("prompt_length", str(len(words))), ("prompt", words)]
        return self.record("user_prompt", ns, own)

    def request(self, ns):
        r = self.r
        if r.random() < 0.5:
            own = [
                ("duration_ms", str(r.randrange(300, 9000))),
                ("http.response.status_code", 200),
                ("attempt", 0),
                ("endpoint", "/responses"),
            ]
            return self.record("api_request", ns, own)
        own = [
            ("event.kind", "response.completed"),
            ("input_token_count", r.randrange(9000)),
            ("output_token_count", r.randrange(4000)),
            ("cached_token_count", r.randrange(90000)),
            ("reasoning_token_count", r.randrange(2000)),
            ("tool_token_count", r.randrange(14000)),
        ]
        return self.record("sse_event", ns, own)

    def decision(self, ns):
        self.call = "call_" + some_hex(self.r, 24)
        own = [("tool_name", "shell"), ("call_id", self.call)]
        return self.record("tool_decision", ns, own + [("decision", "approved"), ("source", "config")])

    def result(self, ns):
        r = self.r
        own = [
            ("tool_name", "shell"),
            ("call_id", self.call),
            ("arguments", json.dumps({"command": ["bash", "-lc", r.choice(COMMANDS)]})),
            ("duration_ms", str(r.randrange(3, 9000))),
            ("success", "true"),
            ("output", prose(r, 5, 80)),
        ]
        return self.record("tool_result", ns, own)


def turns(session, count, ns):
    """count records: a prompt, a few rounds of request, decision and result, the next prompt."""
    records, rounds = [], 0
    while len(records) < count:
        if rounds == 0:
            records.append(session.prompt(ns))
            rounds = session.r.randrange(2, 7)
            continue
        for step in (session.request, session.decision, session.result):
            ns += session.r.randrange(200_000_000)
            records.append(step(ns))
        rounds -= 1
    return records[:count]


# ---- whole bodies


def protobuf_record(x):
    data = fixed64(1, x["ns"]) + number(2, x["severity"]) + text(3, "INFO" if x["severity"] else "")
    if x["body"] is not None:
        data += delimited(5, any_value(x["body"]))
    return data + attributes(6, x["attributes"]) + fixed64(11, x["ns"]) + text(12, x["name"])


def json_record(x):
    data = {"timeUnixNano": str(x["ns"]), "observedTimeUnixNano": str(x["ns"])}
    if x["severity"]:
        data |= {"severityNumber": x["severity"], "severityText": "INFO"}
    if x["name"]:
        data["eventName"] = x["name"]
    if x["body"] is not None:
        data["body"] = json_value(x["body"])
    return data | {"attributes": json_attributes(x["attributes"]), "droppedAttributesCount": 0}


def export(groups):
    """(session, records) pairs as protobuf and as JSON."""
    protobuf, as_json = b"", []
    for session, records in groups:
        name, version = session.scope
        scope = delimited(1, text(1, name) + text(2, version))
        scope += b"".join(delimited(2, protobuf_record(x)) for x in records)
        resource = delimited(1, attributes(1, session.resource))
        protobuf += delimited(1, resource + delimited(2, scope))
        as_json.append({
            "resource": {"attributes": json_attributes(session.resource)},
            "scopeLogs": [{
                "scope": {"name": name, "version": version},
                "logRecords": [json_record(x) for x in records],
            }],
        })
    return protobuf, json.dumps({"resourceLogs": as_json}, separators=(",", ":")).encode()


def logs(r, count, ns):
    sessions = SESSIONS[count]
    groups = []
    for i in range(sessions):
        session = (Codex if r.random() < 0.25 else Claude)(r)
        share = count // sessions + (i < count % sessions)
        groups.append((session, turns(session, share, ns)))
    return export(groups)


def write(directory, seed):
    ns = time.time_ns()
    manifest = []

    def put(name, records, data):
        with open(os.path.join(directory, name), "wb") as out:
            out.write(data)
        manifest.append(f"{name}\t{records}\t{len(data)}\n")

    os.makedirs(directory, exist_ok=True)
    for count, variants in VARIANTS.items():
        for variant in range(variants):
            protobuf, as_json = logs(random.Random(f"{seed}/{count}/{variant}"), count, ns)
            name = f"logs-{count}-v{variant}"
            put(name + ".pb", count, protobuf)
            put(name + ".pb.gz", count, gzip.compress(protobuf, 6, mtime=0))
            put(name + ".json", count, as_json)
    probe = Claude(random.Random(seed), PROBE_ID)
    put("probe-prompt.pb", 1, export([(probe, [probe.prompt(PROBE_NS)])])[0])
    with open(os.path.join(directory, "manifest.tsv"), "w") as out:
        out.writelines(manifest)


def fresh(directory, seed, count, records):
    """Bodies that no server has seen, of sessions that go on from body to body; their paths."""
    r, paths, ns = random.Random(seed), [], time.time_ns()
    sessions = [(Codex if r.random() < 0.25 else Claude)(r) for _ in range(16)]
    for i in range(count):
        session = sessions[i % len(sessions)]
        paths.append(os.path.join(directory, f"fresh-{i}.pb"))
        with open(paths[-1], "wb") as out:
            out.write(export([(session, turns(session, records, ns + i * 1_000_000))])[0])
    return paths


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory")
    parser.add_argument("--seed", type=int, default=4318)
    options = parser.parse_args()
    write(options.directory, options.seed)


if __name__ == "__main__":
    main()
