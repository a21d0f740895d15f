"""The page opened from the command line: which address, in which browser, and a daemon for it."""

import os
import signal
import subprocess
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt


class DashboardTest(DaemonTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path('bin'))
        self.browser = self.path('browser')
        # writes down what it was given, and goes on until that is taken away
        self.install('xdg-open', 'echo "$@" >"%s.new" && mv "%s.new" "%s"\nwhile [ -e "%s" ]; do sleep 0.05; done'
                     % (self.browser, self.browser, self.browser, self.browser))
        self.addCleanup(lambda: os.path.exists(self.browser) and os.unlink(self.browser))

    def install(self, name, script):
        with open(self.path('bin', name), 'w', encoding='utf-8') as f:
            f.write('#!/bin/sh\n%s\n' % script)
        os.chmod(self.path('bin', name), 0o755)

    def run_command(self, *words, desktop=True, path=None):
        environment = {**self.environment, 'PATH': path or '%s:%s' % (self.path('bin'), os.environ['PATH'])}
        if desktop:
            environment['DISPLAY'] = ':99'
        return subprocess.run([PROGRAM, *words, '--port', str(self.port)], env=environment, capture_output=True,
                              text=True, timeout=PATIENCE_S, check=False)

    def opened(self):
        """What the browser was told to show; it goes then."""
        def read():
            try:
                with open(self.browser, encoding='utf-8') as f:
                    return f.read().strip()
            except FileNotFoundError:
                return None
        address = self.wait_for('a browser', read)
        os.unlink(self.browser)
        return address

    def active(self):
        return 'dashboard active on port %d\n' % self.port

    def base(self):
        return 'http://127.0.0.1:%d/' % self.port

    def test_a_browser_is_opened_and_not_waited_for(self):
        for words in (['dashboard'], ['telemetry'], ['dashboard', 'start']):
            done = self.run_command(*words)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, self.active(), ''))
            self.assertEqual(self.opened(), self.base())

    def test_a_session(self):
        self.post('/v1/logs', prompt('a b/ü'))
        for word in ('a b/ü', 'a b', '1'):
            self.assertEqual(self.run_command('dashboard', '--session', word).returncode, 0)
            self.assertEqual(self.opened(), self.base() + '#/session/a%20b%2F%C3%BC')
        self.run_command('dashboard', '--session=of-last-week')
        self.assertEqual(self.opened(), self.base() + '#/session/of-last-week')

    def test_without_a_desktop_the_address_is_printed(self):
        os.mkdir(self.path('empty'))
        for options in ({'desktop': False}, {'path': self.path('empty')}):
            done = self.run_command('dashboard', **options)
            self.assertEqual((done.returncode, done.stdout), (0, self.active() + 'open %s\n' % self.base()))
        self.assertFalse(os.path.exists(self.browser))

    def test_a_service_is_started_for_it(self):
        self.end(self.daemon)
        pid = self.path('pid')
        self.install('systemctl', '[ "$*" = "--user start otel-ai-monitor.service" ] || exit 9\n'
                     '"%s" serve --port %d --no-notifications >/dev/null 2>&1 &\necho $! >"%s"' % (PROGRAM, self.port, pid))
        try:
            done = self.run_command('dashboard')
        finally:
            with open(pid, encoding='utf-8') as f:
                os.kill(int(f.read()), signal.SIGTERM)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, self.active(), ''))
        self.assertEqual(self.opened(), self.base())

    def test_a_service_that_cannot_be_started(self):
        self.end(self.daemon)
        self.install('systemctl', 'echo "Failed to start: no" >&2; exit 1')
        done = self.run_command('dashboard')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertRegex(done.stderr, r'Failed to start: no\n.*could not be started: see .*logs')
        os.mkdir(self.path('empty'))
        done = self.run_command('dashboard', path=self.path('empty'))
        self.assertEqual(done.returncode, 1)
        self.assertIn('there is no systemctl', done.stderr)

    def test_wrong_words(self):
        done = self.run_command('dashboard', 'begin')
        self.assertEqual(done.returncode, 2)
        self.assertIn('unknown action', done.stderr)

    def test_sessions_are_offered(self):
        self.post('/v1/logs', prompt('s1'))
        done = subprocess.run([PROGRAM, 'complete', 'dashboard', '--port', str(self.port), '--session', ''],
                              env=self.environment, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
        self.assertIn('s1\t', done.stdout)


if __name__ == '__main__':
    unittest.main()
