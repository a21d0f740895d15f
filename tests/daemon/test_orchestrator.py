"""An orchestrator's state: what is answered from its files, from files that are wrong, and without any."""

import json
import os
import shutil
import subprocess
import time
import unittest

from board_fixture import (NOT_BUILT, ZONE, BoardTest, Stream, differences, is_built, task, trace, write,
                           writes_below)
from fixture import DATA as RECORDINGS
from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt, recorded, request

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


class PlayedTest(DaemonTest):
    """What the daemon sees of a real client, and of one that works right now."""

    CASE = 'claude-2.1.332/c-perm60'

    def get(self, name):
        return self.ask('GET', '/api/metrics/' + name).json()

    def play(self):
        with open(os.path.join(RECORDINGS, self.CASE, 'recording.json'), encoding='utf-8') as f:
            for r in json.load(f)['requests']:
                fields = {'Content-Encoding': r['content_encoding']} if r['content_encoding'] else {}
                self.post(r['path'], recorded(self.CASE, r['no']), r['content_type'], **fields)

    def call(self, service, name, **attributes):
        self.post('/v1/logs', prompt(service, service, name, tuple(attributes.items())))

    def usage(self):
        return {p['id']: p for p in self.get('usage')['providers']}

    def test_usage_is_that_of_this_hour_and_day(self):
        self.play()
        self.wait_for('the recorded calls', lambda: self.ask('GET', '/api/stats').json()['total']['calls'] == 3)
        self.assertEqual(self.get('usage')['providers'], [])  # they were made on another day
        hour = time.localtime()[:4]
        for number in range(3):
            self.call('claude-code', 'api_request', request_id='r%d' % number, model='claude-opus-5-5', input_tokens='100',
                      output_tokens='20', cache_read_tokens='7', duration_ms='900')
        self.call('gemini-cli', 'gemini_cli.api_response', model='gemini-3-pro', input_token_count='50', output_token_count='6',
                  cached_content_token_count='0', thoughts_token_count='0', total_token_count='56', duration_ms='100', prompt_id='p1')
        used = self.wait_for('the calls of now', lambda: self.usage() if len(self.usage()) == 2 else None)
        claude = self.wait_for('all of them', lambda: next((p for i, p in self.usage().items() if i.startswith('claude-code:')
                                                            and p['dailyRequests'] == 3), None))
        self.assertEqual(claude['dailyTokens'], 3 * 127)
        if time.localtime()[:4] == hour:
            self.assertEqual((claude['hourlyRequests'], claude['hourlyTokens']), (3, 3 * 127))
        self.assertIsNone(claude['utilizationPercent'])
        gemini = next(p for i, p in used.items() if i.startswith('gemini:'))
        self.assertEqual((gemini['dailyRequests'], gemini['dailyTokens']), (1, 56))
        tokens = {t['provider']: t['dailyTokens'] for t in self.get('resources')['tokenUsage']}
        self.assertEqual(tokens, {claude['provider']: 381, gemini['provider']: 56})


class NotifyTest(StateTest):
    """What a board and an orchestrator notify of, told by a command."""

    KINDS = ('--notify-kinds', 'task_error,loop,gate')
    WANTED = {'Task t-1 has an error | inbox/t-1.yaml', 'Task T-60 goes in circles | 6 attempts',
              'Task T-50 needs your decision | its quality gate was escalated'}

    def start(self, *arguments, **options):
        self.told, self.tasks = self.path('told'), self.path('tasks')
        os.makedirs(os.path.join(self.tasks, 'inbox'), exist_ok=True)
        return super().start('--tasks-dir', self.tasks, '--notify-command',
                             "sh -c 'echo \"$1 | $2\" >> %s' sh {summary} {body}" % self.told, *self.KINDS, *arguments, **options)

    def lines(self):
        try:
            with open(self.told, encoding='utf-8') as f:
                return f.read().splitlines()
        except OSError:
            return []

    def cause(self):
        """Of each kind one that asks for a person, and one that does not."""
        self.ready()
        self.wait_for('a board', lambda: self.ask('GET', '/api/tasks').json()['state'] == 'watching')
        news = Stream(self, 'loop,gate,task.*')
        write(os.path.join(self.tasks, 'inbox/t-2.yaml'), 'title: fine\n')
        write(os.path.join(self.tasks, 'inbox/t-1.yaml'), 'title: [not closed\n')
        with open(self.file('analytics/quality_gate_decisions.jsonl'), 'a', encoding='utf-8') as f:
            f.write('{"taskId":"T-51","decision":"REJECTED"}\n{"taskId":"T-50","decision":"ESCALATED"}\n')
        write(self.file('resolution.new'), '{"activeLoops":[{"taskId":"T-60","attempts":6},{"taskId":"T-61","attempts":2}]}')
        os.rename(self.file('resolution.new'), self.file('analytics/resolution_metrics.json'))
        return sorted(name for name, _ in news.read(5))

    EVENTS = ['gate', 'gate', 'loop', 'task.created', 'task.error']

    def test_each_that_needs_somebody_is_told_once(self):
        self.assertEqual(self.cause(), self.EVENTS)
        self.wait_for('all three', lambda: len(self.lines()) >= 3)
        self.assertEqual(set(self.lines()), self.WANTED)
        write(os.path.join(self.tasks, 'inbox/t-3.yaml'), 'title: x\nstatus: error\n')
        self.wait_for('the fourth', lambda: len(self.lines()) >= 4)
        self.assertEqual(self.lines()[3:], ['Task t-3 has an error | inbox/t-3.yaml'])


class QuietTest(NotifyTest):
    """Unless they are asked for, none."""

    KINDS = ()

    def test_each_that_needs_somebody_is_told_once(self):
        self.assertEqual(self.cause(), self.EVENTS)
        self.post('/v1/logs', prompt('s1'))
        self.post('/v1/logs', prompt('s1', name='api_error', more=(('status_code', '401'), ('attempt', '1'))))
        self.ask('POST', '/hooks/claude-code', b'{"session_id":"s1","hook_event_name":"PermissionRequest","tool_name":"Bash"}',
                 {'Content-Type': 'application/json'})
        self.wait_for('what is told by default', self.lines)
        self.assertFalse([line for line in self.lines() if line.startswith('Task ')])


class GateAloneTest(NotifyTest):
    """The rules of the configuration choose."""

    KINDS = ('--notify-kinds', 'gate')
    WANTED = {'Task T-50 needs your decision | its quality gate was escalated'}

    def test_each_that_needs_somebody_is_told_once(self):
        self.assertEqual(self.cause(), self.EVENTS)
        self.wait_for('the gate', self.lines)
        self.assertEqual(set(self.lines()), self.WANTED)


if __name__ == '__main__':
    unittest.main()
