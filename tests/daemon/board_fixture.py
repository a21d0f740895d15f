"""A daemon with a task board, what its streams tell, and answers compared with what is expected."""

import json
import os
import re
import select

import subprocess
import sys
import time

from fixture import PATIENCE_S, DaemonTest, request

BOARDS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'data', 'board')
ZONE = 'CET-1CEST,M3.5.0,M10.5.0/3'
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z')


def differences(wanted, got, at='$'):
    """Where an answer is not what is expected; {"$any": true} and the like stand for many values."""
    if isinstance(wanted, dict) and set(wanted) & {'$any', '$text', '$time'}:
        fits = '$any' in wanted or (isinstance(got, str) and bool(got) and ('$text' in wanted or TIME.fullmatch(got)))
        return [] if fits else ['%s: %r' % (at, got)]
    if isinstance(wanted, dict) and isinstance(got, dict):
        found = ['%s.%s: missing' % (at, k) for k in wanted if k != '$more' and k not in got]
        if '$more' not in wanted:
            found += ['%s.%s: not expected' % (at, k) for k in got if k not in wanted]
        for k in set(wanted) & set(got):
            found += differences(wanted[k], got[k], '%s.%s' % (at, k))
        return found
    if isinstance(wanted, list) and isinstance(got, list):
        found = [] if len(wanted) == len(got) else ['%s: %d instead of %d' % (at, len(got), len(wanted))]
        for i, pair in enumerate(zip(wanted, got)):
            found += differences(*pair, '%s[%d]' % (at, i))
        return found
    same = wanted == got and isinstance(wanted, bool) == isinstance(got, bool)
    return [] if same else ['%s: %.200r instead of %.200r' % (at, got, wanted)]


def write(path, text):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def task(name, agent='frontend', status='new', title='A task', more=''):
    return 'id: %s\ntitle: %s\nagent: %s\nstatus: %s\n%s' % (name, title, agent, status, more)


def trace(test):
    """What to run a daemon with, so that writes_below() can tell what it did to files."""
    probe = subprocess.run(['strace', '-o', os.devnull, 'true'], capture_output=True, check=False)
    if probe.returncode != 0:
        test.skipTest('strace cannot trace here')
    test.environment['ASAN_OPTIONS'] = test.environment.get('ASAN_OPTIONS', '') + ':detect_leaks=0'  # traced already
    return ('strace', '-D', '-f', '-qq', '-y', '-s', '4096', '-o', test.path('trace'),
            '-e', 'trace=%file,openat2,ftruncate,fchmod,fchown')


def writes_below(test, directory):
    """Calls that would change something below a directory; at least one must have read there."""
    with open(test.path('trace'), encoding='utf-8', errors='replace') as f:
        calls = [line for line in f if directory in line and 'execve' not in line]
    test.assertTrue(any('openat' in line for line in calls))
    forbidden = re.compile(r'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|(rename|unlink|mkdir|truncate|chmod|chown|utime|link)\w*\(')
    return [line for line in calls if forbidden.search(line) and 'readlink' not in line]


class Stream:
    """The task events of GET /api/stream, as they come."""

    def __init__(self, test, types='task.*'):
        self.test = test
        self.socket = test.connect()
        self.socket.sendall(request('GET', '/api/stream?types=' + types))
        self.data = b''
        while b'\r\n\r\n' not in self.data:
            self.data += self.socket.recv(1 << 16)

    def _take(self):
        events = []
        while b'\n\n' in self.data:
            block, self.data = self.data.split(b'\n\n', 1)
            fields = dict(re.findall(r'^(event|id|data): (.*)$', block.decode(), re.M))
            if 'event' in fields:
                events.append((fields['event'], json.loads(fields['data'])))
        return events

    def read(self, count, quiet_s=0.0):
        """That many events, or those that came; then none for quiet_s more."""
        events, end = self._take(), time.monotonic() + PATIENCE_S
        while True:
            left = end - time.monotonic() if len(events) < count else quiet_s
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                return events
            more = self.socket.recv(1 << 20)
            if not more:
                return events
            self.data += more
            events += self._take()


NOT_BUILT = 'this build has no task board'


def is_built(test):
    return test.ask('GET', '/health').json()['board']['reason'] != NOT_BUILT


class BoardTest(DaemonTest):
    """TREE: what is there at the start, path and text. None: no directory is watched."""

    TREE = {}
    NEEDS_BOARD = True

    def prepare(self):
        for lane in ('inbox', 'assigned', 'done'):
            os.makedirs(self.file(lane))
        for path, text in self.TREE.items():
            self.put(path, text)

    def setUp(self):
        self.tasks = None
        super().setUp()
        if self.NEEDS_BOARD and not is_built(self):
            self.skipTest(NOT_BUILT)

    def start(self, *arguments, **options):
        if self.TREE is None:
            return super().start(*arguments, **options)
        if self.tasks is None:
            self.tasks = self.path('tasks')
            self.environment['TZ'] = ZONE
            self.prepare()
        return super().start('--tasks-dir', self.tasks, *arguments, **options)

    def file(self, path):
        return os.path.join(self.tasks, path)

    def put(self, path, text):
        os.makedirs(os.path.dirname(self.file(path)), exist_ok=True)
        write(self.file(path), text)

    def move(self, path, to):
        os.rename(self.file(path), self.file(to))

    def board(self, query=''):
        return self.ask('GET', '/api/tasks' + query).json()

    def ready(self, state='watching'):
        """Once the tree has been read."""
        self.wait_for('a board that is ' + state, lambda: self.board()['state'] == state)

    def health(self):
        return self.ask('GET', '/health').json()['board']

    def stream(self, state='watching'):
        self.ready(state)
        return Stream(self)

    def run_fixture(self, target):
        subprocess.run([sys.executable, os.path.join(BOARDS, 'prepare.py'), target], check=True)


