"""What was tried to stop the daemon, and did: each of these has to go on being harmless."""

import http.client
import json
import os
import resource
import select
import shutil
import socket
import stat
import subprocess
import time
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt, read_answer, request

JSON = {'Content-Type': 'application/json'}


class Attack(DaemonTest):
    def descriptors(self):
        return len(os.listdir('/proc/%d/fd' % self.daemon.pid))

    def limit_descriptors(self, count):
        """Leaves the daemon so many."""
        self.assert_alive()
        resource.prlimit(self.daemon.pid, resource.RLIMIT_NOFILE, (self.descriptors() + count,) * 2)

    def test_no_descriptors_left(self):
        self.limit_descriptors(12)
        idle = [self.connect() for _ in range(30)]
        for i in range(5):
            self.assertEqual(self.post('/v1/logs', prompt('new%d' % i)).status, 200)
        busy = []
        for _ in range(12):
            sock = self.connect()
            sock.sendall(request('POST', '/v1/logs', b'{', {**JSON, 'Content-Length': '2'}))
            busy.append(sock)
            time.sleep(0.01)
        answer = self.post('/v1/logs', prompt('more'))
        self.assertEqual(answer.status, 503)
        self.assertEqual(answer.fields['retry-after'], '1')
        self.assertIn('message', answer.json())
        self.wait_log('no file descriptors left; try again later; raise LimitNOFILE=')
        for sock in busy + idle:
            sock.close()
        self.wait_for('it recovers', lambda: self.post('/v1/logs', prompt('after')).status == 200)
        self.assertGreater(self.ask('GET', '/health').json()['dropped']['connections'], 0)

    def test_half_sent_heads(self):
        kept = [self.connect() for _ in range(3)]
        for i, sock in enumerate(kept):
            self.assertEqual(self.post('/v1/logs', prompt('kept%d' % i), sock=sock).status, 200)
        half = []
        for _ in range(600):
            sock = self.connect()
            sock.sendall(b'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\n')
            half.append(sock)
        for i in range(5):
            self.assertEqual(self.post('/v1/logs', prompt('new%d' % i)).status, 200)
        for i, sock in enumerate(kept):
            self.assertEqual(self.post('/v1/logs', prompt('kept%d' % i), sock=sock).status, 200)
        for sock in half:
            sock.close()

    def test_ids_without_end(self):
        answer = self.post('/v1/logs', prompt('i' * (33 << 20)))
        self.assertEqual(answer.json()['partialSuccess']['rejectedLogRecords'], '1')
        hook = json.dumps({'hook_event_name': 'UserPromptSubmit', 'session_id': 'i' * (1 << 20)}).encode()
        self.assertEqual(self.post('/hooks/claude-code', hook).status, 400)
        self.assertEqual(self.sessions(), {})
        longest = 'i' * 256
        self.post('/v1/logs', prompt(longest))
        self.assertIn(longest, self.sessions())
        self.assertEqual(self.ask('GET', '/api/sessions/' + longest).status, 200)
        self.wait_log('the session id is longer than 256 bytes')

    def test_nul_in_an_id(self):
        for _ in range(3):
            self.post('/v1/logs', prompt('a\0b'), Connection='close')
            self.post('/hooks/claude-code', b'{"hook_event_name":"UserPromptSubmit","session_id":"a\\u0000b"}')
        self.assertEqual(list(self.sessions()), ['a\ufffdb'])

    def test_what_was_lost_comes_back(self):
        pipe, sock = self.run_dir + '/otel-ai-monitor.pipe', self.run_dir + '/otel-ai-monitor.sock'

        def is_there():
            return (os.path.exists(pipe) and stat.S_ISFIFO(os.lstat(pipe).st_mode) and os.path.exists(sock)
                    and stat.S_ISSOCK(os.lstat(sock).st_mode))
        self.wait_for('pipe and socket', is_there)
        while os.path.exists(self.run_dir):  # what is removed comes back while the directory is there
            shutil.rmtree(self.run_dir, ignore_errors=True)
        os.mkdir(self.run_dir, mode=0o700)
        self.wait_for('both in the new directory', is_there)
        os.rename(self.run_dir, self.run_dir + '.old')
        self.addCleanup(shutil.rmtree, self.run_dir + '.old', True)
        os.mkdir(self.run_dir, mode=0o700)
        self.wait_for('both where the renamed directory was', is_there)
        for path in (pipe, sock):
            self.assertEqual(stat.S_IMODE(os.lstat(path).st_mode), 0o600)
        with open(self.path('precious'), 'w', encoding='utf-8') as f:
            f.write('precious')
        os.symlink(self.path('precious'), pipe + '.link')
        os.rename(pipe + '.link', pipe)
        self.wait_log('is in the way: it is not a named pipe')
        self.assertEqual(self.post('/v1/logs', prompt('meanwhile')).status, 200)
        os.unlink(pipe)
        self.wait_for('the pipe', is_there)
        with open(self.path('precious'), encoding='utf-8') as f:
            self.assertEqual(f.read(), 'precious')
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        select.select([reader], [], [], PATIENCE_S)
        self.assertIn(b'"session_id":"meanwhile"', os.read(reader, 1 << 16))
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(sock)
            self.assertEqual(self.ask('GET', '/health', sock=client).status, 200)

    def test_extreme_numbers(self):
        """Of all clients' numbers; the sanitizers' builds see to the arithmetic."""
        self.post('/v1/logs', prompt('n'))
        for value in (1e11, 9e9, 9e9, 1e308, -1.0, 'NaN', 'Infinity'):
            point = {'timeUnixNano': str(time.time_ns()), 'asDouble': value, 'attributes': [
                {'key': 'session.id', 'value': {'stringValue': 'n'}}]}
            self.post('/v1/metrics', json.dumps({'resourceMetrics': [{
                'resource': {'attributes': [{'key': 'service.name', 'value': {'stringValue': 'claude-code'}}]},
                'scopeMetrics': [{'metrics': [{'name': 'claude_code.cost.usage', 'sum': {
                    'aggregationTemporality': 1, 'isMonotonic': True, 'dataPoints': [point]}}]}]}]}).encode())
        for number in (2**63 - 1, 2**63, 2**64 - 1, 1, 0):
            body = prompt('t%d' % number).replace(b'"timeUnixNano": "', b'"timeUnixNano": "%d", "x": "' % number)
            self.assertEqual(self.post('/v1/logs', body).status, 200)
            for event in ('UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop'):
                self.post('/hooks/claude-code', json.dumps({
                    'hook_event_name': event, 'session_id': 't%d' % number, 'tool_use_id': 'x'}).encode())
        for name in ('input_tokens', 'output_tokens', 'cache_read_tokens', 'duration_ms', 'cost_usd'):
            for value in (2**63 - 1, -2**63, '99999999999999999999', '1e400', 'NaN', '-5'):
                self.post('/v1/logs', prompt('n', name='api_request', more=[(name, str(value))]))
        self.assert_alive()
        for session in self.sessions().values():
            for number in (session['metrics'] or {}).values():
                self.assertGreaterEqual(number if not isinstance(number, str) else 0, 0)
        self.assertNotIn('runtime error', self.log(self.daemon))


    def test_parameters_that_cannot_be_read(self):
        """They are not taken for absent: a filter would let everything pass, a dry run would be none."""
        self.post('/v1/logs', prompt('kept'))
        for broken in ('%zz', '%', '1' * 2000):
            for path in ('/api/purge?before=2026-01-01&dry_run=', '/api/purge?before=',
                         '/api/prices/reprice?since=2026-01-01&dry_run='):
                self.assertEqual(self.post(path + broken, b'{}').status, 400, path)
            for path in ('/api/metrics?limit=', '/api/events?limit=', '/api/tasks/history?from=',
                         '/api/metrics/tasks?state=', '/api/stats?from='):
                self.assertEqual(self.ask('GET', path + broken).status, 400, path)
        self.assert_alive()


class Unread(DaemonTest):
    """stderr is a pipe that nobody reads."""

    def test_stderr_that_nobody_reads(self):
        reads, writes = os.pipe()
        self.addCleanup(os.close, reads)
        self.end(self.daemon)
        daemon = self.start_with_stderr(writes)
        os.close(writes)
        port = int(os.read(reads, 4096).split(b'localhost:')[1].split()[0])
        for i in range(1000):
            connection = http.client.HTTPConnection('127.0.0.1', port, timeout=PATIENCE_S)
            connection.request('POST', '/v1/logs', prompt('s%d' % i), JSON)
            self.assertEqual(connection.getresponse().status, 200)
            connection.close()
        self.assertIsNone(daemon.poll())
        os.set_blocking(reads, False)
        log = b''
        while select.select([reads], [], [], 0)[0]:
            log += os.read(reads, 1 << 16)
        self.assertGreater(len(log), 60000)
        self.assertTrue(log.endswith(b'\n'))

    def start_with_stderr(self, fd):
        daemon = subprocess.Popen([PROGRAM, 'serve', '--port', '0', '--no-notifications', '--verbose'],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=fd,
                                  env=self.environment)
        self.addCleanup(self.end, daemon)
        return daemon


if __name__ == '__main__':
    unittest.main()
