"""Model calls of programs without telemetry, by the command that sends them."""

import os
import pty
import subprocess
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest


class LogTest(DaemonTest):
    def log_call(self, *arguments, **options):
        return subprocess.run([PROGRAM, 'log', *arguments, '--port', str(self.port)], env=self.environment,
                              capture_output=True, text=True, timeout=PATIENCE_S, check=False, **options)

    def logged(self, *arguments):
        done = self.log_call('--call', *arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))

    def today(self):
        return self.ask('GET', '/api/stats').json()['today']

    def test_a_call_is_counted_once_and_priced_by_the_list(self):
        self.logged('--model', 'gpt-5.1-codex', '--input', '1210', '--cache-read', '15000', '--output', '64',
                    '--reasoning', '16', '--project', 'web', '--tool', 'nightly')
        session, = self.sessions().values()
        self.assertTrue(session['session_id'].startswith('nightly-web-2'), session['session_id'])
        self.assertEqual((session['tool'], session['project'], session['model']),
                         ('nightly', 'web', 'gpt-5.1-codex'))
        self.assertEqual(session['metrics'], {
            'input_tokens': 1210, 'output_tokens': 64, 'cache_tokens': 15000, 'cost_usd': 0.0040275,
            'cost_source': 'estimated', 'cache_read_tokens': 15000, 'cache_write_tokens': 0,
            'reasoning_tokens': 16})
        self.wait_for('the store', lambda: self.today()['calls'] == 1)
        self.assertEqual(self.today()['cost_usd'], 0.0040275)
        self.assertEqual(self.today()['latency_ms']['p50'], None)  # nobody told how long it took

    def test_two_calls_of_a_session_are_two(self):
        for _ in range(2):
            self.logged('--model', 'm', '--input', '10', '--output', '1', '--session', 's', '--cost', '0.25')
        self.assertEqual(self.sessions()['s']['metrics']['cost_usd'], 0.5)
        self.assertEqual(self.sessions()['s']['metrics']['cost_source'], 'reported')
        self.wait_for('the store', lambda: self.today()['calls'] == 2)
        self.assertEqual(self.today()['cost'], {'reported': 0.5, 'estimated': 0, 'free': 0})

    def test_what_costs_nothing_and_what_has_no_price_are_told_apart(self):
        self.logged('--model', 'local', '--input', '10', '--cost', '0', '--session', 'a')
        self.logged('--model', 'nobody', '--input', '10', '--session', 'b')
        self.assertEqual(self.sessions()['a']['metrics']['cost_usd'], 0)
        self.assertEqual(self.sessions()['b']['metrics']['unpriced_calls'], 1)

    def test_a_failure_and_a_length(self):
        self.logged('--model', 'm', '--error', '--latency-ms', '1234')
        self.wait_for('the store', lambda: self.today()['calls'] == 1)
        self.assertEqual((self.today()['errors'], self.today()['latency_ms']['avg']), (1, 1234))

    def test_over_the_socket_too_and_a_word_on_a_terminal(self):
        ours, theirs = pty.openpty()
        done = subprocess.run([PROGRAM, 'log', '--call', '--model', 'm', '--session', 'x'], env=self.environment,
                              stdout=theirs, stderr=subprocess.PIPE, timeout=PATIENCE_S, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b''))
        self.assertIn(b'in session x', os.read(ours, 1000))
        self.assertIn('x', self.sessions())
        os.close(ours)
        os.close(theirs)

    def test_wrong_words(self):
        for arguments, word in ((['--model', 'm'], 'needs an EVENT or --call'), (['--call'], 'needs --model'),
                                (['--call', '--model', 'm', '--cost', 'much'], '--cost takes'),
                                (['--call', '--model', 'm', '--cost', '-1'], '--cost takes'),
                                (['--call', '--model', 'm', '--tool', 'codex'], 'reports its own calls'),
                                (['--call', '--model', 'm', '--reasoning', '1'], 'part of --output')):
            done = self.log_call(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(word, done.stderr)
        self.assertEqual(self.sessions(), {})


if __name__ == '__main__':
    unittest.main()
