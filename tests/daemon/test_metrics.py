"""/metrics and /api/stats: what a call adds, after a restart too, as promtool and a real Prometheus take it."""

import json
import shutil
import signal
import socket
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from fixture import DaemonTest


def log_record(**attributes):
    return {'timeUnixNano': str(time.time_ns()), 'attributes': [
        {'key': k.replace('__', '.'), 'value': {'intValue': str(v)} if isinstance(v, int) else
         {'doubleValue': v} if isinstance(v, float) else {'stringValue': v}} for k, v in attributes.items()]}


def model_call(session, request, cost, model='claude-opus-4-8'):
    return log_record(event__name='api_request', session__id=session, request_id=request, model=model, cost_usd=cost,
                      input_tokens=100, output_tokens=20, cache_read_tokens=7, cache_creation_tokens=0, duration_ms=1500)


def body(*records):
    return json.dumps({'resourceLogs': [{
        'resource': {'attributes': [{'key': 'service.name', 'value': {'stringValue': 'claude-code'}}]},
        'scopeLogs': [{'logRecords': list(records)}]}]}).encode()


class Metrics(DaemonTest):
    ARGUMENTS = ['--budget-day', '10']

    def scrape(self, accept='text/plain'):
        return self.ask('GET', '/metrics', fields={'Accept': accept}).body.decode()

    def value(self, series):
        for line in self.scrape().splitlines():
            if line.startswith(series + ' '):
                return float(line.rsplit(' ', 1)[1])
        return None

    def stats(self, query=''):
        return self.ask('GET', '/api/stats' + query).json()

    def send(self, *records):
        self.assertEqual(self.post('/v1/logs', body(*records)).status, 200)

    def wait_stats(self, what, value):
        def found():
            stats = self.stats()
            return stats if stats['today'][what] == value else None
        return self.wait_for('%s %s' % (what, value), found)

    COST = 'otel_ai_cost_usd_total{tool="claude-code",model="claude-opus-4-8",source="reported"}'

    def test_a_call_is_in_every_sum_once(self):
        self.send(model_call('s', 'r1', 0.15), model_call('s', 'r2', 0.08))
        self.send(model_call('s', 'r2', 0.08))  # sent again
        stats = self.wait_stats('calls', 2)
        self.assertEqual(stats['costs'], {'today': 0.23, 'month': 0.23, 'total': 0.23})
        self.assertEqual(stats['today']['tokens']['input'], 200)
        self.assertEqual(stats['today']['latency_ms']['p50'], 1500)
        self.assertEqual(stats['by_model'][0]['model'], 'claude-opus-4-8')
        self.assertEqual([m['model_name'] for m in stats['models']], ['claude-opus-4-8'])
        self.assertEqual(len(stats['active_operations']), 2)
        self.assertEqual(len(stats['days']), 30)
        self.assertEqual(len(stats['months']), 12)
        self.assertEqual(len(stats['hours']), 24)
        self.assertEqual(stats['days'][-1]['cost_usd'], 0.23)
        self.assertEqual(sum(h['calls'] for h in stats['hours']), 2)
        self.assertEqual(self.value(self.COST), 0.23)
        self.assertEqual(self.value('otel_ai_cost_today_usd'), 0.23)
        self.assertEqual(self.value('otel_ai_budget_usd{period="day"}'), 10)
        self.assertEqual(self.value('otel_ai_http_requests_total{signal="logs",code="200"}'), 2)
        self.post('/v1/logs', b'{')
        self.post('/v1/traces', b'', kind='text/plain')
        self.post('/hooks/nobody', b'{}')
        self.assertEqual(self.value('otel_ai_http_requests_total{signal="traces",code="415"}'), 1)
        self.assertEqual(self.value('otel_ai_http_requests_total{signal="logs",code="400"}'), 1)
        self.assertEqual(self.value('otel_ai_http_requests_total{signal="hooks",code="404"}'), 1)

    def test_a_choice_narrows_every_sum(self):
        self.send(model_call('s', 'r1', 0.15), model_call('s', 'r2', 0.08, model='claude-haiku-4-5'))
        self.wait_stats('calls', 2)
        self.assertEqual(self.stats('?model=claude-haiku-4-5')['today']['cost_usd'], 0.08)
        self.assertEqual(self.stats('?tool=codex')['today']['calls'], 0)
        self.assertEqual(self.stats('?from=2020-01-01&to=2020-12-31')['range']['calls'], 0)
        self.assertEqual(self.stats('?from=today&to=today')['range']['calls'], 2)
        self.assertEqual(self.ask('GET', '/api/stats?from=yesteryear').status, 400)
        self.assertEqual(self.ask('GET', '/api/stats?from=2026-02-31').status, 400)

    def test_a_restart_goes_on(self):
        self.send(model_call('s', 'r1', 7.0))
        self.wait_stats('calls', 1)
        self.end(self.daemon)
        self.daemon = self.start(*self.ARGUMENTS)
        self.port = self.port_of(self.daemon)
        self.wait_for('the sum of before', lambda: self.value(self.COST) == 7)
        self.send(model_call('s', 'r1', 7.0), model_call('s', 'r2', 1.0))  # the first one again
        self.wait_stats('calls', 2)
        self.assertEqual(self.sessions()['s']['metrics']['cost_usd'], 8)
        self.assertEqual(self.value(self.COST), 8)
        self.wait_log(r'80 % of the day budget spent: \$8\.00 of \$10\.00')
        self.assertEqual(self.stats()['budgets'], [{'period': 'day', 'limit_usd': 10, 'spent_usd': 8}])

    def test_a_budget_notifies_once_a_step(self):
        self.end(self.daemon)
        told = self.path('told')
        self.daemon = self.start('--budget-day', '10', '--budget-session', '4',
                                 '--notify-command', "sh -c 'echo \"$1 | $2\" >> %s' sh {summary} {body}" % told)
        self.port = self.port_of(self.daemon)

        def lines():
            try:
                with open(told, encoding='utf-8') as f:
                    return f.read().splitlines()
            except OSError:
                return []
        self.send(model_call('s', 'r1', 8.5))
        self.wait_for('two budgets', lambda: len(lines()) == 2)
        self.assertEqual(sorted(lines()), ["100 % of the budget of a session is spent | $8.50 of $4.00",
                                           "80 % of today's budget is spent | $8.50 of $10.00"])
        self.send(model_call('s', 'r2', 0.1))
        self.send(model_call('t', 'r3', 1.9))
        self.wait_for('the rest of the day', lambda: len(lines()) == 3)
        self.assertEqual(lines()[-1], "100 % of today's budget is spent | $10.50 of $10.00")

    def test_killed_under_load_nothing_is_counted_twice(self):
        for i in range(40):
            self.send(*(model_call('s', 'r%d-%d' % (i, k), 0.01) for k in range(10)))
        self.wait_stats('calls', 400)
        self.send(model_call('s', 'last', 0.01))
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()
        self.daemon = self.start(*self.ARGUMENTS)
        self.port = self.port_of(self.daemon)
        self.assertIn(self.stats()['today']['calls'], (400, 401))

    def test_without_a_store_it_counts_all_the_same(self):
        self.end(self.daemon)
        self.daemon = self.start('--no-store')
        self.port = self.port_of(self.daemon)
        self.send(model_call('s', 'r1', 0.5))
        self.assertEqual(self.value(self.COST), 0.5)
        self.assertEqual(self.ask('GET', '/api/stats').status, 404)

    def test_questions_are_answered_in_order(self):
        sock = self.connect()
        one = b'GET /api/stats HTTP/1.1\r\nHost: localhost\r\n\r\n'
        other = b'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'
        sock.sendall(one + other)
        text = b''
        while b'"uptime_s"' not in text:
            more = sock.recv(65536)
            self.assertTrue(more, text)
            text += more
        self.assertLess(text.index(b'"today"'), text.index(b'"uptime_s"'))
        gone = self.connect()
        gone.sendall(one * 20)
        gone.close()
        self.assert_alive()

    @unittest.skipUnless(shutil.which('promtool'), 'there is no promtool')
    def test_promtool_has_nothing_to_say(self):
        self.send(model_call('s', 'r1', 0.5))
        done = subprocess.run(['promtool', 'check', 'metrics'], input=self.scrape(), capture_output=True, text=True,
                              check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ''))

    def test_openmetrics_is_told_apart(self):
        text = self.scrape('application/openmetrics-text;version=1.0.0,text/plain;q=0.5')
        self.assertTrue(text.endswith('# EOF\n'))
        self.send(model_call('s', 'r1', 0.5))
        text = self.scrape('application/openmetrics-text;version=1.0.0')
        self.assertIn('# TYPE otel_ai_cost_usd counter\n', text)
        self.assertIn('otel_ai_cost_usd_created{', text)

    @unittest.skipUnless(shutil.which('prometheus'), 'there is no prometheus')
    def test_a_real_prometheus_scrapes_it(self):
        self.send(model_call('s', 'r1', 0.5))
        with socket.create_server(('127.0.0.1', 0)) as free:
            port = free.getsockname()[1]
        with open(self.path('prometheus.yml'), 'w', encoding='utf-8') as f:
            json.dump({'global': {'scrape_interval': '500ms', 'scrape_timeout': '400ms'},
                       'scrape_configs': [{'job_name': 'ai', 'static_configs': [
                           {'targets': ['127.0.0.1:%d' % self.port]}]}]}, f)
        with open(self.path('prometheus.log'), 'wb') as log:
            prometheus = subprocess.Popen(
                ['prometheus', '--config.file', self.path('prometheus.yml'), '--storage.tsdb.path', self.path('tsdb'),
                 '--web.listen-address', '127.0.0.1:%d' % port], stdout=log, stderr=log)
        self.addCleanup(self.end, prometheus)

        def answer():
            try:
                with urllib.request.urlopen('http://127.0.0.1:%d/api/v1/query?query=otel_ai_cost_usd_total' % port,
                                            timeout=5) as got:
                    return json.load(got)['data']['result']
            except (urllib.error.URLError, OSError):
                return None
        found = self.wait_for('prometheus has the cost', answer)
        self.assertEqual(found[0]['metric']['source'], 'reported')
        self.assertEqual(float(found[0]['value'][1]), 0.5)


if __name__ == '__main__':
    unittest.main()
