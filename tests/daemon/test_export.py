"""The history as files: every kind and format, hostile names, sums to the nano-dollar, constant memory."""

import csv
import http.client
import io
import json
import os
import sqlite3
import time
import unittest
import urllib.error
import urllib.request
from decimal import Decimal

from fixture import DaemonTest, prompt

KINDS = ('sessions', 'calls', 'events', 'daily', 'tools')
CALL = [('model', 'gpt-5.1-codex'), ('event.kind', 'response.completed'), ('input_token_count', '16210'),
        ('cached_token_count', '15000'), ('output_token_count', '64'), ('reasoning_token_count', '16')]
HOSTILE = ('=cmd|calc', '+1', '-1', '@x', '\ttab', '\rreturn', 'a "quoted", name', 'two\r\nlines', '\u202eright to left',
           'x' * 10000)
YESTERDAY = int(time.time()) - 86400  # what is older than the retention would be deleted
INSERT = """
    INSERT INTO call(session, id, calls, end_ms, day, tool, project, model, turn, input_tokens, cache_read_tokens,
      cache_write_5m_tokens, cache_write_1h_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd,
      cost_source)
    WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    SELECT 1, 1000000 + i, 1, %d - i, %s, 'claude-code', :project, 'claude', 1, 1, 0, 0, 0, 0, 1, 0, i,
      'r' FROM n""" % (YESTERDAY * 1000, time.strftime('%Y%m%d', time.localtime(YESTERDAY)))


class ExportTest(DaemonTest):
    def setUp(self):
        super().setUp()
        for i in range(3):
            for body in (prompt('s%d' % i, 'codex_exec', 'codex.user_prompt'),
                         prompt('s%d' % i, 'codex_exec', 'codex.sse_event', CALL)):
                self.assertEqual(self.post('/v1/logs', body).status, 200)
        self.wait_for('three calls in the history', lambda: self.stats()['total']['calls'] == 3)

    def stats(self):
        return json.loads(self.ask('GET', '/api/stats').body, parse_float=Decimal)

    def open(self, name, method='GET'):
        url = 'http://127.0.0.1:%d/api/export/%s' % (self.port, name)
        return urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=60)

    def rows(self, kind, form, query=''):
        with self.open('%s.%s%s' % (kind, form, query)) as answer:
            text = answer.read().decode()
        if form == 'csv':
            self.assertEqual(text.count('\n'), text.count('\r\n'))
            return list(csv.DictReader(io.StringIO(text, newline='')))
        if form == 'json':
            return json.loads(text, parse_float=Decimal)
        return [json.loads(line, parse_float=Decimal) for line in text.splitlines()]

    def status(self, name):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.open(name)
        with caught.exception as error:
            return error.code

    def change(self, sql, *rows):
        """The file, changed while the daemon is down; then it runs again."""
        self.end(self.daemon)
        path = next(os.path.join(d, 'telemetry.db') for d, _, names in os.walk(self.directory.name)
                    if 'telemetry.db' in names)
        db = sqlite3.connect(path)
        with db:
            for row in rows:
                db.execute(sql, row)
        db.close()
        self.daemon = self.start()
        self.port = self.port_of(self.daemon)

    def peak_kib(self):
        with open('/proc/%d/status' % self.daemon.pid, encoding='ascii') as f:
            return next(int(line.split()[1]) for line in f if line.startswith('VmHWM'))

    def test_every_kind_in_every_format(self):
        for kind in KINDS:
            objects = self.rows(kind, 'json')
            self.assertEqual(self.rows(kind, 'ndjson'), objects)
            lines = self.rows(kind, 'csv')
            self.assertEqual([list(line) for line in lines], [list(o) for o in objects])
            for line, o in zip(lines, objects):
                for key, value in o.items():
                    if not isinstance(value, dict):
                        self.assertEqual(line[key], '' if value is None else str(value), (kind, key))
        total = self.stats()['total']['cost_usd']
        self.assertGreater(total, 0)
        for kind in ('calls', 'daily', 'sessions'):
            for form in ('csv', 'json'):
                self.assertEqual(sum(Decimal(row['cost_usd']) for row in self.rows(kind, form)), total)
        self.assertRegex(self.rows('calls', 'csv')[0]['time'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$')

    def test_head_and_fields(self):
        for method, has_body in (('GET', True), ('HEAD', False)):
            with self.open('calls.csv', method) as answer:
                self.assertRegex(answer.headers['Content-Disposition'],
                                 r'^attachment; filename="otel-ai-monitor-calls-\d{4}-\d\d-\d\d\.csv"$')
                self.assertEqual(answer.headers['Cache-Control'], 'no-store')
                self.assertTrue(answer.headers['Content-Type'].startswith('text/csv'))
                self.assertEqual(bool(answer.read()), has_body)

    def test_what_is_wrong(self):
        self.assertEqual([self.status(name) for name in ('calls.xml', 'waits.csv', 'calls', 'calls.csv?from=x')],
                         [404, 404, 404, 400])
        self.end(self.daemon)
        self.daemon = self.start('--no-store')
        self.port = self.port_of(self.daemon)
        self.assertEqual(self.status('calls.csv'), 404)

    def test_choices(self):
        self.assertEqual(len(self.rows('calls', 'json', '?from=today&to=today&model=gpt-5.1-codex')), 3)
        for query in ('?to=2020-01-01', '?model=other', '?tool=other', '?project=other'):
            for kind in KINDS:
                self.assertEqual(self.rows(kind, 'json', query), [])
                self.assertEqual(self.rows(kind, 'csv', query), [])

    def test_hostile_names(self):
        self.change("INSERT INTO event(at_ms, kind, tool, project, detail) VALUES(%d, 'x', 't', ?, ?)" % (YESTERDAY * 1000),
                    *[(name, '{\n"a": 1}') for name in HOSTILE])
        told = [row['project'] for row in self.rows('events', 'csv', '?tool=t')]
        self.assertEqual(told, [("'" if name[0] in '=+-@\t\r' else '') + name for name in HOSTILE])
        for form in ('json', 'ndjson'):
            rows = self.rows('events', form, '?tool=t')
            self.assertEqual([row['project'] for row in rows], list(HOSTILE))
            self.assertEqual(rows[0]['detail'], {'a': 1})

    def test_200000_calls_in_constant_memory(self):
        self.change(INSERT, {'count': 200000, 'project': 'big'})
        self.assertEqual(len(self.rows('calls', 'csv', '?to=2020-01-01')), 0)
        self.ask('GET', '/api/stats')
        before = self.peak_kib()
        with self.open('calls.ndjson?project=big') as slow:
            slow.readline()
            self.assert_alive()  # others are answered meanwhile
            rows = cost = 0
            with self.open('calls.csv?project=big') as answer:
                for row in csv.DictReader(io.TextIOWrapper(answer, encoding='utf-8', newline='')):
                    rows += 1
                    cost += Decimal(row['cost_usd'])
                    if rows % 50000 == 0:
                        self.assert_alive()
            self.assertEqual((rows, cost), (200000, Decimal(200000 * 200001 // 2) / 10**9))
            self.assertEqual(sum(1 for _ in slow), 199999)
        if 'ASAN_OPTIONS' not in os.environ:  # which keeps what was freed
            self.assertLess(self.peak_kib() - before, 8 * 1024)
        with self.open('calls.json') as gone:
            gone.read(10)
        self.assert_alive()

    def test_a_stop_does_not_make_a_part_look_whole(self):
        self.change(INSERT, {'count': 100000, 'project': 'big'})
        with self.open('calls.ndjson') as answer:
            answer.read(10)
            self.end(self.daemon)
            with self.assertRaises((OSError, http.client.IncompleteRead)):
                answer.read()


if __name__ == '__main__':
    unittest.main()
