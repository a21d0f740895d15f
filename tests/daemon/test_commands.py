"""Commands for people, on terminals and in scripts."""

import http.server
import json
import os
import pty
import re
import select
import signal
import subprocess
import termios
import threading
import time
import unittest

from fixture import DaemonTest, PATIENCE_S, PROGRAM


class Screen:
    """A command on a terminal of its own."""

    def __init__(self, environment, *arguments):
        self.seen = ''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(PROGRAM, [PROGRAM, *arguments], environment)
        termios.tcsetwinsize(self.fd, (24, 80))

    def read_until(self, pattern):
        end = time.monotonic() + PATIENCE_S
        while not re.search(pattern, self.seen):
            if time.monotonic() > end:
                raise AssertionError('no %s in %r' % (pattern, self.seen))
            if select.select([self.fd], [], [], 0.02)[0]:
                try:
                    self.seen += os.read(self.fd, 65536).decode(errors='replace')
                except OSError:  # the command has ended
                    if not re.search(pattern, self.seen):
                        raise AssertionError('no %s in %r' % (pattern, self.seen)) from None

    def press(self, keys):
        self.seen = ''
        os.write(self.fd, keys.encode())

    def end(self):
        """The exit status."""
        try:
            while os.read(self.fd, 65536):
                pass
        except OSError:
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Commands(DaemonTest):
    def setUp(self):
        super().setUp()
        self.environment.update(TERM='xterm', LANG='C.UTF-8')

    def run_command(self, *arguments, **environment):
        return subprocess.run([PROGRAM, *arguments], env={**self.environment, **environment}, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S)

    def hook(self, session, event, project='webshop', **more):
        body = json.dumps({'hook_event_name': event, 'session_id': session, 'cwd': '/src/' + project, **more})
        self.assertEqual(self.post('/hooks/claude-code', body.encode()).status, 200)

    def waits_for_permission(self, session, project='webshop'):
        self.hook(session, 'UserPromptSubmit', project)
        self.hook(session, 'PreToolUse', project, tool_name='Edit', tool_use_id='1')
        self.hook(session, 'PermissionRequest', project, tool_name='Edit', tool_use_id='1')
        self.wait_for('attention', lambda: self.sessions()[session]['attention'] == 'permission')

    def test_status_is_sorted_and_numbered(self):
        self.hook('one', 'SessionStart', 'api')
        self.waits_for_permission('two')
        lines = self.run_command('status').stdout.splitlines()
        self.assertRegex(lines[1], r'^2 +waiting: permission +claude-code +webshop')
        self.assertRegex(lines[2], r'^1 +idle +claude-code +api')
        self.assertEqual(self.run_command('status', '--exit-code').returncode, 10)
        self.assertEqual(self.run_command('status').returncode, 0)

    def test_colours_are_for_terminals(self):
        self.waits_for_permission('one')
        for environment, colours in (({}, True), ({'NO_COLOR': '1'}, False), ({'TERM': 'dumb'}, False)):
            screen = Screen({**self.environment, **environment}, 'status')
            screen.read_until('webshop')
            self.assertEqual('\x1b[1;33m' in screen.seen, colours)
            self.assertEqual(screen.end(), 0)
        self.assertNotIn('\x1b', self.run_command('status').stdout)

    def test_letters_are_those_of_the_locale(self):
        self.hook('one', 'SessionStart', 'süß')
        for locale, project, mark in (('C.UTF-8', 'süß', '✓'), ('C', 's\\?\\?', 'ok')):
            environment = {**self.environment, 'LANG': locale, 'NO_COLOR': '1'}
            screen = Screen(environment, 'status')
            screen.read_until(project)
            self.assertEqual(screen.end(), 0)
            screen = Screen(environment, 'check')
            screen.read_until(mark + ' no configuration file')
            self.assertEqual(screen.end(), 0)
        self.assertIn('süß', self.run_command('status', LANG='C').stdout)

    def test_a_port_that_is_said_goes_before_the_socket(self):
        self.assertEqual(self.run_command('status').returncode, 0)
        self.assertEqual(self.run_command('status', '--port', str(self.port)).returncode, 0)
        self.assertEqual(self.run_command('status', '--port', '1').returncode, 1)
        self.assertEqual(self.run_command('status', OTLP_PORT='1').returncode, 0)

    def test_ack_takes_numbers_and_projects(self):
        self.hook('one', 'UserPromptSubmit', 'api')
        self.hook('one', 'Stop', 'api')
        self.wait_for('the end', lambda: self.sessions()['one']['state'] == 'completed')
        self.assertEqual(self.run_command('ack', '2').returncode, 1)
        self.assertEqual(self.run_command('ack', 'api').returncode, 0)
        self.assertEqual(self.sessions()['one']['state'], 'idle')

    def test_focus_marks_as_seen(self):
        self.hook('one', 'UserPromptSubmit', 'api')
        self.hook('one', 'Stop', 'api')
        self.wait_for('the end', lambda: self.sessions()['one']['state'] == 'completed')
        self.assertEqual(self.run_command('focus', 'api', '--focus-command', 'false').returncode, 1)
        self.assertEqual(self.sessions()['one']['state'], 'completed')
        self.assertEqual(self.run_command('focus', 'api', '--focus-command', 'true').returncode, 0)
        self.assertEqual(self.sessions()['one']['state'], 'idle')

    def test_mute_and_unmute(self):
        def muted():
            return sorted(name for name, session in self.sessions().items() if session.get('muted'))

        self.assertEqual(self.run_command('mute').returncode, 1)
        self.hook('one', 'SessionStart', 'api')
        self.hook('two', 'SessionStart', 'web')
        self.waits_for_permission('three')
        self.assertEqual(self.run_command('mute').returncode, 0)
        self.assertEqual(muted(), ['three'])
        self.assertEqual(self.run_command('mute', '1', 'no-such').returncode, 1)
        self.assertEqual(muted(), ['three'])
        self.assertEqual(self.run_command('mute', '1', 'web').returncode, 0)
        self.assertEqual(muted(), ['one', 'three', 'two'])
        self.assertEqual(self.run_command('unmute', 'webshop').returncode, 0)
        self.assertEqual(muted(), ['one', 'two'])
        self.assertEqual(self.run_command('unmute').returncode, 0)
        self.assertEqual(muted(), [])

    def test_pause(self):
        def seconds():
            until = self.ask('GET', '/api/sessions').json().get('paused_until')
            return until and until - time.time()

        for arguments, expected in ((), 3600), (('30m',), 1800), (('90',), 90), (('7d',), 604800):
            self.assertEqual(self.run_command('pause', *arguments).returncode, 0)
            self.assertAlmostEqual(seconds(), expected, delta=PATIENCE_S)
        for wrong in ('0',), ('-1',), ('8d',), ('30x',), ('m',), ('99999999999999999999h',), ('30m', '--off'):
            self.assertEqual(self.run_command('pause', *wrong).returncode, 2, wrong)
        self.assertAlmostEqual(seconds(), 604800, delta=PATIENCE_S)
        self.assertEqual(self.run_command('pause', '--off').returncode, 0)
        self.assertIsNone(seconds())

    def test_ambiguous_words_say_which(self):
        self.hook('one-1', 'SessionStart', 'api')
        self.hook('one-2', 'SessionStart', 'web')
        done = self.run_command('ack', 'one')
        self.assertEqual(done.returncode, 1)
        self.assertIn('"one" could be any of 2 sessions: 1 api (one-1), 2 web (one-2)', done.stderr)

    def test_wait(self):
        self.hook('one', 'UserPromptSubmit')
        with subprocess.Popen([PROGRAM, 'wait', 'webshop'], env=self.environment, text=True,
                              stdout=subprocess.PIPE) as waiting:
            self.waits_for_permission('one')
            self.assertEqual(waiting.communicate(timeout=PATIENCE_S)[0], 'webshop: waiting: permission\n')
            self.assertEqual(waiting.returncode, 10)
        self.assertEqual(self.run_command('wait', '1').returncode, 10)  # it is there already
        self.assertEqual(self.run_command('wait', '1', '--for', 'done', '--timeout', '0.2').returncode, 124)
        self.assertEqual(self.run_command('wait', '--any', '--timeout', '0.2').returncode, 124)
        self.assertEqual(self.run_command('wait', 'nothing').returncode, 1)
        self.assertEqual(self.run_command('wait', '--any', '1').returncode, 2)
        expected = self.run_command('wait', '--for', 'dnoe').stderr
        self.assertIn('expected done, permission', expected)
        self.assertEqual(expected.count('completed'), 1)
        twice = self.run_command('wait', '1', '--for', 'permission', '--for', 'error', '--timeout', '5')
        self.assertEqual(twice.returncode, 10)

    def test_wait_ends_with_its_session_and_its_daemon(self):
        self.hook('one', 'UserPromptSubmit')
        with subprocess.Popen([PROGRAM, 'wait', 'one', '--for', 'limit'], env=self.environment,
                              stderr=subprocess.PIPE) as waiting:
            time.sleep(0.3)
            self.hook('one', 'SessionEnd')
            waiting.communicate(timeout=PATIENCE_S)
            self.assertEqual(waiting.returncode, 15)
        with subprocess.Popen([PROGRAM, 'wait'], env=self.environment, stderr=subprocess.PIPE) as waiting:
            time.sleep(0.3)
            self.end(self.daemon)
            self.assertIn(b'the daemon has stopped', waiting.communicate(timeout=PATIENCE_S)[1])
            self.assertEqual(waiting.returncode, 1)
        self.assertEqual(self.run_command('wait').returncode, 1)

    def test_watch_on_a_terminal_is_in_words(self):
        screen = Screen(self.environment, 'watch')
        screen.read_until('no sessions yet')
        self.waits_for_permission('one')
        screen.read_until(r'waiting: permission.*webshop \(claude-code\)')
        self.assertNotIn('{', screen.seen)
        os.kill(screen.pid, signal.SIGTERM)
        screen.end()
        screen = Screen(self.environment, 'watch', '--json')
        screen.read_until(r'"type":"session_list"')
        os.kill(screen.pid, signal.SIGTERM)
        screen.end()

    def test_bars_show_wrong_settings(self):
        path = os.path.join(self.environment['XDG_CONFIG_HOME'], 'otel-ai-monitor', 'config.ini')
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write('[server]\nport = 99999999\n')
        with subprocess.Popen([PROGRAM, 'watch', '--format', 'waybar'], env=self.environment,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watch:
            self.assertIn('port', watch.stderr.readline())
            wrong = json.loads(watch.stdout.readline())
            self.assertEqual(wrong['class'], 'unreachable')
            self.assertIn('settings are wrong', wrong['tooltip'])
            polled = self.run_command('status', '--format', 'waybar')
            self.assertEqual((polled.returncode, json.loads(polled.stdout)), (0, wrong))
            self.assertEqual(self.run_command('status').returncode, 2)
            os.unlink(path)
            self.assertEqual(json.loads(watch.stdout.readline())['class'], 'empty')
            watch.terminate()
        with open(path, 'w', encoding='utf-8') as file:
            file.write('[server]\nport = 99999999\n')
        with subprocess.Popen([PROGRAM, 'watch'], env=self.environment,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as watch:
            self.assertEqual(json.loads(watch.stdout.readline())['error'], 'misconfigured')
            watch.stdout.close()
            self.assertEqual(watch.wait(PATIENCE_S), 0)
        self.assertEqual(self.run_command('watch', '--port', 'x').returncode, 2)
        self.assertEqual(self.run_command('watch', '--json', '--format', 'waybar').returncode, 2)
        self.assertEqual(self.run_command('status', '--json', '--format', 'waybar').returncode, 2)
        self.assertEqual(self.run_command('watch', '--token', 'a', '--token-file', '/x').returncode, 2)
        os.unlink(path)

    def test_doctor_keeps_to_ascii_where_the_locale_does(self):
        self.hook('one', 'SessionStart')
        self.environment['LANG'] = 'C'
        screen = Screen(self.environment, 'doctor', '--watch')
        screen.read_until(r'ok session ')
        os.kill(screen.pid, signal.SIGTERM)
        screen.end()
        self.assertTrue(screen.seen.isascii(), screen.seen)

    def test_watch_outlasts_a_file_that_is_being_saved(self):
        path = self.path('saved.ini')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('[server]\nport = 99999999\n')
        with subprocess.Popen([PROGRAM, 'watch', '--config', path, '--format', 'waybar'], env=self.environment,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as watch:
            self.assertEqual(json.loads(watch.stdout.readline())['class'], 'unreachable')
            os.unlink(path)
            time.sleep(1.5)  # it looks once a second
            self.assertIsNone(watch.poll())
            with open(path, 'w', encoding='utf-8'):
                pass
            self.assertEqual(json.loads(watch.stdout.readline())['class'], 'empty')
            watch.terminate()

    def test_what_is_no_daemon_is_told(self):
        with http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler) as server:
            answer = b'<html>hello</html>'

            def do_GET(handler):
                handler.send_response(200)
                handler.send_header('Content-Length', str(len(answer)))
                handler.end_headers()
                handler.wfile.write(answer)
            server.RequestHandlerClass = type('Other', (http.server.BaseHTTPRequestHandler,),
                {'do_GET': do_GET, 'log_message': lambda *_: None})
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            port = '--port=%d' % server.server_port
            for command in (['status', '--json'], ['status', '--json', '-e'], ['status'], ['wait']):
                done = self.run_command(*command, port)
                self.assertEqual((done.returncode, done.stdout), (1, ''), command)
                self.assertRegex(done.stderr, 'is that otel-ai-monitor|cannot reach', command)
            server.shutdown()
            thread.join()

    def test_the_name_alone_shows_a_daemon_that_runs(self):
        self.hook('one', 'SessionStart')
        done = self.run_command()
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r'^otel-ai-monitor \S+ is already running \(')
        self.assertIn('webshop', done.stdout)
        self.assertNotIn('already running', self.run_command(NOTIFY_SOCKET='/nowhere', OTLP_PORT=str(self.port)).stderr)

    def test_the_daemon_on_a_terminal_speaks_in_words(self):
        self.end(self.daemon)
        screen = Screen(self.environment, '--port', '0', '--no-notifications')
        screen.read_until(r'listening on http://localhost:(\d+)')
        self.port = int(re.search(r'localhost:(\d+)', screen.seen).group(1))
        self.hook('one', 'SessionStart')
        screen.read_until(r'idle.* webshop \(claude-code\)')
        self.assertNotIn('{', screen.seen)
        os.kill(screen.pid, signal.SIGTERM)
        self.assertEqual(screen.end(), 0)

    def test_the_daemon_ends_with_its_terminal(self):
        self.end(self.daemon)
        screen = Screen(self.environment, '--port', '0', '--no-notifications')
        screen.read_until('listening on')
        os.kill(screen.pid, signal.SIGHUP)
        screen.read_until('configuration reloaded')
        os.close(screen.fd)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(screen.pid, 0)[1]), 0)

    def test_hook_on_a_terminal_explains_itself(self):
        screen = Screen(self.environment, 'hook', 'codex')
        screen.read_until("Run by an assistant's hooks")
        self.assertEqual(screen.end(), 0)

    def test_top(self):
        self.hook('one', 'SessionStart', 'api')
        self.hook('two', 'UserPromptSubmit')
        self.hook('two', 'Stop')
        screen = Screen(self.environment, 'top')
        screen.read_until('2 sessions')
        screen.read_until('done +claude-code +webshop')
        screen.press('/api\r')
        screen.read_until('1 match api')
        screen.press('\x1b')
        screen.read_until('webshop')
        screen.press('ka')
        self.wait_for('ack', lambda: self.sessions()['two']['state'] == 'idle')
        self.end(self.daemon)
        screen.read_until('the daemon is not running')
        screen.press('q')
        self.assertEqual(screen.end(), 0)

    def test_top_needs_a_terminal(self):
        done = self.run_command('top')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertIn('top needs a terminal', done.stderr)

    def test_check(self):
        path = self.path('config.ini')
        for text, status, words in (('port = 4319\n', 0, 'config.ini: fine'),
                                    ('prot = 1\n', 0, 'did you mean port?'),
                                    ('port = x\nquiet-period = y\n', 1, 'quiet-period: invalid value "y"')):
            with open(path, 'w', encoding='utf-8') as f:
                f.write(text)
            done = self.run_command('check', '--config', path)
            self.assertEqual((done.returncode, done.stderr), (status, ''))
            self.assertIn(words, done.stdout)
        self.assertEqual(self.run_command('check', '--config', self.path('missing')).returncode, 1)
        self.assertIn('no configuration file', self.run_command('check').stdout)

    def test_service_commands_run_the_service_manager(self):
        bin_dir = self.path('bin')
        os.mkdir(bin_dir)
        for name in ('systemctl', 'journalctl'):
            with open(os.path.join(bin_dir, name), 'w', encoding='utf-8') as f:
                f.write('#!/bin/sh\necho %s "$@"\nexit 3\n' % name)
            os.chmod(os.path.join(bin_dir, name), 0o755)
        for arguments, ran in ((['start'], 'systemctl --user start otel-ai-monitor.service'),
                               (['stop'], 'systemctl --user stop otel-ai-monitor.socket otel-ai-monitor.service'),
                               (['enable'], 'systemctl --user enable --now otel-ai-monitor.socket'),
                               (['logs', '-fn', '7'],
                                'journalctl --user --unit otel-ai-monitor.service --lines=7 --follow')):
            done = self.run_command(*arguments, PATH=bin_dir + ':/bin')
            self.assertEqual((done.returncode, done.stdout), (3, ran + '\n'))
        done = self.run_command('start', PATH='/nowhere')
        self.assertEqual(done.returncode, 1)
        self.assertIn('no systemctl found', done.stderr)

    def test_help_fits_a_screen(self):
        overview = self.run_command('--help').stdout
        self.assertLess(len(overview.splitlines()), 24)
        self.assertEqual(self.run_command('help').stdout, overview)
        for command in [line.split('\t')[0] for line in self.run_command('complete', '').stdout.splitlines()]:
            text = self.run_command('help', command).stdout
            self.assertEqual(text, self.run_command(command, '--help').stdout)
            self.assertLessEqual(max(map(len, (overview + text).splitlines())), 80, command)


if __name__ == '__main__':
    unittest.main()
