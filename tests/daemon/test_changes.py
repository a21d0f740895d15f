"""What changes the history: purge, and prices reprice."""

import datetime
import json
import os
import pty
import signal
import subprocess
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt

CALL = [('model', 'new-model'), ('event.kind', 'response.completed'), ('input_token_count', '1000000'),
        ('cached_token_count', '0'), ('output_token_count', '100000'), ('reasoning_token_count', '0')]


def prices(usd):
    return json.dumps({'version': 2, 'models': [{'model': 'new-model', 'prices': [{'input': usd, 'output': 10 * usd}]}]})


class ChangesTest(DaemonTest):
    ARGUMENTS = ['--budget-day', '1000']

    def setUp(self):
        super().setUp()
        os.makedirs(self.path('config', 'otel-ai-monitor'))
        sock = self.connect()
        for body in (prompt('s1', 'codex_exec', 'codex.user_prompt'),
                     prompt('s1', 'codex_exec', 'codex.sse_event', CALL)):
            self.assertEqual(self.post('/v1/logs', body, sock=sock).status, 200)
        self.wait_for('the store', lambda: self.today()['calls'] == 1)

    def today(self):
        return self.ask('GET', '/api/stats').json()['today']

    def run_command(self, *arguments, **options):
        return subprocess.run([PROGRAM, *arguments, '--port', str(self.port)], env=self.environment,
                              capture_output=True, text=True, timeout=PATIENCE_S, check=False, **options)

    def set_prices(self, usd):
        with open(self.path('config', 'otel-ai-monitor', 'prices.json'), 'w', encoding='utf-8') as f:
            f.write(prices(usd))
        before = self.log(self.daemon).count('prices of 1 models read')
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_for('a new list', lambda: self.log(self.daemon).count('prices of 1 models read') > before)

    # ---- reprice

    def test_a_reprice_is_seen_everywhere(self):
        self.assertEqual(self.today()['unpriced_calls'], 1)
        self.set_prices(2)
        tried = self.run_command('prices', 'reprice', '--since', 'today', '--dry-run')
        self.assertEqual((tried.returncode, tried.stderr), (0, ''))
        self.assertRegex(tried.stdout, r'Would reprice 1 of 1 calls')
        self.assertEqual(self.today()['unpriced_calls'], 1)

        done = self.run_command('prices', 'reprice', '--since', 'today')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertRegex(done.stdout, r'(?m)^new-model +1 +≥\$0\.00 +≈\$4\.00$')
        stats = self.ask('GET', '/api/stats').json()
        self.assertEqual((stats['today']['cost']['estimated'], stats['today']['unpriced_calls']), (4, 0))
        self.assertEqual(stats['budgets'][0]['spent_usd'], 4)
        metrics = self.sessions()['s1']['metrics']
        self.assertEqual((metrics['cost_usd'], metrics['cost_source']), (4, 'estimated'))
        self.assertNotIn('unpriced_calls', metrics)
        text = self.ask('GET', '/metrics').body.decode()
        self.assertIn('otel_ai_cost_usd_total{tool="codex",model="new-model",source="estimated"} 4\n', text)
        self.assertIn('otel_ai_cost_today_usd 4\n', text)

        self.set_prices(1)  # cheaper now; counters do not fall
        answer = json.loads(self.run_command('prices', 'reprice', '--since', 'today', '--json').stdout)
        self.assertEqual((answer['done'], answer['changed'], answer['before']['estimated_usd'],
                          answer['after']['estimated_usd']), (True, 1, 4, 2))
        self.assertEqual(self.sessions()['s1']['metrics']['cost_usd'], 2)
        self.assertIn('otel_ai_cost_today_usd 2\n', self.ask('GET', '/metrics').body.decode())
        self.assertIn('no cost has changed', self.run_command('prices', 'reprice', '--since', 'today').stdout)

    def test_what_was_repriced_outlives_a_restart(self):
        self.set_prices(2)
        self.assertEqual(self.run_command('prices', 'reprice', '--since', 'yesterday').returncode, 0)
        self.end(self.daemon)
        self.daemon = self.start(*self.ARGUMENTS)
        self.port = self.port_of(self.daemon)
        self.wait_for('what was spent', lambda: self.ask('GET', '/api/stats').json()['budgets'][0]['spent_usd'] == 4)
        self.assertEqual(self.today()['cost']['estimated'], 4)

    # ---- purge

    def test_a_purge_says_what_goes_and_asks(self):
        refused = self.run_command('purge', '--before', '2200-01-01')
        self.assertEqual(refused.returncode, 1)
        self.assertIn('up to tomorrow', refused.stderr)
        nothing = self.run_command('purge', '--before', 'today')
        self.assertEqual((nothing.returncode, nothing.stdout), (0, 'The history has before today: nothing.\n'))
        unasked = self.run_command('purge', '--before', self.tomorrow(), stdin=subprocess.DEVNULL)
        self.assertEqual(unasked.returncode, 1)
        self.assertRegex(unasked.stdout, r'1 calls, .*the sums of 1 days')
        self.assertIn('not a terminal, so nothing was deleted', unasked.stderr)
        for answer, calls in ((b'n\n', 1), (b'y\n', 0)):
            ours, theirs = pty.openpty()
            os.write(ours, answer)
            done = self.run_command('purge', '--before', self.tomorrow(), stdin=theirs)
            os.close(ours)
            os.close(theirs)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            self.assertIn('Delete that?', done.stdout)
            self.assertEqual(self.today()['calls'], calls)
        self.wait_log(r'purged the history before')

    def test_a_purge_of_a_project_and_the_answer_as_it_is(self):
        done = self.run_command('purge', '--before', self.tomorrow(), '--project', 'nowhere', '--yes', '--json')
        self.assertEqual(done.returncode, 0)
        answer = json.loads(done.stdout)
        self.assertEqual((answer['done'], answer['rows']['calls'], answer['project']), (True, 0, 'nowhere'))
        self.assertEqual(self.today()['calls'], 1)

    @staticmethod
    def tomorrow():
        return (datetime.date.today() + datetime.timedelta(days=1)).isoformat()

    # ---- who may, and how

    def test_wrong_words(self):
        for arguments in (['purge'], ['purge', '--before', 'today', '--json'], ['prices', 'reprice'],
                          ['prices', '--since', 'today'], ['prices', 'import', '-', '--since', 'today'],
                          ['prices', 'reprice', '--since', 'today', '--yes']):
            self.assertEqual(self.run_command(*arguments).returncode, 2, arguments)
        self.assertEqual(self.run_command('purge', '--before', 'soon', '--yes').returncode, 1)

    def test_routes_refuse_what_they_do_not_understand(self):
        for path in ('/api/purge', '/api/purge?before=soon', '/api/purge?before=today&projekt=x',
                     '/api/purge?before=today&dry_run=yes', '/api/prices/reprice',
                     '/api/prices/reprice?since=2200-01-01', '/api/prices/reprice?since=today&project=x'):
            self.assertEqual(self.ask('POST', path).status, 400, path)
        self.assertEqual(self.ask('GET', '/api/purge?before=today').status, 405)

    def test_pages_of_others_are_refused_and_our_own_is_not(self):
        path = '/api/purge?before=today'
        host = 'localhost:%d' % self.port
        self.assertEqual(self.ask('POST', path, fields={'Origin': 'http://evil.example'}).status, 403)
        self.assertEqual(self.ask('POST', path, fields={'Origin': 'http://' + host}, host=host).status, 200)

    def test_without_history(self):
        self.end(self.daemon)
        self.daemon = self.start('--no-store')
        self.port = self.port_of(self.daemon)
        done = self.run_command('purge', '--before', 'today', '--yes')
        self.assertEqual(done.returncode, 1)
        self.assertIn('there is no history', done.stderr)
        self.assertEqual(self.ask('POST', '/api/prices/reprice?since=today').status, 404)


if __name__ == '__main__':
    unittest.main()
