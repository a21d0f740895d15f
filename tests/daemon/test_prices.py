"""What calls cost: the list that is built in, the user's own, and what happens when that is broken."""

import json
import os
import pty
import signal
import subprocess
import unittest

from fixture import PROGRAM, DaemonTest, prompt

LISTS = os.path.join(os.environ['TEST_RECORDINGS'], '..', 'price-lists', '%s.json')  # whose, with invented models
CALL = [('model', 'gpt-5.1-codex'), ('event.kind', 'response.completed'), ('input_token_count', '16210'),
        ('cached_token_count', '15000'), ('output_token_count', '64'), ('reasoning_token_count', '16')]


def prices(usd):
    return json.dumps({'version': 2, 'models': [
        {'model': 'GPT-5.1-codex', 'prices': [{'input': usd, 'output': usd, 'cache_read': 0}]}]})


class PricesTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.count = 0
        os.makedirs(self.path('config', 'otel-ai-monitor'))

    def metrics(self, more=()):
        """Of a session of Codex that asked its model once."""
        self.count += 1
        session = 's%d' % self.count
        sock = self.connect()
        for body in (prompt(session, 'codex_exec', 'codex.user_prompt'),
                     prompt(session, 'codex_exec', 'codex.sse_event', [*CALL, *more])):
            self.assertEqual(self.post('/v1/logs', body, sock=sock).status, 200)
        return self.sessions()[session]['metrics']

    def reload(self, text, log):
        with open(self.path('config', 'otel-ai-monitor', 'prices.json'), 'w', encoding='utf-8') as f:
            f.write(text)
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_log(log)

    def test_an_estimate_by_the_list(self):
        self.assertEqual(self.metrics(), {
            'input_tokens': 1210, 'output_tokens': 64, 'cache_tokens': 15000, 'cost_usd': 0.0040275,
            'cost_source': 'estimated', 'cache_read_tokens': 15000, 'cache_write_tokens': 0,
            'reasoning_tokens': 16})

    def test_a_model_that_is_not_listed(self):
        metrics = self.metrics([('model', 'gpt-5.1-codex-next')])
        self.assertNotIn('cost_usd', metrics)
        self.assertEqual(metrics['unpriced_calls'], 1)

    def test_its_users_own_prices(self):
        self.reload(prices(10), r'prices of 1 models read')
        self.assertEqual(self.metrics()['cost_usd'], 0.01274)
        self.reload('{"version": 2, "models": [\n{"model": 1}]}', r'line 2: .*those read before stay')
        self.assertEqual(self.metrics()['cost_usd'], 0.01274)
        self.reload(' ' * (5 << 20), r'larger than 4 MiB; those')
        self.assertEqual(self.metrics()['cost_usd'], 0.01274)
        os.remove(self.path('config', 'otel-ai-monitor', 'prices.json'))
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_for('list prices', lambda: self.metrics()['cost_usd'] == 0.0040275)

    def test_what_is_no_file(self):
        path = self.path('config', 'otel-ai-monitor', 'prices.json')
        os.mkfifo(path)
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_log(r'no regular file; list prices are used')
        os.remove(path)
        self.reload('no JSON', r'line 1: ')
        self.assertEqual(self.metrics()['cost_usd'], 0.0040275)
        self.assert_alive()

    def test_figures_that_nobody_believes_are_logged_once(self):
        for figure in ('-1', '1000000001', '99999999999999999999'):
            metrics = self.metrics([('input_token_count', figure), ('cached_token_count', '0')])
            self.assertEqual(metrics['input_tokens'], 0)
        self.wait_log('logged once')
        self.assertEqual(self.log(self.daemon).count('logged once'), 1)

    def report_cost(self, model, usd):
        call = [('model', model), ('input_tokens', '1000'), ('output_tokens', '0'), ('cost_usd', usd)]
        self.count += 1
        session = 's%d' % self.count
        sock = self.connect()
        self.post('/v1/logs', prompt(session), sock=sock)
        self.post('/v1/logs', prompt(session, name='api_request', more=call), sock=sock)
        self.assertEqual(self.sessions()[session]['metrics']['cost_source'], 'reported')

    def test_a_reported_cost_far_off_the_list(self):
        self.assertIn('no client reported a cost that differs', self.ask_prices('claude-opus-5-5').stdout)
        self.assertNotIn('reported costs', self.run_program('doctor').stdout)
        self.report_cost('claude-opus-5-5', '0.0041')  # 2.5 % above
        self.report_cost('claude-opus-5-5', '0.5')
        self.wait_log(r'"claude-opus-5-5" cost \$0\.500000 by its client and \$0\.004000')
        self.report_cost('claude-opus-5-5[1m]', '0.001')
        self.report_cost('Claude-Sonnet-5-5', '0.5')
        health = self.ask('GET', '/health').json()['prices']
        self.assertRegex(health.pop('as_of'), r'^20\d\d-\d\d-\d\d$')
        self.assertEqual(health, {'own_models': 0, 'mismatched_calls': 3, 'mismatched': [
            {'model': 'claude-opus-5-5', 'calls': 1}, {'model': 'claude-opus-5-5[1m]', 'calls': 1},
            {'model': 'claude-sonnet-5-5', 'calls': 1}]})
        self.assertIn('! 2 calls since the daemon started differ by more than 5 %',
                      self.ask_prices('anthropic/claude-opus-5-5').stdout)
        self.assertIn('no client reported a cost', self.ask_prices('gpt-5.4').stdout)
        models = 'claude-opus-5-5 (1 call), claude-opus-5-5[1m] (1 call), claude-sonnet-5-5 (1 call)'
        self.assertIn(models, self.ask_prices().stdout)
        doctor = self.run_program('doctor').stdout
        self.assertIn('! reported costs differ by more than 5 % from the price list', doctor)
        self.assertIn(models, doctor)

    def test_mismatched_models_have_a_ceiling(self):
        names = ['opal-%d' % i for i in range(70)]
        self.reload(json.dumps({'version': 2, 'models': [
            {'model': name, 'prices': [{'input': 1, 'output': 1}]} for name in names]}), 'prices of 70 models read')
        for name in names:
            self.report_cost(name, '0.5')
        health = self.ask('GET', '/health').json()['prices']
        self.assertEqual((health['own_models'], health['mismatched_calls'], len(health['mismatched'])), (70, 70, 64))
        self.assertIn('opal-63 (1 call), and 6 calls of other models', self.ask_prices().stdout)

    # ---- prices import

    def own_path(self, name='prices.json'):
        return self.path('config', 'otel-ai-monitor', name)

    def read_own(self, name='prices.json'):
        with open(self.own_path(name), encoding='utf-8') as f:
            return json.load(f)

    def own_models(self):
        return {model.pop('model'): model for model in self.read_own()['models']}

    def import_prices(self, *words, status=0, text=None):
        done = self.run_program('prices', 'import', *words, text=text)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def test_import_from_models_dev(self):
        done = self.import_prices(LISTS % 'models.dev', '--yes')
        self.assertIn('models.dev, 12 models: 1 match the lists in use, 1 differ, 2 are new', done.stdout)
        self.assertIn('  gpt-5.1-codex: input 1.25 → 1, cache read 0.125 → 0.1, output 10 → 8\n', done.stdout)
        self.assertIn('New: gpt-opal, slate-1\n', done.stdout)
        self.assertRegex(done.stdout, r'(?m)^ +1  several providers with different prices: marble-1$')
        self.assertRegex(done.stdout, r'(?m)^ +2  not sold by the maker.*: gpt-opal, openai/gpt-5.4-mini$')
        self.assertIn('systemctl --user reload otel-ai-monitor', done.stdout)
        models = self.own_models()
        self.assertEqual(set(models), {'gpt-opal', 'gpt-5.1-codex', 'slate-1'})
        self.assertRegex(models['gpt-opal'].pop('checked'), r'^20\d\d-\d\d-\d\d$')
        self.assertEqual(models['gpt-opal'], {
            'provider': 'openai', 'aliases': [], 'source': 'models.dev',
            'prices': [{'input': 2.5, 'output': 15, 'cache_read': 0.25, 'tiers': [
                {'above_input_tokens': 272000, 'input': 5, 'output': 22.5, 'cache_read': 0.25}]}],
            'speeds': {'fast': [{'input': 5, 'output': 30, 'cache_read': 0.25}]}})
        self.assertEqual(models['slate-1']['prices'], [{'input': 1, 'output': 2, 'cache_read': 0.5, 'tiers': [
            {'above_input_tokens': 200000, 'input': 2, 'output': 4, 'cache_read': 0.5}]}])
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_log('prices of 3 models read')
        self.assertEqual(self.metrics()['cost_usd'], 0.003222)  # 1210 in, 64 out, 15000 cached
        self.assertIn('Nothing to write.', self.import_prices(LISTS % 'models.dev', '--yes').stdout)

    def test_import_from_litellm(self):
        done = self.import_prices(LISTS % 'litellm', '--yes')
        self.assertIn('litellm, 7 models: 0 match the lists in use, 1 differ, 4 are new', done.stdout)
        self.assertRegex(done.stdout, r'(?m)^  claude-opus-5-5: input \d+ → 3, output \d+ → 15$')
        self.assertRegex(done.stdout, r'(?m)^ +1  the price of cache writes kept for an hour: claude-opus-5-5$')
        models = self.own_models()
        self.assertEqual(models['claude-basalt']['prices'], [
            {'input': 4, 'output': 20, 'cache_read': 0.4, 'cache_write_5m': 5, 'cache_write_1h': 8}])
        self.assertEqual(models['qwen-flint']['aliases'], ['dashscope/qwen-flint'])
        self.assertEqual(models['qwen-flint']['prices'], [{'input': 0.1, 'output': 0.5, 'tiers': [
            {'above_input_tokens': 32000, 'input': 0.2, 'output': 1}]}])
        self.assertEqual(models['gpt-opal']['speeds'], {'priority': [{'input': 5, 'output': 30, 'cache_read': 0.25}]})

    def test_import_from_genai_prices(self):
        with open(LISTS % 'genai-prices', encoding='utf-8') as f:
            done = self.import_prices('-', '--from', 'genai-prices', '--yes', text=f.read())
        self.assertIn('genai-prices, 3 models: 0 match the lists in use, 0 differ, 2 are new', done.stdout)
        models = self.own_models()
        self.assertEqual(models['claude-basalt']['aliases'], ['claude.basalt'])
        rows = models['claude-basalt']['prices']
        self.assertEqual([row.get('from') for row in rows], [None, '2026-03-13'])
        self.assertEqual(rows[0]['tiers'], [{
            'above_input_tokens': 200000, 'input': 6, 'output': 22.5, 'cache_read': 0.3, 'cache_write_5m': 3.75,
            'cache_write_1h': 6}])
        self.assertEqual(models['claude-night']['prices'], [{'input': 1, 'output': 2}])

    def test_import_keeps_ones_own_models_and_a_copy(self):
        own = {'version': 2, 'note': 'mine', 'models': [
            {'model': 'granite', 'aliases': ['slate-1'], 'prices': [{'input': 1, 'output': 1}]},
            {'model': 'GPT-Opal', 'prices': [{'input': 9, 'output': 9}]}]}
        with open(self.own_path(), 'w', encoding='utf-8') as f:
            json.dump(own, f)
        done = self.import_prices(LISTS % 'models.dev', '--yes')
        self.assertIn('the original is in ' + self.own_path('prices.json.before-otel-ai-monitor'), done.stdout)
        self.assertEqual(self.read_own('prices.json.before-otel-ai-monitor'), own)
        self.assertEqual(self.read_own()['note'], 'mine')
        self.assertEqual(self.read_own()['models'][0], own['models'][0])
        self.assertEqual(set(self.own_models()), {'granite', 'gpt-opal', 'gpt-5.1-codex'})
        self.assertEqual(self.own_models()['gpt-opal']['prices'][0]['input'], 2.5)
        self.assertRegex(done.stdout, r'(?m)^ +1  an alias in your own list: slate-1$')

    def test_import_changes_nothing_unasked(self):
        done = self.import_prices(LISTS % 'models.dev', status=1)
        self.assertIn('not a terminal, so nothing was changed', done.stderr)
        self.import_prices(LISTS % 'models.dev', '--dry-run')
        done = self.import_prices(LISTS % 'models.dev', '--print', '--all')
        self.assertEqual(len(json.loads(done.stdout)['models']), 4)
        self.assertIn('1 differ', done.stderr)
        self.assertEqual(os.listdir(self.path('config', 'otel-ai-monitor')), [])

    def test_import_asks(self):
        for answer, models in ((b'n\n', None), (b'y\n', {'gpt-opal', 'gpt-5.1-codex', 'slate-1'})):
            user, terminal = pty.openpty()
            with subprocess.Popen([PROGRAM, 'prices', 'import', LISTS % 'models.dev', '--port', str(self.port)],
                                  env=self.environment, stdin=terminal, stdout=subprocess.PIPE, text=True) as asked:
                os.write(user, answer)
                self.assertIn('Apply this change? [y/N]', asked.stdout.read())
            self.assertEqual(asked.returncode, 0)
            self.assertEqual(set(self.own_models()) if os.path.exists(self.own_path()) else None, models)
            os.close(user)
            os.close(terminal)

    def test_what_cannot_be_imported(self):
        for text, why in (('{"a":\n[', 'line 2: '), ('{}', "it is neither models.dev's api.json"), ('', 'line 1: '),
                          (' ' * (33 << 20), 'it is larger than 32 MiB')):
            self.assertIn(why, self.import_prices('-', '--yes', status=1, text=text).stderr)
        with open(LISTS % 'litellm', encoding='utf-8') as f:
            done = self.import_prices('-', '--yes', '--from', 'models.dev', status=1, text=f.read())
        self.assertIn('there are no models in it; --from names its source', done.stderr)
        self.assertIn('cannot read', self.import_prices('/nowhere', status=1).stderr)
        self.assertIn('needs a FILE', self.import_prices(status=2).stderr)
        self.assertIn('"--all" is for prices import', self.run_program('prices', '--all').stderr)
        with open(self.own_path(), 'w', encoding='utf-8') as f:
            f.write('{"version": 2,\n"models": 1}')
        self.assertIn('prices.json\': line 2: ', self.import_prices(LISTS % 'litellm', '--yes', status=1).stderr)
        self.assertEqual(os.listdir(self.path('config', 'otel-ai-monitor')), ['prices.json'])

    def test_a_list_that_would_be_too_large(self):
        models = ','.join('"%s-%d":{"cost":{"input":1,"output":1}}' % ('x' * 70, i) for i in range(30000))
        done = self.import_prices('-', '--yes', status=1, text='{"a":{"models":{%s}}}' % models)
        self.assertIn('larger than 4 MiB, so nothing was changed', done.stderr)
        self.assertFalse(os.path.exists(self.own_path()))

    def run_program(self, *words, text=None):
        return subprocess.run([PROGRAM, *words, '--port', str(self.port)], env=self.environment, check=False,
                              capture_output=True, text=True, input=text)

    def ask_prices(self, *words):
        return self.run_program('prices', *words)

    def test_the_command(self):
        done = self.ask_prices()
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertRegex(done.stdout, r'built-in list of 20\d\d-\d\d-\d\d: \d+ models')
        done = self.ask_prices('anthropic/Claude-Sonnet-5-5[1m]')
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r'is listed as claude-sonnet-5-5 in the built-in list of 20\d\d-\d\d-\d\d, '
                         r'ignoring "anthropic/" and "\[1m\]"\n')
        self.assertIn("today's row holds since 2026-10-07", done.stdout)
        self.assertRegex(done.stdout, r'(?m)^usual +2026-10-07 +2 +0\.1 +2\.5 +4 +10$')
        self.assertRegex(self.ask_prices('gemini-2.5-pro').stdout, r'(?m)^usual +> 200000 +2\.5 ')
        done = self.ask_prices('opus')
        self.assertEqual(done.returncode, 1)
        self.assertIn('"opus" is in no price list', done.stdout)

    def test_the_command_reads_its_users_own_prices(self):
        self.reload(prices(10), r'prices of 1 models read')
        self.assertIn('prices.json: 1 models', self.ask_prices().stdout)
        self.assertNotIn('the running daemon', self.ask_prices().stdout)
        with open(self.path('config', 'otel-ai-monitor', 'prices.json'), 'w', encoding='utf-8') as f:
            f.write('{"version": 2, "models": []}')
        self.assertIn('the running daemon has read 1 models of your own list, which has 0 now: systemctl --user '
                      'reload otel-ai-monitor', self.ask_prices().stdout)
        self.reload(prices(10), r'prices of 1 models read')
        self.assertIn('is listed as gpt-5.1-codex in /', self.ask_prices('gpt-5.1-codex').stdout)
        self.reload('[]', r'line 1: ')
        done = self.ask_prices()
        self.assertEqual(done.returncode, 1)
        self.assertIn('prices.json: line 1: ', done.stdout)
        self.assertIn('prices.json: line 1: ', self.run_program('doctor').stdout)


if __name__ == '__main__':
    unittest.main()
