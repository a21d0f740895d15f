"""Plays a case on a real daemon in real time. More steps, for what only that has:

    {"hook": …, "want_status": N}     the same of "otlp"
    {"hook_command": CLIENT, "json": {}, "env": {}}   otel-ai-monitor hook CLIENT: must be silent and succeed
    {"raw": "GET /…", "want_status": [200], "want_answer": REGEX}
    {"run": ["setup", "codex"]}       otel-ai-monitor setup codex; or {"sh": TEXT}, or {"sh": {"file": PATH, "at": "a/0/b"}} for
                                      what is written there; with "files", "env" (null: unset), "stdin", "want_exit" (0; null:
                                      any), "want_out", "never_out" (of both outputs) and "want_file"
    {"files": {PATH: TEXT}}           {"program": TEXT}, {"link": TARGET}, {"directory": true}
    {"want_log": REGEX}
    {"want_file": {PATH: …}}          null: none; a regex; {"not": REGEX}, {"as_given": true}, {"link": TARGET},
                                      {"json": {"a/b": VALUE}}, {"toml": {}}; or a list of them
"""

import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import time
import tomllib

from case import Player, Short, Skipped, fall_short, fits
from fixture import PATIENCE_S, PROGRAM, DaemonTest


def at(tree, path):
    """What is at a/b/0 in a tree; None if nothing is."""
    for name in path.split('/') if path else []:
        if isinstance(tree, list):
            tree = tree[int(name)] if name.isdigit() and int(name) < len(tree) else None
        else:
            tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def read_json(text):
    """JSON with comments, trailing commas and a byte order mark."""
    string = r'("(?:\\.|[^"\\])*")'
    text = re.sub(string + r'|//[^\n]*|/\*.*?\*/', lambda m: m[1] or ' ', text.removeprefix('\ufeff'), flags=re.S)
    return json.loads(re.sub(string + r'|,(?=\s*[}\]])', lambda m: m[1] or '', text))


class Daemon(DaemonTest):
    """The fixture's daemon, with a home to which programs can be added."""

    def start(self, *arguments, port=0):
        home = self.directory.name
        os.mkdir(self.path('bin'))
        os.symlink(PROGRAM, self.path('bin', 'otel-ai-monitor'))
        self.environment |= {'PATH': '%s:/usr/local/bin:/usr/bin:/bin' % self.path('bin'), 'SHELL': '/bin/bash',
                             'LANG': 'C.UTF-8', 'XDG_CONFIG_HOME': self.path('.config')}
        arguments = [x.replace('$HOME', home) for x in arguments]
        return super().start('--broadcast-interval', '0', *arguments, port=port)


class OnDaemon(Player):
    WAIT_MS = 1000  # a busy machine

    def __init__(self, case):
        super().__init__(case)
        self.daemon, self.connections, self.given = Daemon(), {}, {}
        self.daemon.ARGUMENTS = case.get('arguments', [])

    def start(self):
        self.daemon.setUp()
        self.home, self.port = pathlib.Path(self.daemon.directory.name), self.daemon.port

    def finish(self):
        for connection in self.connections.values():
            connection.close()
        self.daemon.doCleanups()

    def do(self, step):
        super().do(step)
        if self.daemon.daemon.poll() is not None:
            raise Short('the daemon ended with %d: %s' % (self.daemon.daemon.returncode, self.log()[-300:]))

    def now_ns(self):
        return time.time_ns()

    def pass_ms(self, ms):
        time.sleep(ms / 1000)

    # ---- what is sent

    def connect(self):
        return http.client.HTTPConnection('127.0.0.1', self.port, timeout=PATIENCE_S)

    def post(self, path, body, step, connection):
        connection.request('POST', path, body, {'Content-Type': 'application/json'})
        answer = connection.getresponse()
        answer.read()
        if answer.status != step.get('want_status', 200):
            fall_short('status %d' % step.get('want_status', 200), '%d' % answer.status)

    def send_hook(self, step, body):
        connection = self.connect()
        self.post('/hooks/' + step['hook'], body, step, connection)
        connection.close()

    def send_otlp(self, step, body):
        name = step.get('on', '')
        if name not in self.connections:
            self.connections[name] = self.connect()
        self.post('/v1/' + step['otlp'], body, step, self.connections[name])

    def ack(self, step):
        self.daemon.post('/api/sessions/%s/ack' % step['ack'], b'')

    def hook_command(self, step):
        own = '/run/user/%d/otel-ai-monitor.sock' % os.getuid()
        if 'XDG_RUNTIME_DIR' in step.get('env', {}) and os.path.exists(own):
            raise Skipped('a daemon of yours has ' + own)
        self.execute([PROGRAM, 'hook', step['hook_command']], {**step, 'want_out': r'\A\Z'}, self.hook_body(step))

    def raw(self, step):
        got = b''
        with socket.create_connection(('127.0.0.1', self.port), timeout=PATIENCE_S) as s:
            s.sendall(step['raw'].encode('latin-1'))
            try:
                while piece := s.recv(65536):
                    got += piece
                    s.settimeout(0.3)
            except (TimeoutError, ConnectionResetError):
                pass
        text = got.decode('latin-1')
        statuses = [int(x) for x in re.findall(r'HTTP/1\.[01] (\d{3}) ', text)]
        if statuses != step.get('want_status', [200]):
            fall_short(step.get('want_status', [200]), statuses)
        if not re.search(step.get('want_answer', ''), text):
            fall_short(step['want_answer'], text)

    # ---- commands and files

    def put(self, files):
        for name, content in files.items():
            path = self.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink() or path.is_file():
                path.unlink()
            if isinstance(content, str):
                self.given[name] = content.encode()
                path.write_bytes(self.given[name])
            elif 'program' in content:
                path.write_text(content['program'], encoding='utf-8')
                path.chmod(0o755)
            elif 'link' in content:
                path.symlink_to(content['link'])
            else:
                path.mkdir()

    def text_at(self, place):
        text = at(read_json((self.home / place['file']).read_text(encoding='utf-8')), place['at'])
        if not isinstance(text, str):
            fall_short('a text at %s of %s' % (place['at'], place['file']), text)
        return text

    def execute(self, command, step, stdin):
        variables = {**self.daemon.environment, **step.get('env', {})}
        done = subprocess.run(command, input=stdin, cwd=self.home, timeout=PATIENCE_S, check=False,
                              env={k: v for k, v in variables.items() if v is not None},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        out = done.stdout.decode(errors='replace')
        if step.get('want_exit', 0) not in (None, done.returncode):
            fall_short('exit status %d' % step.get('want_exit', 0), '%d: %s' % (done.returncode, out[:200]))
        if not re.search(step.get('want_out', ''), out, re.M):
            fall_short('output like ' + step['want_out'], out)
        if 'never_out' in step and (m := re.search(step['never_out'], out, re.M)):
            fall_short('no output like ' + step['never_out'], m[0])

    def run(self, step):
        self.put(step.get('files', {}))
        if 'run' in step:
            command = [PROGRAM, *step['run']]
        else:
            command = ['/bin/sh', '-c', step['sh'] if isinstance(step['sh'], str) else self.text_at(step['sh'])]
        self.execute(command, step, step.get('stdin', '').encode())
        if 'want_file' in step:
            self.want_file(step)

    # ---- what is wanted

    def sessions(self):
        return self.daemon.sessions().values()

    def lines(self):
        return self.daemon.lines()

    def log(self):
        return self.daemon.log(self.daemon.daemon)

    def want_log(self, step):
        def look():
            if not re.search(step['want_log'], self.log(), re.M):
                fall_short('a log line like ' + step['want_log'], self.log()[-300:])
        self.wait(step, look)

    def want_file(self, step):
        def look():
            for name, wants in step['want_file'].items():
                for want in wants if isinstance(wants, list) else [wants]:
                    self.check_file(name, want)
        self.wait(step, look)

    def check_file(self, name, want):
        path = self.home / name
        if want is None or not path.exists():
            if want is not None or path.exists() or path.is_symlink():
                fall_short('%s: %s' % (name, 'none' if want is None else 'a file'), 'one' if want is None else 'none')
            return
        text = path.read_text(encoding='utf-8', errors='replace')
        if isinstance(want, str):
            good = re.search(want, text, re.M)
        elif 'not' in want:
            good = not re.search(want['not'], text, re.M)
        elif 'as_given' in want:
            good = path.read_bytes() == self.given[name]
        elif 'link' in want:
            good = path.is_symlink() and os.readlink(path) == want['link']
        else:
            try:
                tree = read_json(text) if 'json' in want else tomllib.loads(text)
            except ValueError as e:
                fall_short(name + ': valid', '%s: %s' % (e, text))
            good = all(fits(w, at(tree, p)) for p, w in (want.get('json') or want.get('toml')).items())
        if not good:
            fall_short('%s: %s' % (name, json.dumps(want, ensure_ascii=False)), text)

    KINDS = {
        **Player.KINDS,
        'hook_command': hook_command,
        'raw': raw,
        'run': run,
        'sh': run,
        'files': lambda self, step: self.put(step['files']),
        'want_log': want_log,
        'want_file': want_file,
    }
