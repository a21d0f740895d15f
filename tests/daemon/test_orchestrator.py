"""An orchestrator's state: what is answered from its files, from files that are wrong, and without any."""

import json
import os
import shutil
import subprocess
import time
import unittest

from board_fixture import (NOT_BUILT, ZONE, BoardTest, Stream, differences, is_built, task, trace, write,
                           writes_below)
from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt, request

DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'data')


class Metrics:
    """The messages of GET /api/metrics/stream."""

    def __init__(self, test):
        self.socket = test.connect()
        self.socket.sendall(request('GET', '/api/metrics/stream'))
        self.data = b''
        self.head = self._until(b'\r\n\r\n').decode()

    def _until(self, end):
        while end not in self.data:
            more = self.socket.recv(1 << 20)
            if not more:
                raise EOFError
            self.data += more
        part, self.data = self.data.split(end, 1)
        return part

    def read(self):
        """The next one; in chunks of HTTP, one for each message."""
        block = self._until(b'\n\n').decode()
        return json.loads(block[block.index('data: ') + 6:])


class StateTest(DaemonTest):
    NAME = 'orchestrator'
    BELOW = ''  # of the workspace: what the daemon is given
    OPTIONS = ()

    def start(self, *arguments, **options):
        self.state = self.path('workspace')
        self.environment['TZ'] = ZONE
        if self.NAME is not None:
            shutil.copytree(os.path.join(DATA, self.NAME), self.state, dirs_exist_ok=True)
        return super().start('--state-dir', self.state + self.BELOW, *self.OPTIONS, *arguments, **options)

    def setUp(self):
        super().setUp()
        if not is_built(self):
            self.skipTest(NOT_BUILT)  # and no roadmap

    def get(self, name):
        return self.ask('GET', '/api/metrics/' + name).json()

    def file(self, path):
        return os.path.join(self.state, 'state', path)

    def source(self, name, file):
        return next(s for s in self.get(name)['sources'] if s['file'].endswith(file))

    def ready(self, file='roadmap.yaml', state='ok'):
        self.wait_for('%s to be %s' % (file, state), lambda: self.source('tasks', file)['state'] == state)


class WholeTest(StateTest):
    def answer(self, path):
        if path == '/api/metrics/stream':
            return Metrics(self).read()
        answer = self.ask('GET', path)
        return answer.body.decode() if 'export' in path else answer.json()

    def check(self):
        with open(os.path.join(DATA, self.NAME, 'expected.json'), encoding='utf-8') as f:
            for path, wanted in json.load(f)['answers'].items():
                with self.subTest(path):
                    self.assertEqual(differences(wanted, self.answer(path)), [])

    def test_answers(self):
        self.ready()
        self.check()
        health = self.ask('GET', '/healthz').json()
        self.assertEqual((health['status'], health['state_dir']['dir']), ('ok', self.state))
        self.assertEqual({f['state'] for f in health['state_dir']['files']}, {'ok'})
        whole = self.get('resources')
        self.assertGreater(whole['own']['daemon']['rssBytes'], 0)
        self.assertEqual(whole['costPerTask']['usd'], None)


class BrokenTest(WholeTest):
    NAME = 'orchestrator-broken'

    def test_answers(self):
        self.ready('roadmap.yaml', 'broken')
        self.check()
        said = subprocess.run([PROGRAM, 'doctor', '--port', str(self.port)], env=self.environment, text=True,
                              capture_output=True, check=False).stdout
        self.assertIn('state directory "%s" is watched' % self.state, said)
        self.assertIn('state file "analytics/resource_metrics.json" is broken: empty', said)
        self.wait_for('a log line', lambda: 'state file "limits/usage_log.json" is wrong: ' in self.log(self.daemon))


class ParameterTest(StateTest):
    BELOW = '/state'

    def test_refusals_and_downloads(self):
        self.ready()
        for path in ('tasks?state=sleeping', 'tasks?state=done&limit=0', 'tasks?state=done&limit=501',
                     'tasks?state=done&offset=-1', 'tasks?colour=green', 'usage?source=moon', 'export/tasks?state=x'):
            with self.subTest(path):
                self.assertEqual(self.ask('GET', '/api/metrics/' + path).status, 400)
        self.assertEqual(self.get('tasks?state=in_progress')['state'], 'inProgress')
        self.assertEqual(self.get('tasks?state=done&offset=1000')['tasks'], [])
        answer = self.ask('GET', '/api/metrics/export/tasks?state=inProgress')
        self.assertEqual(answer.fields['content-disposition'], 'attachment; filename="tasks-inProgress.csv"')
        self.assertEqual(answer.fields['cache-control'], 'no-store')
        self.assertTrue(answer.fields['content-type'].startswith('text/csv'))
        self.assertIn('T-2,Build the feed,in_progress,autopilot,Dashboard,feed urgent\n', answer.body.decode())
        self.assertEqual(self.ask('GET', '/api/export/resolution.csv').body,
                         self.ask('GET', '/api/metrics/export/resolution').body)
        own = self.get('tasks?source=own')
        self.assertEqual((own['source'], own['sources'], own['drilldown']), ('own', [], {}))


class ChangeTest(StateTest):
    OPTIONS = ('--stream-interval', '0.1')

    def put(self, path, text):
        """As writers do that are careful."""
        write(self.file(path) + '.new', text)
        os.rename(self.file(path) + '.new', self.file(path))

    def state_of(self, name, file):
        return self.source(name, file)['state']

    def test_files_change(self):
        self.ready()
        usage = 'limits/usage_log.json'
        self.put(usage, '{"last_saved":"now","providers":{}}')
        self.wait_for('the new file', lambda: self.get('usage')['updatedAt'] == 'now')
        write(self.file(usage), '{"last_saved":"half')  # in place, and not whole
        self.wait_for('what was there', lambda: self.state_of('usage', usage) == 'stale')
        self.assertEqual(self.get('usage')['updatedAt'], 'now')
        self.assertIn('since', self.source('usage', usage))
        write(self.file(usage), '{"last_saved":"whole"}')
        self.wait_for('the whole', lambda: self.get('usage')['updatedAt'] == 'whole')
        os.remove(self.file(usage))
        self.wait_for('its end', lambda: self.state_of('usage', usage) == 'missing')
        self.assertEqual(self.get('usage')['raw'], None)

    def test_what_is_no_such_file(self):
        self.ready()
        usage = self.file('limits/usage_log.json')
        os.remove(usage)
        os.symlink('/etc/hostname', usage)
        self.wait_for('a link', lambda: self.state_of('usage', 'usage_log.json') == 'unreadable')
        os.remove(usage)
        os.mkfifo(usage)
        self.wait_for('a pipe', lambda: self.source('usage', 'usage_log.json')['error'] == 'not a regular file')
        os.remove(usage)
        write(usage, '[' + '"x",' * (1 << 20) + '"x"]')
        self.wait_for('too much', lambda: self.state_of('usage', 'usage_log.json') == 'too_large')
        shutil.rmtree(self.file('analytics'))
        self.wait_for('no directory', lambda: self.get('resolution')['activeLoops'] == [])
        shutil.copytree(os.path.join(DATA, self.NAME, 'state', 'analytics'), self.file('analytics'))
        self.wait_for('it again', lambda: len(self.get('resolution')['activeLoops']) == 2)

    def test_streams(self):
        self.ready()
        metrics, news = Metrics(self), Stream(self, 'loop,gate')
        self.assertIn('text/event-stream', metrics.head)
        self.assertEqual(set(metrics.read()), {'timestamp', 'tasks', 'quality', 'resolution', 'resources'})
        with open(self.file('analytics/quality_gate_decisions.jsonl'), 'a', encoding='utf-8') as f:
            f.write('{"taskId":"T-50","decision":"ESCALATED","finalReasoning":"who decides?"}\n')
            f.write('{"taskId":"T-51","decision":"APPROVED"}\n')
        (name, gate), = news.read(1)
        self.assertEqual((name, gate['taskId'], gate['decision'], gate['source']),
                         ('gate', 'T-50', 'ESCALATED', 'state-dir'))
        end = time.monotonic() + PATIENCE_S
        while metrics.read()['quality']['totalDecisions'] != 12 and time.monotonic() < end:
            pass
        self.assertEqual(self.get('quality_gates')['escalations'], 2)
        self.put('analytics/resolution_metrics.json', '{"activeLoops":[{"taskId":"T-60","attempts":6}]}')
        (name, loop), = news.read(1)
        self.assertEqual((name, loop['taskId'], loop['attempts']), ('loop', 'T-60', 6))
        self.wait_for('the feed', lambda: {e['kind'] for e in self.ask('GET', '/api/events').json()['events']}
                      >= {'loop', 'gate'})


@unittest.skipUnless(shutil.which('strace'), 'needs strace')
class ReadOnlyTest(StateTest):
    """No file below the directory is ever opened for writing."""

    def start(self, *arguments, **options):
        return super().start(*arguments, before=trace(self), **options)

    def test_nothing_is_written(self):
        self.ready()
        write(self.file('limits/usage_log.json'), '{"last_saved":"now"}')
        self.wait_for('the new file', lambda: self.get('usage')['updatedAt'] == 'now')
        self.assertEqual(writes_below(self, self.state), [])


class LateTest(StateTest):
    NAME = None

    def test_directory_appears(self):
        self.assertEqual(self.ask('GET', '/health').json()['state_dir']['state'], 'missing')
        self.assertEqual(self.get('tasks')['running'], None)
        shutil.copytree(os.path.join(DATA, 'orchestrator'), self.state)
        self.ready()
        self.assertEqual(self.get('tasks')['queueDepth'], 10)


class OwnTest(BoardTest):
    """Without a directory."""

    TREE = {'inbox/a.yaml': task('a'),
            'inbox/b.yaml': task('b', more='dependencies: [a]\n'),
            'assigned/frontend/c.yaml': task('c', status='in_progress', more='milestone: M1\ntags: [x, 3, y]\n'),
            'assigned/backend/d.yaml': task('d', agent='backend', status='error'),
            'done/frontend/e.yaml': task('e', status='done')}

    def get(self, name):
        return self.ask('GET', '/api/metrics/' + name).json()

    def test_board_and_sessions(self):
        self.ready()
        tasks = self.get('tasks')
        self.assertEqual(tasks['tasksByState'], {'pending': 1, 'ready': 1, 'inProgress': 1, 'blocked': 1, 'done': 1})
        self.assertEqual((tasks['queueDepth'], tasks['wipUtilization'], tasks['successRate']), (2, 0.5, None))
        self.assertEqual(tasks['drilldown']['inProgress'],
                         [{'id': 'c', 'title': 'A task', 'status': 'in_progress', 'domain': 'frontend',
                           'milestone': 'M1', 'labels': ['x', 'y']}])
        self.assertEqual((tasks['running'], tasks['source'], tasks['sources']), (False, 'own', []))
        self.move('assigned/frontend/c.yaml', 'done/frontend/c.yaml')
        self.wait_for('a task done', lambda: self.get('tasks')['throughputLast5Min'] == 1)
        self.assertEqual(self.get('tasks')['successRate'], 1)
        self.post('/v1/logs', prompt('s1'))
        self.assertEqual((self.get('tasks')['running'], self.get('resources')['processes']['claude']), (True, 1))
        page = self.get('tasks?state=done&limit=1&offset=1')
        self.assertEqual((page['total'], [t['id'] for t in page['tasks']]), (2, ['e']))
        self.assertIn('\nready,1\n', self.ask('GET', '/api/metrics/export/tasks').body.decode())

    def test_decisions_and_loops(self):
        tool = (('tool_name', 'Bash'), ('decision_type', 'accept'), ('decision_source', 'config'))
        self.post('/v1/logs', prompt('s1'))
        for number in range(7):
            call = (*tool, ('tool_use_id', 'call-%d' % number), ('success', 'false'))
            self.post('/v1/logs', prompt('s1', name='tool_result', more=call))
        loops = self.get('resolution')
        self.assertEqual(loops['activeLoops'][0]['taskId'], 's1/1/Bash')
        self.assertEqual((loops['activeLoops'][0]['attempts'], loops['stats']['infiniteLoopCount']), (7, 1))
        self.assertIn('\ns1/1/Bash,7,error,', self.ask('GET', '/api/metrics/export/resolution').body.decode())
        self.wait_for('the history', lambda: self.get('quality_gates')['approvals'] == 7)
        self.assertEqual(self.get('quality_gates')['gateBreakdown'],
                         [{'gate': 'Bash', 'approvals': 7, 'rejections': 0}])

    def test_the_rest(self):
        self.ready()
        self.assertEqual(self.get('quality_gates')['totalDecisions'], 0)
        self.assertEqual(self.get('resolution')['stats']['totalLoops'], 0)
        self.assertEqual(self.get('usage')['providers'], [])
        self.assertEqual(self.get('resources')['throttle'], {'level': 0, 'params': None})
        message = Metrics(self).read()
        self.assertEqual({message[k]['source'] for k in ('tasks', 'quality', 'resolution', 'resources')}, {'own'})


if __name__ == '__main__':
    unittest.main()
