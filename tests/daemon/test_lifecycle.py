"""Beginning, reloading and ending, also under load and beside another daemon."""

import os
import signal
import subprocess
import threading
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt


class Lifecycle(DaemonTest):
    def test_a_clean_stop(self):
        sock = self.connect()
        self.post('/v1/logs', prompt('one'), sock=sock)
        self.daemon.send_signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait(PATIENCE_S), 0)
        last = self.lines()[-1]
        self.assertEqual((last['type'], last['sessions'], last['error']), ('session_list', [], 'stopped'))
        self.assertEqual(os.listdir(self.run_dir), [])  # pipe and socket are gone

    def test_stop_under_load(self):
        stop = threading.Event()

        def load():
            try:
                sock = self.connect()
                while not stop.is_set():
                    self.post('/v1/logs', prompt('load'), sock=sock)
            except (OSError, AttributeError):
                pass  # the daemon has gone, as it should

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        self.wait_for('load', lambda: self.ask('GET', '/health').json()['requests']['logs'] > 50)
        self.daemon.send_signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait(PATIENCE_S), 0)
        stop.set()
        for thread in threads:
            thread.join()
        for line in self.lines():
            self.assertIn(line['type'], ('session_update', 'session_list'))

    def test_a_second_daemon_leaves_the_first_alone(self):
        second = self.start(port=self.port)
        self.assertEqual(second.wait(PATIENCE_S), 1)
        self.assertIn('port %d' % self.port, self.log(second))
        third = self.start()  # another port, the same socket
        self.assertEqual(third.wait(PATIENCE_S), 1)
        self.assertIn('otel-ai-monitor.sock', self.log(third))
        self.assert_alive()
        self.assertEqual(set(os.listdir(self.run_dir)), {'otel-ai-monitor.sock', 'otel-ai-monitor.pipe'})

    def test_a_killed_daemon_leaves_nothing_that_hinders_the_next(self):
        self.daemon.kill()
        self.daemon.wait()
        self.daemon = self.start()
        self.port = self.port_of(self.daemon)
        self.assert_alive()

    def test_something_else_where_the_pipe_should_be(self):
        path = self.path('file')
        with open(path, 'w', encoding='utf-8') as f:
            f.write('mine')
        other = self.start('--pipe', path, '--no-socket')
        self.assertEqual(other.wait(PATIENCE_S), 1)
        self.assertIn(path, self.log(other))
        with open(path, encoding='utf-8') as f:
            self.assertEqual(f.read(), 'mine')

    def test_reload(self):
        directory = self.path('config', 'otel-ai-monitor')
        os.makedirs(directory)
        config = os.path.join(directory, 'config.ini')
        with open(config, 'w', encoding='utf-8') as f:
            f.write('quiet-period = never\n')
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_log('config.ini:1')
        with open(config, 'w', encoding='utf-8') as f:
            f.write('broadcast-interval = 0.05\n')
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_log('configuration reloaded')
        sock = self.connect()
        self.post('/v1/logs', prompt('one'), sock=sock)
        self.wait_for('broadcasts', lambda: sum('sessions' in x for x in self.lines()) >= 3)
        self.assert_alive()

    def test_wrong_use(self):
        for arguments in (['--port', 'many'], ['--port', '70000'], ['--nonsense'], ['serve', 'more']):
            with self.subTest(arguments):
                done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                                      env=self.environment)
                self.assertEqual(done.returncode, 2)
                self.assertIn(arguments[-1] if arguments[0] != '--port' else 'port', done.stderr)
        done = subprocess.run([PROGRAM, '--port', '0'], capture_output=True, text=True, check=False,
                              env={**self.environment, 'OTEL_AI_QUIET_PERIOD': 'soon'})
        self.assertEqual(done.returncode, 2)
        self.assertIn('OTEL_AI_QUIET_PERIOD', done.stderr)

    def test_help_and_version(self):
        for arguments in (['--help'], ['watch', '--help'], ['status', '--help'], ['--version']):
            done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=True,
                                  env=self.environment)
            self.assertIn('otel-ai-monitor', done.stdout)

    def test_a_full_disk_behind_stdout(self):
        if not os.path.exists('/dev/full'):
            self.skipTest('no /dev/full')
        with open('/dev/full', 'wb') as full, open(self.path('fulllog'), 'wb') as log:
            daemon = subprocess.Popen([PROGRAM, 'serve', '--port', '0', '--no-socket', '--no-pipe', '--stdout',
                                       '--no-notifications'], stdout=full, stderr=log, env=self.environment)
        daemon.log_path = self.path('fulllog')
        self.addCleanup(self.end, daemon)
        self.port = self.port_of(daemon)
        self.assertEqual(self.post('/v1/logs', prompt('one')).status, 200)
        self.assertIsNone(daemon.poll())

    def test_descriptors_are_given_back(self):
        def open_descriptors():
            return len(os.listdir('/proc/%d/fd' % self.daemon.pid))
        before = open_descriptors()
        for _ in range(50):
            self.connect().close()
            self.post('/v1/logs', prompt('one'))
        for sock in [self.connect() for _ in range(50)]:
            sock.close()
        self.wait_for('descriptors are closed', lambda: open_descriptors() <= before + 60)
        self.assert_alive()


if __name__ == '__main__':
    unittest.main()
