"""The metrics feed: what its lines become, and how files are followed."""

import json
import os
import shutil
import subprocess
import time
import unittest

from board_fixture import ZONE, Stream, differences
from fixture import PROGRAM, DaemonTest

METRICS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'data', 'metrics')


def line(event, **more):
    return json.dumps({'timestamp': '2026-03-09T10:00:00Z', 'event': event, **more}) + '\n'


class FeedTest(DaemonTest):
    FILES = ('metrics.jsonl',)
    FIRST = line('first')

    def setUp(self):
        self.files = None
        super().setUp()

    def start(self, *arguments, **options):
        if self.files is None:
            os.mkdir(self.path('feed'))
            self.files = [self.path('feed', name) for name in self.FILES]
            self.environment['TZ'] = ZONE
            self.prepare()
        follow = [a for f in self.files for a in ('--metrics-file', f)]
        return super().start(*follow, *arguments, **options)

    def prepare(self):
        if self.FIRST is not None:
            self.append(self.FIRST)

    def append(self, text, file=0):
        with open(self.files[file], 'a', encoding='utf-8') as f:
            f.write(text)

    def entries(self, query=''):
        answer = self.ask('GET', '/api/metrics' + query)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def events(self):
        return [e.get('event', e.get('count')) for e in self.entries()]

    def wait_events(self, *wanted):
        self.wait_for('entries ' + ', '.join(map(str, wanted)), lambda: self.events() == list(wanted))

    def state(self):
        return self.ask('GET', '/health').json()['metrics_feed']['files'][0]['state']


class FixtureTest(FeedTest):
    def prepare(self):
        shutil.copyfile(os.path.join(METRICS, 'metrics.jsonl'), self.files[0])

    def test_answers(self):
        self.wait_for('the file', lambda: self.state() == 'following' and len(self.entries()) == 50)
        with open(os.path.join(METRICS, 'expected.json'), encoding='utf-8') as f:
            for path, wanted in json.load(f)['answers'].items():
                with self.subTest(path):
                    self.assertEqual(differences(wanted, self.ask('GET', path).json()), [])
        self.assertEqual([g['key'] for g in self.entries('?group=tag')][0], 'lane-E')
        self.assertEqual(self.entries('?event=chat&limit=1')[0]['latency_seconds'], 0.524)
        self.assertEqual([e['event'] for e in self.entries('?tag=n%3D2')], ['tags_object'])
        for query in ('?limit=0', '?limit=1001', '?group=x', '?format=x', '?colour=x'):
            self.assertEqual(self.ask('GET', '/api/metrics' + query).status, 400, query)


class FollowTest(FeedTest):
    def test_lines_as_they_come(self):
        self.wait_events('first')
        stream = Stream(self, 'metric')
        self.append(line('second', value=2) + 'no json\n\n{"event": "th')
        self.append('ird"}\n')
        self.assertEqual([(n, e['event']) for n, e in stream.read(2)], [('metric', 'second'), ('metric', 'third')])
        self.wait_events('first', 'second', 1, 'third')

    def test_log_appends(self):
        self.wait_events('first')

        def log(*arguments, **more):
            return subprocess.run([PROGRAM, 'log', *arguments], env={**self.environment, **more}, text=True,
                                  capture_output=True, check=False)
        self.assertEqual(log('a', '--value', '1.50', '--tag', 'x', '--tag', 'y', '--file', self.files[0]).returncode, 0)
        self.assertEqual(log('b', '--value', '1,5', '--message', 'as "text"', OTEL_AI_METRICS_FILE=self.files[0])
                         .returncode, 0)
        self.wait_events('first', 'a', 'b')
        one, two = self.entries('?limit=2')
        self.assertEqual((one['value'], one['tags'], two['value'], two['_meta']['text']),
                         (1.5, ['x', 'y'], '1,5', 'as "text"'))
        self.assertRegex(one['timestamp'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$')
        self.assertEqual(log('c', '--file', self.path('new')).returncode, 0)
        self.assertEqual(os.stat(self.path('new')).st_mode & 0o777, 0o600)
        self.assertEqual((log().returncode, log('c').returncode, log('c', '--call', '--model', 'm').returncode), (2, 2, 2))
        failed = log('c', '--file', self.path('no', 'where'))
        self.assertEqual((failed.returncode, 'No such file' in failed.stderr), (1, True))

    def test_last_line_without_end(self):
        self.append(line('whole').rstrip('\n'))
        self.wait_events('first', 'whole')
        self.append('\n{"event":')
        time.sleep(2.2)
        self.append('"rest"}\n')
        self.wait_events('first', 'whole', 'rest')
        self.assertEqual(self.entries('?format=object')['skipped'], 0)

    def test_rotation(self):
        self.wait_events('first')
        with open(self.files[0], 'a', encoding='utf-8') as old:
            os.rename(self.files[0], self.files[0] + '.1')
            old.write(line('late'))
        self.append(line('new'))
        self.wait_events('first', 'late', 'new')

    def test_cut_short_and_replaced(self):
        self.wait_events('first')
        with open(self.files[0], 'w', encoding='utf-8') as f:
            f.write('{"event": "short"}\n')
        self.wait_events('first', 'short')
        with open(self.files[0] + '.new', 'w', encoding='utf-8') as f:
            f.write('{"event": "other"}\n')
        os.replace(self.files[0] + '.new', self.files[0])
        self.wait_events('first', 'short', 'other')

    def test_much_at_once(self):
        self.wait_events('first')
        text = 'x' * 60000

        def total():
            return self.ask('GET', '/health').json()['metrics_feed']['events_total']
        self.append(''.join(line(text, value=i) for i in range(400)))  # more than one step
        self.wait_for('all lines', lambda: total() == 401)
        with open(self.files[0] + '.new', 'w', encoding='utf-8') as f:
            f.writelines(line(text, value=i) for i in range(100))
        os.replace(self.files[0] + '.new', self.files[0])
        self.wait_for('the new file from its beginning', lambda: total() == 501)
        self.append('no json\n' * 5000)
        self.wait_for('the bad lines', lambda: self.ask('GET', '/health').json()['metrics_feed']['skipped'] == 5000)
        self.assertEqual(self.entries('?limit=1')[0]['count'], 5000)

    def test_deleted_and_made_again(self):
        self.wait_events('first')
        shutil.rmtree(self.path('feed'))
        self.wait_for('it is missing', lambda: self.state() == 'missing')
        os.mkdir(self.path('feed'))
        self.append(line('again'))
        self.wait_events('first', 'again')

    def test_no_file(self):
        self.wait_events('first')
        os.remove(self.files[0])
        os.mkfifo(self.files[0])
        self.wait_for('an error', lambda: 'error' in self.entries()[-1])
        self.assertEqual(differences({'error': 'not a regular file', 'file': 'metrics.jsonl', 'offset': None,
                                      'count': 1}, self.entries()[-1]), [])
        self.wait_log('cannot be followed: not a regular file')


class SeveralTest(FeedTest):
    FILES = ('a.jsonl', 'b.jsonl')
    FIRST = None

    def test_merged_by_time(self):
        self.assertEqual(self.state(), 'missing')
        self.append('{"event": 1, "ts": 1773050001}\n{"event": "stays"}\n{"event": 4, "ts": 1773050004}\n', 0)
        self.append('{"event": 2, "ts": 1773050002}\n{"event": 3, "ts": 1773050003}\n', 1)
        self.wait_events(1, 'stays', 2, 3, 4)
        self.assertEqual([e['event'] for e in self.entries('?file=b.jsonl')], [2, 3])


if __name__ == '__main__':
    unittest.main()
