"""The task board: what it answers, and what it tells of changes."""

import csv
import io
import json
import os
import shutil
import subprocess
import time
import unittest

from board_fixture import BOARDS, NOT_BUILT, BoardTest, differences, is_built, task, write
from fixture import PROGRAM


def fixture(name):
    with open(os.path.join(BOARDS, name), encoding='utf-8') as f:
        return json.load(f)


class FixtureTest(BoardTest):
    """A tree with everything that happens to one."""

    def prepare(self):
        self.run_fixture(self.tasks)

    def test_answers(self):
        self.ready()
        for path, wanted in fixture('expected.json')['answers'].items():
            if path.startswith(('/api/tasks', '/api/stats')):
                with self.subTest(path):
                    self.assertEqual(differences(wanted, self.ask('GET', path).json()), [])

    def test_one_task(self):
        self.ready()
        whole = self.ask('GET', '/api/tasks/long-text').json()
        self.assertGreater(len(whole['description'].encode()), 4096)
        self.assertEqual(whole['_meta']['cut'], [])
        self.assertEqual(self.ask('GET', '/api/tasks/twice').json()['_meta']['lane'], 'assigned')
        other = self.ask('GET', '/api/tasks/twice?path=done/python-dev/twice.yaml').json()
        self.assertEqual(other['_meta']['lane'], 'done')
        self.assertEqual(self.ask('GET', '/api/tasks/docs%2Foutline.md%20(context)').status, 404)
        for path in ('/api/tasks/twice', '/api/tasks', '/api/tasks/twice/priority'):
            answer = self.ask('PATCH', path, b'{}')
            self.assertEqual((answer.status, 'never written' in answer.json()['error']['message']), (405, True))

    def test_filters_and_parts(self):
        self.ready()
        board = self.board('?agent=architect&status=done&brief=1')
        self.assertEqual([c['id'] for c in board['done']['architect']],
                         ['2026-03-03T0800-architect-review', 'directly-done'])
        self.assertEqual(set(board['done']['architect'][0]),
                         {'id', 'title', 'agent', 'priority', 'status', '_meta'})
        self.assertEqual(board['inbox'], [])
        self.assertEqual([c['id'] for c in self.board('?q=CART%20badge')['inbox']],
                         ['2026-03-09T0810-frontend-cart-badge'])
        near = self.ask('GET', '/api/tasks/graph?id=guide').json()
        self.assertEqual([n['id'] for n in near['nodes']],
                         ['archived-outline', 'docs/outline.md (context)', 'guide', 'map-deps', 'twice'])
        for broken in ('?q=%zz', '?agent=' + 'x' * 5000):  # no reason to show everything
            self.assertEqual(self.board(broken)['inbox'], [])
        self.assertEqual(self.ask('GET', '/api/tasks?colour=green').status, 400)
        self.assertEqual(self.ask('GET', '/api/tasks/history?from=yesterdays').status, 400)

    def test_doctor_and_log(self):
        self.ready()
        for path, fault in (('inbox/broken-mapping.yaml', 'line 2'), ('inbox/empty.yaml', 'empty')):
            self.wait_log('task file "%s" cannot be read: %s' % (path, fault))
        said = subprocess.run([PROGRAM, 'doctor', '--port', str(self.port)], env=self.environment, text=True,
                              capture_output=True, check=False).stdout
        self.assertIn('files below "%s"' % self.tasks, said)
        self.assertIn('15 task files cannot be read', said)

    def test_exports(self):
        self.ready()
        answer = self.ask('GET', '/api/export/tasks.csv')
        self.assertEqual(answer.fields['content-disposition'], 'attachment; filename="tasks.csv"')
        rows = {r['path']: r for r in csv.DictReader(io.StringIO(answer.body.decode()))}
        self.assertEqual(len(rows), 28 + 22 + 9 + 17)
        done = rows['done/backend-dev/2026-03-02T0900-backend-dev-cart-totals.yaml']
        self.assertEqual((done['created_at'], done['lead_time_s'], done['waiting_for']),
                         ('2026-03-02T09:00:00.000Z', '108000', ''))
        self.assertEqual(rows['assigned/writer-editor/map-deps.yaml']['waiting_for'], 'guide 17')
        self.assertEqual(len(self.ask('GET', '/api/export/tasks.json?archive=1').json()), len(rows) + 3)


class ScenarioTest(BoardTest):
    """Changes one after another, and the events of each."""

    def prepare(self):
        self.run_fixture(self.tasks)

    def do(self, step):
        path = step['path']
        if step.get('mkdir'):
            os.makedirs(os.path.dirname(self.file(step.get('to', path))))
        if step['do'] == 'write':
            write(self.file(path), step['content'])
        elif step['do'] == 'replace':
            write(self.file(path) + '.new', step['content'])
            self.move(path + '.new', path)
        elif step['do'] == 'move':
            self.move(path, step['to'])
        elif step['do'] == 'copy_and_delete':
            shutil.copyfile(self.file(path), self.file(step['to']))
            os.remove(self.file(path))
        elif step['do'] == 'delete':
            os.remove(self.file(path))
        else:
            for content in step['contents']:
                write(self.file(path), content)
                time.sleep(step['every_ms'] / 1000)

    def test_scenario(self):
        stream = self.stream()
        sequence = []
        for step in fixture('scenario.json')['steps']:
            self.do(step)
            wanted = step['events'] if 'events' in step else [[step['event'], {'$more': True}]] * step['events_exactly']
            got = stream.read(len(wanted), 0.7)
            self.assertEqual([e[0] for e in got], [e[0] for e in wanted], step)
            self.assertEqual(differences([e[1] for e in wanted], [e[1] for e in got]), [], step)
            sequence += [e[1]['seq'] for e in got]
        self.assertEqual(sequence, sorted(set(sequence)))
        feed = self.ask('GET', '/api/events?kind=task.completed').json()['events']
        self.assertEqual([e['detail']['lane'] for e in feed], ['done'])


class SeedTest(BoardTest):
    """What the first dashboards were tried with."""

    TREE = {'assigned/python-dev/task-%d.yaml' % i: task('task-%d' % i, 'python-dev', 'in_progress') for i in range(5)}

    def test_a_task_is_done(self):
        stream = self.stream()
        os.makedirs(self.file('done/python-dev'))
        self.move('assigned/python-dev/task-0.yaml', 'done/python-dev/task-0.yaml')
        ((name, event),) = stream.read(1, 0.7)
        self.assertEqual((name, event['task_id'], event['old_status'], event['new_status']),
                         ('task.completed', 'task-0', 'assigned', 'done'))
        tasks = self.ask('GET', '/api/stats').json()['tasks']
        self.assertEqual(tasks, {'inbox': 0, 'assigned': 4, 'done': 1, 'other': 0, 'total': 5})

    def test_five_moves_at_once(self):
        os.makedirs(self.file('done/python-dev'))
        stream = self.stream()
        for i in range(5):
            self.move('assigned/python-dev/task-%d.yaml' % i, 'done/python-dev/task-%d.yaml' % i)
            time.sleep(0.04)
        events = stream.read(5, 0.7)
        self.assertEqual([(n, e['task_id']) for n, e in events], [('task.completed', 'task-%d' % i) for i in range(5)])

    def test_one_file_moves_five_times(self):
        os.makedirs(self.file('done/python-dev'))
        stream = self.stream()
        path = 'assigned/python-dev/task-0.yaml'
        for i in range(5):
            self.move(path, 'done/python-dev/again-%d.yaml' % i)
            path = 'done/python-dev/again-%d.yaml' % i
        events = stream.read(5, 0.7)
        self.assertEqual([n for n, _ in events], ['task.completed'] + ['task.moved'] * 4)

    def test_broken_yaml(self):
        stream = self.stream()
        self.put('inbox/bad.yaml', 'id: bad\ntitle: a colon: in plain text\n')
        ((name, event),) = stream.read(1, 0.3)
        self.assertEqual((name, event['line'], event['file_path']), ('task.error', 2, 'inbox/bad.yaml'))
        self.wait_log(r'task file "inbox/bad.yaml" cannot be read: line 2, column \d+')
        board = self.board()
        self.assertEqual((board['counts']['errors'], board['counts']['assigned']), (1, 5))
        self.assertEqual(self.health()['errors'], 1)


class EmptyTest(BoardTest):
    def test_empty_tree(self):
        self.ready()
        board = self.board()
        self.assertEqual((board['inbox'], board['assigned'], board['done'], board['other']), ([], {}, {}, []))
        self.assertEqual(board['counts']['total'], 0)


class NotBuiltTest(BoardTest):
    """A build without libyaml says so wherever somebody looks for the board."""

    NEEDS_BOARD = False
    TREE = {'inbox/a.yaml': task('a')}

    def test_it_says_so(self):
        if is_built(self):
            self.skipTest('this build has a task board')
        board = self.board()
        self.assertEqual((board['dir'], board['state'], board['reason']), (self.tasks, 'off', NOT_BUILT))
        self.assertEqual((board['inbox'], self.health()['reason']), ([], NOT_BUILT))
        self.wait_log('tasks-dir is of no use')
        for path in ('graph', 'history'):
            self.assertEqual(self.ask('GET', '/api/tasks/' + path).status, 200)
        self.assertEqual(self.ask('GET', '/api/tasks/a').status, 404)


class WithoutTest(BoardTest):
    TREE = None
    NEEDS_BOARD = False

    def test_without_a_board(self):
        board = self.board()
        self.assertEqual((board['dir'], board['state'], board['inbox'], board['done']), (None, 'off', [], {}))
        self.assertEqual(self.health()['state'], 'off')
        self.assertEqual(self.ask('GET', '/api/tasks/x').status, 404)
        self.assertEqual(self.ask('GET', '/api/stats').json()['tasks']['total'], 0)


class SeveralTest(BoardTest):
    """Two directories are one board."""

    TREE = {'inbox/a.yaml': task('a')}

    def start(self, *arguments, **options):
        other = self.path('other')
        os.makedirs(os.path.join(other, 'done', 'me'))
        write(os.path.join(other, 'done', 'me', 'b.yaml'), task('b', 'me', 'done'))
        return super().start('--tasks-dir', other, *arguments, **options)

    def test_both_are_shown(self):
        self.ready()
        board = self.board()
        self.assertEqual([c['_meta']['dir'] for c in board['inbox'] + board['done']['me']],
                         [self.tasks, self.path('other')])
        self.assertEqual([d['state'] for d in board['dirs']], ['watching', 'watching'])


if __name__ == '__main__':
    unittest.main()
