"""The real clients of Socket.IO: socket.io-client and python-socketio connect, hear and leave."""

import fcntl
import filecmp
import json
import os
import shutil
import subprocess
import sys
import threading
import unittest

from fixture import PATIENCE_S, DaemonTest, prompt

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = os.environ['CLIENT_MODULES']  # where npm installs what package-lock.json names


def give_up(why):
    print('skipped: ' + why, file=sys.stderr)
    raise unittest.SkipTest(why)


def install_javascript():
    if not shutil.which('npm') or not shutil.which('node'):
        give_up('there is no npm')
    os.makedirs(MODULES, exist_ok=True)
    with open(os.path.join(MODULES, 'lock'), 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted, installed = os.path.join(HERE, 'package-lock.json'), os.path.join(MODULES, 'installed')
        if os.path.exists(installed) and filecmp.cmp(wanted, installed, shallow=False):
            return
        for name in ('package.json', 'package-lock.json'):
            shutil.copy(os.path.join(HERE, name), MODULES)
        done = subprocess.run(['npm', 'ci', '--prefix', MODULES, '--ignore-scripts', '--no-audit', '--no-fund'],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            give_up('npm cannot install socket.io-client: ' + done.stderr[-300:])
        shutil.copy(wanted, installed)


def find_python():
    """An interpreter that has python-socketio with its transport: this one, or the system's."""
    for python in (sys.executable, '/usr/bin/python3'):
        found = subprocess.run([python, '-c', 'import socketio, websocket'], capture_output=True, check=False)
        if found.returncode == 0:
            return python
    give_up('there is no python-socketio (python3-socketio and python3-websocket in Debian)')
    return None


class Client:
    def __init__(self, test, argv):
        environment = {**test.environment, 'CLIENT_MODULES': MODULES, 'NO_PROXY': '*'}
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True)
        test.addCleanup(self.process.stdout.close)
        test.addCleanup(self.process.stdin.close)
        test.addCleanup(test.end, self.process)
        patience = threading.Timer(2 * PATIENCE_S, self.process.kill)
        patience.start()
        test.addCleanup(patience.cancel)

    def event(self, name):
        """What came with the next event of that name."""
        for line in iter(self.process.stdout.readline, ''):
            got, data = json.loads(line)
            if got == name:
                return data
            assert got != '#error', data
        raise AssertionError('ended without ' + name)

    def leave(self):
        self.process.stdin.close()
        return self.process.wait(PATIENCE_S)


class Clients:
    """What both are tested for. python-socketio always sends an Origin: that of the daemon itself."""

    def test_hears_and_leaves(self):
        client = self.client(emit=[['ping']])
        self.assertEqual(client.event('#connect'), 'websocket')
        self.assertEqual(client.event('connection_ack')['message'], 'Connected to dashboard')
        self.assertEqual(client.event('pong').keys(), {'timestamp', 'seq'})
        self.post('/v1/logs', prompt('one'))
        self.assertEqual(client.event('session_update')['session_id'], 'one')
        self.post('/v1/logs', prompt('one', name='api_request', more=[
            ('model', 'claude-opus-4-5'), ('cost_usd', '0.08'), ('input_tokens', '100'), ('request_id', 'r1')]))
        self.assertEqual(client.event('telemetry.update')['invocation']['cost_usd'], 0.08)
        while client.event('cost.update')['costs']['today'] != 0.08:
            pass
        self.assertEqual(client.leave(), 0)
        self.assertNotIn('WebSocket', self.log(self.daemon))

    def test_stop(self):
        client = self.client()
        client.event('session_list')
        self.end(self.daemon)
        client.event('#disconnect')

    def test_refusals(self):
        self.client('/nothing').event('#error')
        self.client(options={'transports': ['polling']}).event('#error')
        client = self.client(emit=[['ping', 'x' * 20000]])
        client.event('connection_ack')
        client.event('#disconnect')
        self.wait_log(r'WebSocket closed: message over the limit \(code 1009\)')

    def test_foreign_origin(self):
        self.client(options=self.origin('http://evil.example')).event('#error')


class JavaScript(Clients, DaemonTest):
    @classmethod
    def setUpClass(cls):
        install_javascript()

    @staticmethod
    def origin(origin):
        return {'transports': ['websocket'], 'extraHeaders': {'Origin': origin}}

    def client(self, namespace='/dashboard', emit=(), options=None):
        return Client(self, ['node', os.path.join(HERE, 'socketio_client.mjs'), json.dumps({
            'url': 'http://127.0.0.1:%d%s' % (self.port, namespace), 'emit': emit,
            'options': options or {'transports': ['websocket']}})])


class Python(Clients, DaemonTest):
    @classmethod
    def setUpClass(cls):
        cls.python = find_python()

    @staticmethod
    def origin(origin):
        return {'transports': ['websocket'], 'headers': {'Origin': origin}}

    def client(self, namespace='/dashboard', emit=(), options=None):
        return Client(self, [self.python, os.path.join(HERE, 'socketio_client.py'), json.dumps({
            'url': 'http://127.0.0.1:%d' % self.port, 'namespace': namespace, 'emit': emit,
            'options': options or {'transports': ['websocket']}})])


if __name__ == '__main__':
    unittest.main()
