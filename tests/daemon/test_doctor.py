"""doctor beside a real daemon, with an invented home."""

import json
import os
import pty
import signal
import socket
import subprocess
import threading
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt, read_answer


class Doctor(DaemonTest):
    def setUp(self):
        super().setUp()
        self.environment.update(PATH='/usr/bin:/bin', OTEL_AI_MONITOR_NOTIFIER='/bin/true', SHELL='/bin/bash')

    def run_program(self, *arguments, port=None, **variables):
        return subprocess.run([PROGRAM, *arguments, '--port', str(port or self.port)], capture_output=True, check=False,
                              env={**self.environment, **variables}, text=True, timeout=PATIENCE_S)

    def doctor(self, *arguments, **options):
        return self.run_program('doctor', *arguments, **options)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'w', encoding='utf-8') as f:
            f.write(text)

    def test_all_is_well(self):
        os.mkdir(self.path('.claude'))
        self.run_program('setup', 'claude-code', '--yes')
        self.post('/v1/logs', prompt('one'))
        done = self.doctor()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn('✗', done.stdout)
        for line in ('otel-ai-monitor', 'listening on port %d' % self.port, 'received 1 log records', 'clocks agree',
                     'FIFO ready, no reader', 'Claude Code points here'):
            self.assertIn(line, done.stdout)

    def test_no_daemon(self):
        self.end(self.daemon)
        done = self.doctor()
        self.assertEqual(done.returncode, 1)
        self.assertIn('✗ no otel-ai-monitor answers', done.stdout)

    def test_the_port_is_held_by_somebody_else(self):
        with socket.create_server(('127.0.0.1', 0)) as other:
            def answer():
                while True:
                    try:
                        with other.accept()[0] as sock:
                            sock.recv(4096)
                            sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
                    except OSError:
                        return
            threading.Thread(target=answer, daemon=True).start()
            port = other.getsockname()[1]
            done = self.doctor(port=port)
            other.shutdown(socket.SHUT_RDWR)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r'✗ port %d is in use by "[^"]+" \(process %d\)' % (port, os.getpid()))

    def test_the_daemon_has_another_port(self):
        with socket.create_server(('127.0.0.1', 0)) as other:
            port = other.getsockname()[1]
        self.assertIn('✗ nothing listens on port %d' % port, self.doctor(port=port).stdout)

    def test_what_was_refused(self):
        sock = self.connect()
        sock.sendall(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
        read_answer(sock)
        self.post('/v1/logs', b'{')
        text = self.doctor().stdout
        self.assertIn('✗ 1 gRPC connections to this HTTP port', text)
        self.assertIn('! 1 requests were rejected', text)

    def test_what_means_nothing(self):
        for _ in range(3):
            self.post('/v1/logs', prompt('one', 'acme-assistant', 'acme.something'))
        self.post('/v1/logs', prompt('one', 'line\nbreak "quoted"', 'acme.something'))
        self.post('/v1/logs', prompt('one', '', 'acme.something'))
        self.post('/v1/logs', prompt('two', 'acme-launcher', 'codex.user_prompt'))
        self.post('/v1/logs', prompt('two', 'acme-launcher', 'acme.something'))
        self.assertEqual(self.ask('GET', '/health').json()['not_understood'], [
            {'service': '', 'logs': 1, 'traces': 0, 'metrics': 0},
            {'service': 'line\\x0abreak \\"quoted\\"', 'logs': 1, 'traces': 0, 'metrics': 0},
            {'service': 'acme-assistant', 'logs': 3, 'traces': 0, 'metrics': 0}])
        unused = {s['service']: s['logs'] for s in self.ask('GET', '/health').json()['unused']}
        self.assertEqual((unused['acme-launcher'], unused['acme-assistant']), (1, 3))  # of all, understood or not
        text = self.doctor().stdout
        self.assertIn('! cannot use 3 log records from "acme-assistant"', text)
        self.assertIn('! cannot use 1 log records from an unnamed service', text)
        self.assertNotIn('acme-launcher', text)
        self.assertEqual(list(self.sessions()), ['two'])

    def test_a_refused_request_counts_for_nobody(self):
        body = prompt('one', 'acme-assistant', 'acme.something')
        self.assertEqual(self.post('/v1/logs', body[:-1]).status, 400)
        self.assertEqual(self.ask('GET', '/health').json()['not_understood'], [])

    def test_many_that_mean_nothing(self):
        bodies = [json.loads(prompt('one', f'acme-{i}', 'acme.something')) for i in range(100)]
        many = {'resourceLogs': [x['resourceLogs'][0] for x in bodies]}
        self.post('/v1/logs', json.dumps(many).encode())
        self.assertEqual(len(self.ask('GET', '/health').json()['not_understood']), 16)  # of one request
        for body in bodies:
            self.post('/v1/logs', json.dumps(body).encode())
        names = [x['service'] for x in self.ask('GET', '/health').json()['not_understood']]
        self.assertEqual(names, [f'acme-{i}' for i in range(99, 67, -1)])
        self.assertEqual(self.doctor().stdout.count('cannot use'), 8)

    def test_metrics_without_logs(self):
        self.post('/v1/metrics', json.dumps({'resourceMetrics': [{'scopeMetrics': [{'metrics': [
            {'name': 'x', 'sum': {'dataPoints': [{'asInt': '1'}]}}]}]}]}).encode())
        done = self.doctor()
        self.assertEqual(done.returncode, 1)
        self.assertIn('✗ metrics arrive, logs do not', done.stdout)

    def test_a_clock_that_is_ahead(self):
        body = json.loads(prompt('one'))
        record = body['resourceLogs'][0]['scopeLogs'][0]['logRecords'][0]
        record['timeUnixNano'] = str(int(record['timeUnixNano']) + 600 * 10**9)
        self.post('/v1/logs', json.dumps(body).encode())
        self.assertRegex(self.doctor().stdout, r'✗ the last telemetry is dated (600|599) s in the future')

    def test_the_pipe(self):
        fd = os.open(self.run_dir + '/otel-ai-monitor.pipe', os.O_RDONLY | os.O_NONBLOCK)
        self.assertIn('FIFO ready, with a reader', self.doctor().stdout)
        os.close(fd)
        self.write('file', '')
        self.assertIn('✗ %s is not a FIFO' % self.path('file'), self.doctor(OTEL_AI_PIPE=self.path('file')).stdout)

    def test_the_notifier(self):
        self.write('notifier', '#!/bin/sh\n[ "$1" = --check ] && echo "invented 1.0"\n')
        os.chmod(self.path('notifier'), 0o755)
        for program, line in ((self.path('notifier'), '✓ notifications are shown by invented 1.0'),
                              ('/bin/false', '! no notification daemon'), ('/nowhere', '! no notifications: cannot run')):
            self.assertIn(line, self.doctor(OTEL_AI_MONITOR_NOTIFIER=program).stdout)

    def units(self, **units):
        """A service manager that knows these units, by their short names: LoadState, ActiveState, ..."""
        answers = ''.join('*%s) printf "%s" ;;\n' % ({'service': 'monitor.service', 'socket': 'monitor.socket',
                                                     'retry': 'retry.service'}[name],
                                                    ''.join('%s=%s\\n' % kv for kv in state.items()))
                          for name, state in units.items())
        self.write('bin/systemctl', '#!/bin/sh\ncase $* in\n%s*) echo "LoadState=not-found" ;;\nesac\n' % answers)
        os.chmod(self.path('bin', 'systemctl'), 0o755)
        return self.doctor(PATH='%s:/usr/bin:/bin' % self.path('bin'))

    def test_units_that_have_failed(self):
        fine = {'LoadState': 'loaded', 'ActiveState': 'active', 'SubState': 'running', 'Result': 'success'}
        self.assertNotIn('otel-ai-monitor.service', self.units(service=fine, socket=fine).stdout)
        failed = {'LoadState': 'loaded', 'ActiveState': 'failed', 'SubState': 'failed'}
        self.end(self.daemon)
        for state, words in (
                ({**failed, 'Result': 'exit-code', 'ExecMainStatus': 2}, 'a setting is wrong: otel-ai-monitor check says'),
                ({**failed, 'Result': 'exit-code', 'ExecMainStatus': 1}, 'it exited with 1: otel-ai-monitor logs says why'),
                ({**failed, 'Result': 'core-dump'}, 'it crashed (core-dump)'),
                ({**failed, 'Result': 'watchdog'}, 'reset-failed otel-ai-monitor.service && otel-ai-monitor restart'),
                ({**failed, 'Result': 'new-word'}, 'see its log (new-word)'),
                ({'LoadState': 'masked', 'ActiveState': 'inactive'}, 'systemctl --user unmask otel-ai-monitor.service'),
                ({**failed, 'ActiveState': 'activating', 'SubState': 'auto-restart', 'Result': 'signal'},
                 'is being restarted: it was killed')):
            done = self.units(service=state)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stdout, '(?m)^✗ .*%s' % words.replace('(', r'\(').replace(')', r'\)'))
        done = self.units(service={**fine, 'ActiveState': 'inactive'}, socket={**failed, 'Result': 'trigger-limit-hit'})
        self.assertRegex(done.stdout, r'✗ otel-ai-monitor.socket has failed: .*reset-failed otel-ai-monitor.socket')
        done = self.units(service={**fine, 'ActiveState': 'inactive'}, retry=fine)
        self.assertIn('✗ the service waits for correct settings', done.stdout)

    def test_a_failed_unit_beside_a_daemon_is_a_note(self):
        failed = {'LoadState': 'loaded', 'ActiveState': 'failed', 'Result': 'timeout'}
        done = self.units(service=failed)
        self.assertEqual(done.returncode, 0)
        self.assertIn('! otel-ai-monitor.service has failed', done.stdout)

    def test_settings_of_clients(self):
        url = 'http://127.0.0.1:%d' % self.port
        for env, line in (
                ({}, '! Claude Code does not send its telemetry here'),
                ({'OTEL_EXPORTER_OTLP_ENDPOINT': 'https://otel.example'}, '✗ Claude Code: OTEL_EXPORTER_OTLP_ENDPOINT'),
                ({'CLAUDE_CODE_ENABLE_TELEMETRY': '1', 'OTEL_LOGS_EXPORTER': 'otlp', 'OTEL_METRICS_EXPORTER': 'otlp',
                  'OTEL_EXPORTER_OTLP_ENDPOINT': url}, 'OTEL_EXPORTER_OTLP_PROTOCOL is missing in its settings, so it '
                                                       'may use gRPC'),
                ({'CLAUDE_CODE_ENABLE_TELEMETRY': '1', 'OTEL_LOGS_EXPORTER': 'otlp', 'OTEL_METRICS_EXPORTER': 'otlp',
                  'OTEL_EXPORTER_OTLP_ENDPOINT': url, 'OTEL_EXPORTER_OTLP_PROTOCOL': 'http/json'},
                 '! Claude Code points here, but hooks are missing')):
            self.write('.claude/settings.json', json.dumps({'env': env}))
            self.assertIn(line, self.doctor().stdout)
        self.write('.claude/settings.json', "{ 'a': 1 }")
        self.assertIn('cannot be checked: line 1: ', self.doctor().stdout)
        self.write('.claude/settings.json', '{"hooks": {"Stop": [{"hooks": [{"type": "command", '
                                            '"command": "otel-ai-monitor hook claude-code"}]}]}}')
        self.assertIn('which is not in PATH', self.doctor().stdout)

    def test_a_collector_beside_it(self):
        self.write('.claude/settings.json', json.dumps({'env': {'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://[::1]:9'}}))
        text = self.doctor().stdout
        self.assertIn('! Claude Code: OTEL_EXPORTER_OTLP_ENDPOINT is "http://[::1]:9"', text)
        self.assertIn('have it forward telemetry to http://127.0.0.1:%d' % self.port, text)
        self.assertIn('✗ no client is set up to send here, for the reasons above', text)
        self.post('/v1/logs', prompt('passed on'))
        text = self.doctor().stdout
        self.assertIn('✓ telemetry arrives anyway: a collector forwards it', text)
        self.assertNotIn('✗', text)
        self.run_program('setup', 'claude-code', '--yes')
        text = self.doctor().stdout
        self.assertIn('! Claude Code: its hooks point here', text)
        self.assertNotIn('✗', text)

    def test_switches_that_turn_hooks_off(self):
        for client, name, text, switch in (
                ('claude-code', '.claude/settings.json', '{"disableAllHooks": true}', 'disableAllHooks = true'),
                ('qwen', '.qwen/settings.json', '{"allowManagedHooksOnly": true}', 'allowManagedHooksOnly = true'),
                ('gemini', '.gemini/settings.json',
                 '{"hooksConfig": {"disabled": ["otel-ai-monitor hook gemini"]}}', 'hooksConfig.disabled lists them'),
                ('codex', '.codex/config.toml', 'features = { hooks = false }\n', 'features.hooks = false'),
                ('codex', '.codex/config.toml', '"features".codex_hooks = false\n', 'features.codex_hooks = false')):
            self.write(name, text)
            done = self.run_program('setup', client, '--yes')
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn(switch + ' (%s)' % self.path(name), done.stdout)
            done = self.doctor()
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stdout, '✗ .*' + switch)
            self.assertIn('but none of its hooks', done.stdout)
            os.remove(self.path(name))

    def test_an_alias_is_missing(self):
        self.write('config/opencode/opencode.json', '{"experimental": {"openTelemetry": true}}')
        self.write('.bashrc', '')
        done = self.doctor()
        self.assertEqual(done.returncode, 1)
        self.assertIn('✗ opencode: the alias is missing in its settings: otel-ai-monitor setup opencode', done.stdout)

    def test_a_client_that_does_not_end(self):
        self.write('bin/claude', '#!/bin/sh\necho 2.1.329\nexec sleep 1000\n')
        os.chmod(self.path('bin/claude'), 0o755)
        done = self.doctor(PATH=self.path('bin') + ':/usr/bin:/bin')
        self.assertIn('! Claude Code does not send its telemetry here', done.stdout)

    def test_settings_in_the_environment(self):
        os.mkdir(self.path('.claude'))
        given = {'CLAUDE_CODE_ENABLE_TELEMETRY': '1', 'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://127.0.0.1:%d' % self.port}
        text = self.doctor(**given).stdout
        self.assertIn('OTEL_EXPORTER_OTLP_PROTOCOL is not set', text)
        text = self.doctor(OTEL_EXPORTER_OTLP_PROTOCOL='http/protobuf', **given).stdout
        self.assertIn('Claude Code points here', text)
        self.assertNotIn('PROTOCOL', text)

    def test_codex_and_trust(self):
        os.mkdir(self.path('.codex'))
        self.run_program('setup', 'codex', '--yes')
        self.assertIn('! Codex points here, but its hooks are not trusted yet', self.doctor().stdout)
        with open(self.path('.codex/config.toml'), 'a', encoding='utf-8') as f:
            f.write('[hooks.state."x"]\ntrusted_hash = "y"\n')
        self.assertIn('✓ Codex points here', self.doctor().stdout)

    def test_watch_waits_only_for_what_was_set_up(self):
        os.mkdir(self.path('.codex'))
        self.run_program('setup', 'codex', '--yes')
        pid, fd = pty.fork()
        if pid == 0:
            os.execve(PROGRAM, [PROGRAM, 'doctor', '--watch', '--port', str(self.port)],
                      {**self.environment, 'LANG': 'C.UTF-8'})
        seen = b''
        while seen.count(b'not yet') < 6:
            seen += os.read(fd, 4096)
        os.kill(pid, signal.SIGINT)
        os.waitpid(pid, 0)
        os.close(fd)
        live = seen.decode()[seen.decode().index('Ctrl-C'):]
        self.assertIn('· traces', live)
        self.assertNotIn('· metrics', live)

    def test_watch_ticks_off_what_arrives(self):
        watch = subprocess.Popen([PROGRAM, 'doctor', '--watch', '--port', str(self.port)], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, env=self.environment, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(self.end, watch)
        while 'Ctrl-C' not in watch.stdout.readline():
            pass
        self.post('/hooks/claude-code', json.dumps({'hook_event_name': 'UserPromptSubmit', 'session_id': 'one',
                                                    'cwd': '/home/dev/webshop'}).encode())
        self.post('/v1/logs', prompt('one', name='api_request', more=[
            ('query_source', 'repl_main_thread'), ('input_tokens', '10'), ('output_tokens', '5'),
            ('cost_usd', '0.25')]))
        seen = set()
        while seen != {'hooks', 'session', 'project', 'logs', 'cost'}:
            line = watch.stdout.readline()
            self.assertTrue(line.startswith('✓ '), line)
            seen.add(line.split()[1])
        watch.send_signal(signal.SIGINT)
        self.assertEqual(watch.wait(PATIENCE_S), 0)


if __name__ == '__main__':
    unittest.main()
