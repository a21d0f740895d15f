"""What is remembered: every question to the history, before and after the daemon was killed."""

import json
import os
import sqlite3
import unittest

from fixture import DATA, DaemonTest, prompt, read_answer, recorded, request

CASE = 'claude-2.1.332/c-perm-feedback-hooks'


class HistoryTest(DaemonTest):
    def get(self, path, status=200):
        answer = self.ask('GET', path)
        self.assertEqual(answer.status, status, (path, answer.body))
        return answer.json()

    def past(self):
        found = [s for s in self.get('/api/sessions?past=1')['sessions'] if s['turns'] > 0 and s['cost_usd'] > 0]
        return found[0] if found else None

    def play(self):
        """Posts a recording; its session, once that is stored with its calls."""
        with open(os.path.join(DATA, CASE, 'recording.json'), encoding='utf-8') as f:
            recording = json.load(f)
        for r in recording['requests']:
            fields = {'Content-Encoding': r['content_encoding']} if r['content_encoding'] else {}
            self.assertIn(self.post(r['path'], recorded(CASE, r['no']), r['content_type'], **fields).status, (200, 204))
        return self.wait_for('a session with calls in the history', self.past)

    def settled(self, path, count):
        """The answer once it lists as much."""
        return self.wait_for('%d of %s' % (count, path), lambda: self.get(path) if len(
            next(v for v in self.get(path).values() if isinstance(v, list))) >= count else None)

    def test_sessions_of_the_past(self):
        one = self.play()
        page = self.get('/api/sessions?past=1&limit=1&offset=0&tool=claude-code&q=%s' % one['session_id'][:8].upper())
        self.assertEqual((page['total'], page['offset'], page['limit']), (1, 0, 1))
        self.assertEqual(page['sessions'][0]['session_id'], one['session_id'])
        self.assertLessEqual(one['first_seen'], one['last_seen'])
        self.assertAlmostEqual(one['cost_usd'], one['cost']['reported'] + one['cost']['estimated'])
        self.assertEqual(self.get('/api/sessions?past=1&offset=1')['sessions'], [])
        for choice in ('tool=codex', 'project=nothing', 'q=nothing', 'to=1999-01-01', 'from=2999-01-01'):
            self.assertEqual(self.get('/api/sessions?past=1&' + choice)['total'], 0, choice)

    def test_one_session_and_its_turns(self):
        one = self.play()
        path = '/api/sessions/' + one['session_id']

        def whole():
            answer = self.get(path)
            costs = sum(t['cost_usd'] for t in answer['turn_list'])
            return answer if abs(costs - self.past()['cost_usd']) < 1e-9 else None
        live = self.wait_for('all turns', whole)
        self.assertEqual(live['session_id'], one['session_id'])
        turn = live['turn_list'][-1]['turn']
        waterfall = self.settled('%s/turns/%d' % (path, turn), 2)
        self.assertLessEqual({s['kind'] for s in waterfall['steps']}, {'model', 'tool', 'you', 'agent'})
        self.assertIn('model', {s['kind'] for s in waterfall['steps']})
        begins = [s['begin_ms'] for s in waterfall['steps']]
        self.assertEqual(begins, sorted(begins))
        for step in waterfall['steps']:
            self.assertEqual(step['offset_ms'], step['begin_ms'] - waterfall['begin'])
        self.get(path + '/turns/99', 404)
        self.get(path + '/turns/x', 400)
        self.get('/api/sessions/nobody', 404)
        self.get('/api/sessions/nobody/turns/1', 404)
        self.assertEqual(self.get('/health')['rejected']['http'], 1)  # 404 is no mistake

    def test_feed_page_by_page(self):
        self.play()
        all_of_it = self.settled('/api/events', 2)['events']
        self.assertEqual([e['id'] for e in all_of_it], sorted((e['id'] for e in all_of_it), reverse=True))
        kind = all_of_it[0]['kind']
        seen, before = [], None
        while True:
            page = self.get('/api/events?limit=1' + ('&before=%d' % before if before else ''))
            seen += page['events']
            before = page['next']
            if before is None:
                break
        self.assertEqual(seen, all_of_it)
        project = all_of_it[0]['project']  # looked up beside the loop: none if the event was sooner
        for more in ('', '&project=%s' % project) if project else ('',):
            of_kind = [e for e in all_of_it if e['kind'] == kind and (not more or e['project'] == project)]
            self.assertEqual(self.get('/api/events?kind=nothing,%s%s' % (kind, more))['events'], of_kind)
        self.assertEqual(self.get('/api/events?project=nothing'), {'events': [], 'next': None})

    def test_mistakes_are_named(self):
        for path, what in (('/api/events?knd=done', 'unknown parameter: knd'), ('/api/stats?x=1', 'unknown parameter: x'),
                           ('/api/sessions?past=1&before=1', 'unknown parameter: before'),
                           ('/api/mcp?q=1', 'unknown parameter: q'), ('/api/waits?model=m', 'unknown parameter: model'),
                           ('/api/timeline?from=x', 'from takes'), ('/api/models?by=x', 'unknown parameter: by'), ('/api/stats?by=session', 'by takes model'),
                           ('/api/events?kind=,', 'kind takes'),
                           ('/api/events?before=0', 'before takes'), ('/api/sessions?past=1&limit=501', 'limit takes')):
            self.assertIn(what, self.get(path, 400)['error']['message'], path)

    def test_servers(self):
        self.assertEqual(self.get('/api/mcp'), {'servers': []})
        session = self.play()['session_id']
        rows = [('mcp__a__x', 40, 'ok')] * 18 + [('mcp__a__y', 1000, 'error')] * 2 + [('mcp__b_c__x', 7, 'error'), ('Bash', 1, 'error')]
        with sqlite3.connect(self.path('.local', 'state', 'otel-ai-monitor', 'telemetry.db'), timeout=10) as store:
            store.executemany(
                'INSERT INTO tool_call(session, id, turn, name, begin_ms, end_ms, outcome)'
                ' SELECT row, ?, 1, ?, last_seen_ms - ?, last_seen_ms, ? FROM session WHERE id = ?',
                [(n, *row, session) for n, row in enumerate(rows)])
        servers = [(s['server'], s['calls'], s['errors'], s['p50_ms'], s['p95_ms']) for s in self.get('/api/mcp')['servers']]
        self.assertEqual(servers, [('a', 20, 2, 40, 1000), ('b_c', 1, 1, 7, 7)])
        self.assertEqual(self.get('/api/mcp?to=2001-01-01'), {'servers': []})

    def put(self, sql, rows):
        """Rows of the history that no recording has."""
        with sqlite3.connect(self.path('.local', 'state', 'otel-ai-monitor', 'telemetry.db'), timeout=10) as store:
            store.executemany(sql, rows)

    def test_waits_by_tool(self):
        self.assertEqual(self.get('/api/waits'), {'waits': []})
        session = self.play()['session_id']
        self.put('DELETE FROM wait', [()])
        self.put('INSERT INTO wait(session, id, turn, kind, name, begin_ms, end_ms, day, tool, project, outcome)'
                 ' SELECT row, ?, 1, ?, ?, last_seen_ms - ?, last_seen_ms, 20260101, tool, ?, ? FROM session WHERE id = ?',
                 [(n, kind, name, ms, project, outcome, session) for n, (kind, name, ms, project, outcome) in enumerate((
                     ('permission', 'Bash', 1000, 'a', 'ok'), ('permission', 'Bash', 48000, 'a', 'ok'),
                     ('permission', 'Bash', 50000, 'b', 'rejected'), ('permission', 'Edit', 7, 'a', 'interrupted'),
                     ('question', None, 200000, 'a', None)))])
        keys = ('kind', 'name', 'asks', 'refused', 'interrupted', 'waited_ms', 'median_ms', 'p95_ms', 'max_ms')
        rows = [tuple(w[k] for k in keys) for w in self.get('/api/waits')['waits']]
        self.assertEqual(rows, [('question', None, 1, 0, 0, 200000, 200000, 200000, 200000),
                                ('permission', 'Bash', 3, 1, 0, 99000, 48000, 50000, 50000),
                                ('permission', 'Edit', 1, 0, 1, 7, 7, 7, 7)])
        self.assertEqual([w['asks'] for w in self.get('/api/waits?project=b&tool=claude-code')['waits']], [1])
        self.assertEqual(self.get('/api/waits?to=2001-01-01'), {'waits': []})

    def test_health_of_models(self):
        self.assertEqual(self.get('/api/models'), {'models': []})
        session = self.play()['session_id']
        before = self.get('/api/models')['models'][0]
        self.assertIn(before['model'], {m['model'] for m in self.get('/api/stats')['by_model']})
        self.put('INSERT INTO call(session, id, calls, end_ms, day, tool, model, turn, duration_ms, input_tokens, cache_read_tokens,'
                 ' cache_write_5m_tokens, cache_write_1h_tokens, cache_write_tokens, output_tokens, reasoning_tokens,'
                 " cost_nano_usd, fault, status) SELECT row, ?, 1, last_seen_ms, 20260101, tool, 'm', 1, ?, 0, 0, 0, 0, 0, 0, 0, 0, ?, ?"
                 ' FROM session WHERE id = ?',
                 [(n, ms, fault, status, session) for n, (ms, fault, status) in enumerate((
                     (100, None, None), (100, None, None), (5000, 'http', 529), (5000, 'http', 529), (5000, 'rate_limit', None)))])
        model = next(m for m in self.get('/api/models')['models'] if m['model'] == 'm')
        self.assertEqual((model['calls'], model['errors'], model['latency_ms'], model['ttft_ms']),
                         (5, 3, {'avg': 3040, 'p50': 5000, 'p95': 5000}, {'p50': None, 'p95': None}))
        self.assertEqual(model['faults'], [{'fault': 'http', 'status': 529, 'calls': 2}, {'fault': 'rate_limit', 'status': None, 'calls': 1}])
        self.assertEqual(self.get('/api/models?tool=codex'), {'models': []})

    def test_timeline(self):
        self.assertEqual(self.get('/api/timeline')['sessions'], [])
        one = self.play()
        self.assertEqual(self.get('/api/timeline?to=2001-01-01')['sessions'], [])

        def worked():
            found = [s for s in self.get('/api/timeline?from=2001-01-01')['sessions'] if s['session_id'] == one['session_id']]
            return found[0] if found and {s['kind'] for s in found[0]['spans']} == {'working', 'waiting'} else None
        strip = self.wait_for('a turn and a wait', worked)
        self.assertEqual((strip['project'], strip['cost_usd'], strip['truncated']), (one['project'], one['cost_usd'], False))
        begins = [s['begin'] for s in strip['spans']]
        self.assertEqual(begins, sorted(begins))
        for s in strip['spans']:
            self.assertLessEqual(s['begin'], s['end'])
        today = self.get('/api/timeline?from=today&to=today')
        self.assertEqual((today['begin'], today['end']), (self.get('/api/timeline')['begin'], self.get('/api/timeline')['end']))
        self.assertIn(today['end'] - today['begin'], (23 * 3600000, 24 * 3600000, 25 * 3600000))

    def test_hours_of_today_and_yesterday(self):
        session = self.play()['session_id']
        before = self.get('/api/stats')
        self.assertEqual([[h['hour'] for h in before[name]] for name in ('hours', 'hours_yesterday')], [list(range(24))] * 2)
        self.put('INSERT INTO call(session, id, calls, end_ms, day, tool, model, turn, input_tokens, cache_read_tokens, cache_write_5m_tokens,'
                 ' cache_write_1h_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd, cost_source)'
                 " SELECT row, 1, 1, strftime('%s', 'now', 'localtime', 'start of day', '-12 hours', 'utc') * 1000,"
                 " strftime('%Y%m%d', 'now', 'localtime', '-1 day'), tool, model, 1, 5, 0, 0, 0, 0, 0, 0, 2000000000, 'r'"
                 ' FROM session WHERE id = ?', [(session,)])
        after = self.get('/api/stats')
        dear = [(name, h['hour']) for name in ('hours', 'hours_yesterday') for h in after[name] if h['cost_usd'] >= 2]
        self.assertEqual(dear, [('hours_yesterday', 12)])

    def test_prices(self):
        prices = self.get('/api/prices?model=models%2FGPT-5.1-codex')
        self.assertEqual((prices['model'], prices['own']), ('gpt-5.1-codex', False))
        self.assertEqual(sorted(prices['usd_per_million']),
                         ['cache_read', 'cache_write', 'cache_write_1h', 'cache_write_5m', 'input', 'output'])
        self.assertEqual((prices['usd_per_million']['input'], prices['usd_per_million']['cache_read']), (1.25, 0.125))
        self.assertEqual(self.get('/api/prices?model=nobody'), {'model': None, 'own': False, 'usd_per_million': None})
        self.get('/api/prices', 400)
        self.get('/api/prices?model=m&x=1', 400)

    def connection(self, status, server=None):
        more = [('status', status), ('duration_ms', '625')] + ([('server_name', server)] if server else [])
        return prompt('s1', name='mcp_server_connection', more=more)

    def test_connections_to_servers(self):
        for body in (self.connection('connected', 'my db'), self.connection('connected', 'my db'), self.connection('failed', 'my db'),
                     self.connection('disconnected', 'my db'), self.connection('connected'), self.connection('what?', 'other')):
            for _ in range(2):  # a batch that is sent again is no second connection
                self.post('/v1/logs', body)
        servers = self.settled('/api/mcp', 2)['servers']
        self.wait_for('all of them', lambda: self.get('/api/mcp')['servers'][-1]['connections'] == 2)
        servers = [(s['server'], s['connections'], s['failed_connections'], s['calls'], s['p50_ms']) for s in self.get('/api/mcp')['servers']]
        self.assertEqual(servers, [(None, 1, 0, 0, None), ('my_db', 2, 1, 0, None)])
        self.assertEqual(self.sessions(), {})  # and makes no session

    def test_health_of_the_store(self):
        self.play()
        health = self.get('/health')
        self.assertEqual((health['store']['status'], health['store']['reason'], health['store']['dropped']), ('ok', None, 0))
        self.assertGreater(health['store']['written'], 0)
        self.assertGreater(health['store']['file_bytes'], 0)
        self.assertGreater(health['timestamp'], 1700000000000)

    def test_killed_and_started_again(self):
        self.play()
        self.settled('/api/events', 2)
        paths = ('/api/events', '/api/sessions?past=1', '/api/mcp')
        before = [self.get(p) for p in paths]
        self.daemon.kill()
        self.daemon.wait()
        self.daemon = self.start()
        self.port = self.port_of(self.daemon)
        self.assertEqual([self.get(p) for p in paths], before)
        gone = before[1]['sessions'][0]['session_id']
        self.assertEqual(self.get('/api/sessions/' + gone)['session_id'], gone)

    def test_answers_come_in_order(self):
        sock = self.connect()
        sock.sendall(request('GET', '/api/stats') + request('GET', '/health') + request('GET', '/api/events'))
        keys = ('today', 'uptime_s', 'events')
        for key in keys:
            self.assertIn(key, read_answer(sock).json())

    def test_who_leaves_meanwhile_does_no_harm(self):
        for _ in range(50):
            sock = self.connect()
            sock.sendall(request('GET', '/api/stats') * 4)
            sock.close()
        self.assert_alive()
        self.get('/api/stats')


if __name__ == '__main__':
    unittest.main()
