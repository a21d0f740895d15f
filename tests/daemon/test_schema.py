"""Every answer is as docs/schema has it, and every schema has an answer."""

import json
import os
import re
import socket
import unittest

import json_schema
from fixture import DATA, DaemonTest, prompt, recorded, request

ROOT = os.path.dirname(os.path.dirname(json_schema.DIRECTORY))
FILES = os.path.join(ROOT, 'tests', 'data')
METRICS = ('tasks', 'quality_gates', 'resolution', 'resources', 'usage')
PLAYED = ('claude-2.1.332/c-perm-feedback-hooks', 'codex-0.171.0', 'gemini-0.61.0', 'copilot-1.0.102')
KINDS = ('sessions', 'calls', 'events', 'daily', 'tools')


class CheckerTest(unittest.TestCase):
    """Who checks is checked: what is wrong is told."""

    def test_it_finds_faults(self):
        schema = {'type': 'object', 'required': ['a'], 'properties': {
            'a': {'type': ['integer', 'null'], 'minimum': 0}, 'b': {'enum': ['x', None]},
            'c': {'type': 'array', 'maxItems': 1, 'items': {'type': 'string', 'pattern': '^y$'}},
            'd': {'anyOf': [{'type': 'null'}, {'$ref': 'error.json'}]}}}
        error = {'error': {'code': 404, 'message': ''}}
        for good in ({'a': 0}, {'a': None, 'b': None, 'c': ['y'], 'd': None}, {'a': 1, 'd': error}):
            self.assertEqual(json_schema.faults(good, schema, 'x'), [], good)
        for bad in ({}, {'a': -1}, {'a': 'x'}, {'a': True}, {'a': 1.5}, {'a': 1, 'b': 'y'}, {'a': 1, 'c': ['y', 'y']},
                    {'a': 1, 'c': ['z']}, {'a': 1, 'd': {}}, {'a': 1, 'z': 1}, {'a': 1, 'd': {'error': {**error['error'], 'x': 1}}}):
            self.assertNotEqual(json_schema.faults(bad, schema, 'x'), [], bad)


class RouteTest(unittest.TestCase):
    """docs/api.md has every route, with words in capitals where the path has a name."""

    def test_every_route_is_documented(self):
        sources = os.path.join(ROOT, 'src')
        with open(os.path.join(ROOT, 'docs', 'api.md'), encoding='utf-8') as f:
            text = f.read()
        routes = set()
        for directory, _, names in os.walk(sources):
            for name in (n for n in names if n.endswith('.c')):
                with open(os.path.join(directory, name), encoding='utf-8') as f:
                    routes |= set(re.findall(r'\.path = "(/[^"]*)"', f.read()))
        self.assertGreater(len(routes), 30)
        missing = [r for r in sorted(routes)
                   if not re.search(re.escape(r).replace(r'\*', r'[A-Z][A-Z.]*') + r'(?![\w/])', text)]
        self.assertEqual(missing, [])


class SchemaTest(DaemonTest):
    ARGUMENTS = ['--budget-day', '1', '--budget-session', '0.0001', '--show-cost']

    def setUp(self):
        super().setUp()
        self.checked = set()

    def check(self, value, name):
        json_schema.check(value, name)
        self.checked.add(name)
        return value

    def get(self, path, name, status=200):
        answer = self.ask('GET', path)
        self.assertEqual(answer.status, status, (path, answer.body[:300]))
        return self.check(answer.json(), name)

    @staticmethod
    def recordings(place):
        """The directory itself, or the first two below it."""
        if os.path.exists(os.path.join(DATA, place, 'recording.json')):
            return [place]
        return [os.path.join(place, name) for name in sorted(os.listdir(os.path.join(DATA, place)))[:2]]

    def play(self):
        for place in PLAYED:
            for recording in self.recordings(place):
                with open(os.path.join(DATA, recording, 'recording.json'), encoding='utf-8') as f:
                    for r in json.load(f)['requests']:
                        fields = {'Content-Encoding': r['content_encoding']} if r['content_encoding'] else {}
                        self.post(r['path'], recorded(recording, r['no']), r['content_type'], **fields)
        self.post('/v1/logs', prompt('live'))
        for hook in ({'hook_event_name': 'PreToolUse', 'tool_use_id': 't1'}, {'hook_event_name': 'PermissionRequest', 'tool_use_id': 't1'}):
            self.post('/hooks/claude-code', json.dumps({'session_id': 'asks', 'tool_name': 'Bash', 'cwd': '/', **hook}).encode())
        self.post('/v1/logs', prompt('live', name='mcp_server_connection', more=[('status', 'connected')]))
        self.post('/v1/logs', prompt('one', 'acme-assistant', 'acme.something'))
        return self.wait_for('the history', lambda: [
            s for s in self.ask('GET', '/api/sessions?past=1').json()['sessions'] if s['calls'] and s['turns']])

    def stream(self):
        """Messages of a stream, until there is one of each type."""
        wanted = {b'event: ' + t for t in (b'session_list', b'session_update', b'stats', b'event')}
        with socket.create_connection(('127.0.0.1', self.port), timeout=20) as sock:
            sock.sendall(request('GET', '/api/stream?types=session_list,session_update,stats,event'))
            data = b''
            self.post('/v1/logs', prompt('another'))
            ask = {'session_id': 'another', 'hook_event_name': 'Notification', 'notification_type': 'permission_prompt'}
            self.post('/hooks/claude-code', json.dumps(ask).encode())
            while wanted - set(data.split(b'\n')) or not data.endswith(b'\n\n\r\n'):
                data += sock.recv(65536)
        return [json.loads(line[6:]) for line in data.decode().splitlines() if line.startswith('data: ')]

    def change(self, path, name):
        answer = self.ask('POST', path)
        self.assertEqual(answer.status, 200, answer.body)
        self.check(answer.json(), name)

    def other_daemon(self, *arguments):
        """Another one answers from here on."""
        self.end(self.daemon)
        self.daemon = self.start(*arguments)
        self.port = self.port_of(self.daemon)

    def check_files(self):
        """What is answered from files of others: good ones, broken ones, none."""
        board = ('--tasks-dir', os.path.join(FILES, 'board', 'tree'),
                 '--metrics-file', os.path.join(FILES, 'metrics', 'metrics.jsonl'))
        for arguments in ((*board, '--state-dir', os.path.join(FILES, 'orchestrator')),
                          (*board, '--state-dir', os.path.join(FILES, 'orchestrator-broken')), board, ()):
            self.other_daemon(*arguments)
            if arguments:
                self.wait_for('a board', lambda: self.ask('GET', '/api/tasks').json()['counts']['total'])
                self.wait_for('a feed', lambda: self.ask('GET', '/api/metrics').json())
            tasks = self.get('/api/tasks?archive=1', 'tasks.json')
            for card in tasks['inbox'][:3]:
                self.get('/api/tasks/' + card['id'], 'task.json')
            self.get('/api/tasks/graph', 'tasks_graph.json')
            self.get('/api/tasks/history?from=2026-03-01&to=2026-03-10', 'tasks_history.json')
            self.get('/api/metrics?limit=1000', 'metrics_feed.json')
            for name in METRICS:
                self.get('/api/metrics/' + name, 'metrics_%s.json' % name)
            self.get('/api/metrics/tasks?state=done', 'metrics_tasks_of_state.json')

    def test_every_answer(self):
        past = self.play()
        self.get('/api/sessions', 'session_list.json')
        self.assertIsNotNone(self.get('/api/sessions/asks', 'session.json')['why'])
        self.get('/api/sessions?past=1', 'past_sessions.json')
        for s in past:
            self.get('/api/sessions/' + s['session_id'], 'session.json')
            self.get('/api/sessions/%s/turns/1' % s['session_id'], 'turn.json')
        for query in ('', '?from=today', '?by=model,day', '?project=nothing'):
            self.get('/api/stats' + query, 'stats.json')
        self.wait_for('events of all kinds', lambda: {'needs_you', 'done', 'budget'} <= {
            e['kind'] for e in self.get('/api/events', 'events.json')['events']})
        self.get('/api/mcp', 'mcp.json')
        self.assertTrue(self.get('/api/models', 'models.json')['models'])
        self.assertTrue(self.get('/api/waits', 'waits.json')['waits'])
        self.assertTrue(self.get('/api/timeline?from=2001-01-01', 'timeline.json')['sessions'])
        for model in ('gpt-5.1-codex', 'nobody', 'n' * 1365):
            self.get('/api/prices?model=' + model, 'prices.json')
        self.assertTrue(self.get('/api/setup', 'setup.json')['clients'])
        self.assertTrue(self.get('/health', 'health.json')['not_understood'])
        for path, status in (('/api/stats?x=1', 400), ('/api/sessions/nobody', 404), ('/nowhere', 404)):
            self.get(path, 'error.json', status)
        for kind in KINDS:
            lines = [json.loads(line) for line in self.chunks('/api/export/%s.ndjson' % kind).splitlines()]
            self.assertTrue(lines, kind)
            self.assertEqual(json.loads(self.chunks('/api/export/%s.json' % kind))[:len(lines)], lines)
            for line in lines:
                self.check(line, 'export_%s.json' % kind)
        for line in self.lines() + self.stream():
            self.check(line, 'stream.json')
            self.check(line, {'stats': 'stream_stats', 'event': 'stream_event'}.get(line['type'], line['type']) + '.json')
        self.change('/api/prices/reprice?since=today&dry_run=1', 'reprice.json')
        self.change('/api/purge?before=today&dry_run=1', 'purge.json')
        self.check_files()
        known = {name for name in os.listdir(json_schema.DIRECTORY) if name != 'common.json'}
        self.assertEqual(self.checked, known)

    def chunks(self, path):
        """The body of a chunked answer."""
        sock = self.connect()
        sock.sendall(request('GET', path))
        data = b''
        while not data.endswith(b'\r\n0\r\n\r\n'):
            data += sock.recv(65536)
        body, rest = b'', data.partition(b'\r\n\r\n')[2]
        while True:
            size, _, rest = rest.partition(b'\r\n')
            if int(size, 16) == 0:
                return body.decode()
            body, rest = body + rest[:int(size, 16)], rest[int(size, 16) + 2:]


if __name__ == '__main__':
    unittest.main()
