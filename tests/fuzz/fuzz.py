#!/usr/bin/env python3
"""Fuzzes for as long as it is told, several targets at once, and counts what was tried. See README.md."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
MAX_BYTES = 1500
# Where most inputs are short; an input that is longer than it needs to be costs executions.
MAX_BYTES_OF = {
    'config_file': 1000, 'hook_reader': 600, 'http': 600, 'json_bind': 400, 'json_read': 400, 'notify_line': 400,
    'otlp_wire': 600, 'otlp_json': 800, 'setup': 600, 'socketio': 600, 'text': 300,
}
LIMITS = ['-timeout=30', '-rss_limit_mb=2048', '-print_final_stats=1']
STOPPED = 72  # libFuzzer's exit status after Ctrl-C


def arguments():
    p = argparse.ArgumentParser(prog='./dev fuzz', description='Fuzz the targets in tests/fuzz.')
    p.add_argument('--build', type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    p.add_argument('--merge', action='store_true',
                   help='afterwards add to the corpus what reaches code that nothing in it reaches')
    p.add_argument('--keep', type=pathlib.Path, default=default_keep(), metavar='DIRECTORY',
                   help='where inputs, crashes and counts are kept (%(default)s)')
    p.add_argument('--jobs', type=int, default=len(os.sched_getaffinity(0)), metavar='N',
                   help='targets at a time (one for each processor)')
    p.add_argument('--max-bytes', type=int, metavar='N', help='length of inputs (by target)')
    p.add_argument('seconds', nargs='?', type=int, default=60, help='for each target (60)')
    p.add_argument('targets', nargs='*', metavar='TARGET', help='all by default')
    return p.parse_args()


def default_keep():
    cache = os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache'
    return pathlib.Path(cache) / 'otel-ai-monitor-fuzz'


def programs(build):
    found = (build / 'tests' / 'fuzz').glob('fuzz-*')
    return {p.name.removeprefix('fuzz-'): p for p in sorted(found) if p.is_file() and os.access(p, os.X_OK)}


class Target:
    def __init__(self, name, program, args):
        self.name, self.program, self.args = name, program, args
        self.corpus = HERE / 'corpus' / name
        self.found = args.keep / name
        self.crashes = args.keep / 'crashes' / name
        self.executions, self.seconds, self.status = 0, 0.0, None

    def command(self, *arguments):
        longest = self.args.max_bytes or MAX_BYTES_OF.get(self.name, MAX_BYTES)
        return [str(self.program), f'-max_len={longest}', *LIMITS, f'-artifact_prefix={self.crashes}/', *arguments]

    def run(self):
        self.found.mkdir(parents=True, exist_ok=True)
        self.crashes.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        r = subprocess.run(self.command(f'-max_total_time={self.args.seconds}', str(self.found), str(self.corpus)),
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, errors='replace', check=False)
        self.seconds = time.monotonic() - began
        self.status = r.returncode
        # a run that ends in a crash prints no statistics
        counts = re.findall(r'^stat::number_of_executed_units:\s*(\d+)', r.stdout, re.M) or \
            re.findall(r'^#(\d+)\s', r.stdout, re.M)
        self.executions = int(counts[-1]) if counts else 0
        (self.args.keep / f'{self.name}.log').write_text(r.stdout)
        return self

    def failed(self):
        return self.status not in (0, STOPPED)

    def report(self):
        rate = self.executions / self.seconds if self.seconds else 0
        print(f'{self.name:<16} {self.executions:>12,} executions {rate:>9,.0f}/s', flush=True)
        if not self.failed():
            return
        log = self.args.keep / f'{self.name}.log'
        paths = re.findall(r'Test unit written to (\S+)', log.read_text())
        print(f'{self.name}: FAILED; what it said is in {log}')
        for path in paths:
            print(f'{self.name}: to replay it: {os.path.relpath(self.program)} {path}')

    def merge(self):
        before = len(list(self.corpus.iterdir()))
        subprocess.run(self.command('-merge=1', '-use_counters=0', str(self.corpus), str(self.found)), check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(f'{self.name:<16} {len(list(self.corpus.iterdir())) - before} more in its corpus')


def add_to_count(keep, targets):
    """Over all runs: what docs/reliability.md quotes."""
    path = keep / 'executions.json'
    counts = json.loads(path.read_text()) if path.exists() else {}
    for t in targets:
        counts[t.name] = counts.get(t.name, 0) + t.executions
    path.write_text(json.dumps(counts, indent=1, sort_keys=True) + '\n')
    return sum(counts.values())


def main():
    args = arguments()
    known = programs(args.build)
    unknown = [t for t in args.targets if t not in known]
    if unknown:
        sys.exit(f'./dev fuzz: there is no target "{unknown[0]}"; there are: {" ".join(known)}')
    args.keep.mkdir(parents=True, exist_ok=True)
    targets = [Target(name, known[name], args) for name in args.targets or known]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(t.run) for t in targets]):
            done.result().report()
    total = add_to_count(args.keep, targets)
    print(f'{"all":<16} {sum(t.executions for t in targets):>12,} executions; {total:,} with those before')
    if args.merge:
        for t in targets:
            t.merge()
    sys.exit(any(t.failed() for t in targets))


if __name__ == '__main__':
    main()
