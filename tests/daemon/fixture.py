"""The real daemon on a free port, in a directory of its own, and short ways to talk to it."""

import gzip
import json
import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ['OTEL_AI_MONITOR']
DATA = os.environ['TEST_RECORDINGS']
PROTOBUF = 'application/x-protobuf'
PATIENCE_S = 20  # how long something that must happen may take on a busy machine


def recorded(recording, number):
    """A body that a real client sent."""
    with gzip.open(os.path.join(DATA, recording, number + '.body.gz'), 'rb') as f:
        return f.read()


def prompt(session, service='claude-code', name='user_prompt', more=()):
    """One log record of a session, as JSON."""
    attributes = [('session.id', session), ('event.name', name), *more]
    return json.dumps({'resourceLogs': [{
        'resource': {'attributes': [{'key': 'service.name', 'value': {'stringValue': service}}]},
        'scopeLogs': [{'logRecords': [{
            'timeUnixNano': str(time.time_ns()),
            'attributes': [{'key': k, 'value': {'stringValue': v}} for k, v in attributes]}]}]}]}).encode()


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def json(self):
        return json.loads(self.body)


def read_answer(sock):
    """One answer with Content-Length from a socket; None at its end."""
    data = b''
    while b'\r\n\r\n' not in data:
        more = sock.recv(1)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b'\r\n\r\n')
    lines = head.decode().split('\r\n')
    fields = {k.lower(): v.strip() for k, v in (line.split(':', 1) for line in lines[1:])}
    wanted = int(fields.get('content-length', 0))
    while len(body) < wanted:
        more = sock.recv(wanted - len(body))
        if not more:
            break
        body += more
    return Answer(int(lines[0].split()[1]), fields, body)


def request(method, path, body=b'', fields=None, host='localhost'):
    head = ['%s %s HTTP/1.1' % (method, path), 'Host: ' + host]
    given = {k.lower() for k in fields or {}}
    if body or method == 'POST':
        if 'content-length' not in given and 'transfer-encoding' not in given:
            head.append('Content-Length: %d' % len(body))
    head += ['%s: %s' % kv for kv in (fields or {}).items()]
    return ('\r\n'.join(head) + '\r\n\r\n').encode() + body


class DaemonTest(unittest.TestCase):
    """Starts a daemon for each test; ARGUMENTS may be extended by a class."""

    ARGUMENTS = []

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.run_dir = os.path.join(self.directory.name, 'run')
        os.mkdir(self.run_dir, mode=0o700)
        self.environment = {'PATH': os.environ['PATH'], 'HOME': self.directory.name,
                            'XDG_RUNTIME_DIR': self.run_dir, 'XDG_CONFIG_HOME': self.path('config'),
                            **{k: v for k, v in os.environ.items() if k.endswith('SAN_OPTIONS') or k == 'TZ'}}
        self.daemon = self.start(*self.ARGUMENTS)
        self.port = self.port_of(self.daemon)

    def path(self, *names):
        return os.path.join(self.directory.name, *names)

    def start(self, *arguments, port=0, before=(), **popen):
        """A daemon with its stdout and stderr in files; ended at the end of the test if it still runs. before: a
        command that runs it."""
        number = len(os.listdir(self.directory.name))
        log, out = self.path('log%d' % number), self.path('out%d' % number)
        argv = [*before, PROGRAM, 'serve', '--port', str(port), '--no-notifications', '--stdout', *arguments]
        with open(log, 'wb') as stderr, open(out, 'wb') as stdout:
            daemon = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
                                      env=self.environment, **popen)
        daemon.log_path, daemon.out_path = log, out
        self.addCleanup(self.end, daemon)
        return daemon

    @staticmethod
    def end(daemon):
        if daemon.poll() is None:
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    @staticmethod
    def log(daemon):
        with open(daemon.log_path, encoding='utf-8', errors='replace') as f:
            return f.read()

    def lines(self, daemon=None):
        with open((daemon or self.daemon).out_path, encoding='utf-8') as f:
            return [json.loads(line) for line in f.read().splitlines()]

    def wait_for(self, what, condition):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.01)
        self.fail('%s did not happen; log:\n%s' % (what, self.log(self.daemon)))
        return None

    def wait_log(self, pattern, daemon=None):
        return self.wait_for('a log line with ' + pattern,
                             lambda: re.search(pattern, self.log(daemon or self.daemon)))

    def port_of(self, daemon):
        return int(self.wait_log(r'listening on http://localhost:(\d+)', daemon).group(1))

    def connect(self, address='127.0.0.1'):
        sock = socket.create_connection((address, self.port), timeout=PATIENCE_S)
        self.addCleanup(sock.close)
        return sock

    def ask(self, method, path, body=b'', fields=None, host='localhost', sock=None):
        sock = sock or self.connect()
        sock.sendall(request(method, path, body, fields, host))
        return read_answer(sock)

    def post(self, path, body, kind='application/json', sock=None, **fields):
        named = {'Content-Type': kind, **{k.replace('_', '-'): v for k, v in fields.items()}}
        return self.ask('POST', path, body, named, sock=sock)

    def sessions(self):
        return {s['session_id']: s for s in self.ask('GET', '/api/sessions').json()['sessions']}

    def placed(self, session):
        """The session once its project is known: directories are looked at beside the loop."""
        def found():
            known = self.sessions()[session]
            return known if known['project'] else None
        return self.wait_for('%s has a project' % session, found)

    def assert_alive(self):
        self.assertIsNone(self.daemon.poll())
        self.assertEqual(self.ask('GET', '/health').json()['status'], 'ok')


def read_some(fd, seconds=PATIENCE_S):
    """What can be read from a descriptor once something can; b'' if nothing can in time."""
    ready, _, _ = select.select([fd], [], [], seconds)
    return os.read(fd, 1 << 20) if ready else b''
