"""A task board and a metrics file on a network file system: inotify hears only of this machine, so both are compared."""

import json
import os
import subprocess
import unittest

from board_fixture import BoardTest, task, write
from fixture import PROGRAM

PATH = 'inbox/a.yaml'
REASON = 'a network file system (NFS): compared every 5 s'


class NetworkTest(BoardTest):
    TREE = {PATH: task('a', more='priority: low\n')}

    def start(self, *arguments, **options):
        self.environment['LD_PRELOAD'] = os.environ['FAKE_NETWORK']
        write(self.path('m.jsonl'), '{"event": "first"}\n')
        return super().start('--metrics-file', self.path('m.jsonl'), *arguments, **options)

    def doctor(self):
        environment = {k: v for k, v in self.environment.items() if k != 'LD_PRELOAD'}
        said = subprocess.run([PROGRAM, 'doctor', '--port', str(self.port)], env=environment, text=True,
                              capture_output=True, check=False).stdout
        return ' '.join(said.split())

    def test_board(self):
        stream = self.stream('polling')
        self.assertEqual((self.health()['reason'], self.board()['reason']), (REASON, REASON))
        self.assertIn(REASON, self.doctor())
        self.put(PATH, task('a', more='priority: high\n'))
        self.move(PATH, 'assigned/a.yaml')
        self.assertEqual([(n, e['changes'][0]['new_value']) for n, e in stream.read(1, 0.3)], [('task.assigned', 'high')])

    def test_feed(self):
        def names():
            return [e['event'] for e in self.ask('GET', '/api/metrics').json()]
        self.wait_for('the file', lambda: names() == ['first'])
        with open(self.path('m.jsonl'), 'a', encoding='utf-8') as f:
            f.write(json.dumps({'event': 'second'}) + '\n')
        self.wait_for('the line', lambda: names() == ['first', 'second'])


if __name__ == '__main__':
    unittest.main()
