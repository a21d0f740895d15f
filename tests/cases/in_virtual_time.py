"""Plays a case into the core, which the replay program holds, in virtual time."""

import json
import os
import subprocess
import tempfile

from case import Player

REPLAY = os.environ['REPLAY']
EPOCH_MS = 1_767_225_600_000  # 2026-01-01
PROJECT = '/home/dev/src/webshop'  # where processes work
SETTINGS = ('--quiet-period', '--stall-timeout', '--session-timeout', '--completed-timeout')  # in s


def can_play(case):
    """Whether nothing in the case needs a daemon. An HTTP status does: it is the server that refuses."""
    arguments = case.get('arguments', [])
    return all(any(k in step for k in Player.KINDS) and 'want_status' not in step for step in case['steps']) and \
        all(name in SETTINGS for name in arguments[::2])


class InVirtualTime(Player):
    def __init__(self, case):
        super().__init__(case)
        self.home, self.now_ms, self.offset_ms = '/home/dev', 0, 0
        self.connections, self.pids, self.told, self.bodies = {}, {}, [], 0
        self.directory = tempfile.TemporaryDirectory()
        self.replay = subprocess.Popen([REPLAY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self):
        self.tell('epoch %d' % EPOCH_MS)
        arguments = self.case.get('arguments', [])
        for name, value in zip(arguments[::2], arguments[1::2]):
            self.tell('setting %s %d' % (name.removeprefix('--'), int(value) * 1000))

    def finish(self):
        self.replay.communicate()
        self.directory.cleanup()

    def tell(self, line):
        self.replay.stdin.write(line + '\n')

    def act(self, verb, *arguments):
        self.tell(' '.join([str(self.now_ms), verb, *map(str, arguments)]))

    def now_ns(self):
        return (EPOCH_MS + self.now_ms + self.offset_ms) * 1_000_000

    def pass_ms(self, ms):
        self.now_ms += ms

    def body_file(self, body):
        self.bodies += 1
        path = os.path.join(self.directory.name, str(self.bodies))
        with open(path, 'wb') as f:
            f.write(body)
        return path

    def send_hook(self, step, body):
        self.act('hook', step['hook'], self.body_file(body))

    def send_otlp(self, step, body):
        name = step.get('as', step.get('on', ''))
        connection = self.connections.setdefault(name, len(self.connections) + 1)
        self.act('post', connection, step['otlp'], 'json', self.body_file(body))
        if 'as' in step and name not in self.pids:
            self.pids[name] = 1000 + len(self.pids)
            self.act('process', connection, self.pids[name], name, PROJECT)

    def end(self, step):
        self.act('close', self.connections.pop(step['end']))
        self.act('gone', self.pids.pop(step['end']))

    def ack(self, step):
        self.act('ack', step['ack'])

    def clock(self, step):
        self.offset_ms = step['clock_ms']
        self.act('clock', self.offset_ms)

    def sessions(self):
        self.act('list')
        self.replay.stdin.flush()
        while True:
            line = self.replay.stdout.readline()
            if not line:
                raise RuntimeError('replay ended with %d' % self.replay.wait())
            told = json.loads(line.split(' ', 1)[1])
            if told['type'] == 'session_list':
                return told['sessions']
            self.told.append(told)

    def lines(self):
        self.sessions()
        return self.told
