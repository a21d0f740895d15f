"""The commands that ask the history: what was spent, what happened."""

import json
import subprocess
import unittest

from fixture import PROGRAM, DaemonTest, prompt

CALL = [('model', 'gpt-5.1-codex'), ('event.kind', 'response.completed'), ('input_token_count', '1016210'),
        ('cached_token_count', '15000'), ('output_token_count', '64'), ('reasoning_token_count', '16')]


class CostTest(DaemonTest):
    def start_spent(self, *arguments):
        """A daemon whose only session has asked its model once."""
        self.end(self.daemon)
        self.daemon = self.start(*arguments)
        self.port = self.port_of(self.daemon)
        sock = self.connect()
        for body in (prompt('s1', 'codex_exec', 'codex.user_prompt'),
                     prompt('s1', 'codex_exec', 'codex.sse_event', CALL)):
            self.assertEqual(self.post('/v1/logs', body, sock=sock).status, 200)
        if '--no-store' not in arguments:
            self.wait_for('the store', lambda: self.ask('GET', '/api/stats').json()['today']['calls'] == 1)

    def run_command(self, *arguments):
        return subprocess.run([PROGRAM, *arguments, '--port', str(self.port)], env=self.environment,
                              capture_output=True, text=True, timeout=20, check=False)

    def test_a_table_of_models(self):
        self.start_spent()
        for when in ([], ['--month'], ['--today'], ['--from', 'today']):
            done = self.run_command('cost', *when)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            self.assertRegex(done.stdout, r'(?m)^gpt-5\.1-codex +1 +1\.0M +≈\$1\.\d\d  █+$')
            self.assertRegex(done.stdout, r'(?m)^total +1 +1\.0M +≈\$1\.\d\d$')

    def test_json_is_the_answer(self):
        self.start_spent()
        self.assertEqual(json.loads(self.run_command('cost', '--json').stdout)['month']['calls'], 1)

    def test_check_is_for_scripts(self):
        self.start_spent('--budget-day', '1')
        self.assertEqual(self.run_command('cost').returncode, 0)
        done = self.run_command('cost', '--check')
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r'budget of today: \$1\.\d\d of \$1\.00 spent \(1\d\d %\)')

    def test_a_budget_that_is_left(self):
        self.start_spent('--budget-month', '1000')
        self.assertEqual(self.run_command('cost', '--check').returncode, 0)

    def test_todays_cost_only_where_asked(self):
        self.start_spent()
        for path, has in (('/api/sessions', False), ('/api/sessions?cost=1', True)):
            self.assertEqual('cost_today_usd' in self.ask('GET', path).json(), has, path)
        spent = self.ask('GET', '/api/stats').json()['costs']['today']
        self.assertAlmostEqual(self.ask('GET', '/api/sessions?cost=1').json()['cost_today_usd'], spent)
        self.assertNotIn('today', self.run_command('status').stdout)
        shown = '≈$%.2f today' % spent  # by the list
        self.assertTrue(self.run_command('status', '--show-cost').stdout.endswith('\n' + shown + '\n'))
        for bar in ('waybar', 'polybar', 'i3blocks', 'yambar', 'tmux', 'plain'):
            self.assertIn(shown, self.run_command('status', '--format', bar, '--show-cost').stdout, bar)
        with subprocess.Popen([PROGRAM, 'watch', '--format', 'plain', '--show-cost', '--port', str(self.port)],
                              env=self.environment, stdout=subprocess.PIPE, text=True) as watch:
            self.assertIn(shown, watch.stdout.readline())
            watch.kill()

    def test_todays_cost_in_every_list(self):
        self.start_spent('--show-cost')
        self.assertGreater(self.ask('GET', '/api/sessions').json()['cost_today_usd'], 1)
        self.assertEqual(self.ask('GET', '/api/sessions?cost=1').body.count(b'cost_today_usd'), 1)
        self.assertTrue(all('cost_today_usd' in line for line in self.lines() if line['type'] == 'session_list'))

    def test_wrong_words(self):
        self.start_spent()
        self.assertEqual(self.run_command('cost', '--today', '--month').returncode, 2)
        done = self.run_command('cost', '--from', 'soon')
        self.assertEqual(done.returncode, 1)
        self.assertIn('from takes YYYY-MM-DD', done.stderr)

    def test_a_daemon_without_history(self):
        self.start_spent('--no-store')
        done = self.run_command('cost')
        self.assertEqual(done.returncode, 1)
        self.assertIn('there is no history', done.stderr)


if __name__ == '__main__':
    unittest.main()
