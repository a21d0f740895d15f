"""The commands over the history, the feed by pages, and that no text of a user is kept."""

import json
import os
import subprocess
import unittest

from fixture import PROGRAM, DaemonTest
from test_metrics import body, model_call


class Commands(DaemonTest):
    ARGUMENTS = ['--completed-timeout', '600']

    def hook(self, event, session='s', **more):
        text = json.dumps({'hook_event_name': event, 'session_id': session, 'cwd': self.directory.name, **more})
        self.assertEqual(self.post('/hooks/claude-code', text.encode()).status, 200)

    def events(self, query=''):
        return self.ask('GET', '/api/events' + query).json()

    def kinds(self, query=''):
        return [e['kind'] for e in self.events(query)['events']]

    def past(self, query=''):
        return self.ask('GET', '/api/sessions?past=1' + query).json()

    def play(self):
        self.hook('UserPromptSubmit')
        self.hook('PermissionRequest', tool_name='Bash', tool_use_id='t')
        self.hook('PostToolUse', tool_name='Bash', tool_use_id='t')
        self.hook('Stop')
        self.wait_for('both events', lambda: self.kinds() == ['done', 'needs_you'])

    def test_the_feed_is_newest_first(self):
        self.play()
        done, asked = self.events()['events']
        self.assertEqual((asked['session_id'], asked['tool'], asked['detail']['attention'], asked['detail']['tool_name']),
                         ('s', 'claude-code', 'permission', 'Bash'))
        self.assertGreater(done['id'], asked['id'])
        self.assertIn('worked_ms', done['detail'])
        self.assertEqual(self.kinds('?kind=needs_you'), ['needs_you'])
        self.assertEqual(self.kinds('?kind=error,done'), ['done'])
        self.assertEqual(self.kinds('?project=nothing'), [])

    def test_the_feed_comes_by_pages(self):
        self.play()
        first = self.events('?limit=1')
        self.assertEqual([e['kind'] for e in first['events']], ['done'])
        second = self.events('?limit=1&before=%d' % first['next'])
        self.assertEqual([e['kind'] for e in second['events']], ['needs_you'])
        self.assertIsNone(self.events()['next'])
        for wrong in ('limit=0', 'limit=501', 'limit=x', 'before=0', 'before=-1'):
            self.assertEqual(self.ask('GET', '/api/events?' + wrong).status, 400, wrong)

    def test_sessions_outlive_the_daemon(self):
        self.assertEqual(self.post('/v1/logs', body(model_call('old', 'r1', 0.5), model_call('new', 'r2', 1.25))).status, 200)
        self.wait_for('two sessions', lambda: self.past()['total'] == 2)
        self.end(self.daemon)
        self.daemon = self.start(*self.ARGUMENTS)
        self.port = self.port_of(self.daemon)
        found = self.past()
        self.assertEqual({s['session_id']: s['cost_usd'] for s in found['sessions']}, {'old': 0.5, 'new': 1.25})
        self.assertEqual(found['sessions'][0]['calls'], 1)
        self.assertEqual(found['sessions'][0]['cost']['estimated'], 0)
        self.assertEqual([s['session_id'] for s in self.past('&q=OLD')['sessions']], ['old'])
        self.assertEqual(self.past('&tool=codex')['total'], 0)
        self.assertEqual(len(self.past('&limit=1&offset=1')['sessions']), 1)
        self.assertEqual(self.past('&to=2020-01-01')['total'], 0)
        self.assertEqual(self.ask('GET', '/api/sessions').json()['sessions'], [])

    def test_cost_by_session(self):
        self.assertEqual(self.post('/v1/logs', body(model_call('a', 'r1', 0.5), model_call('b', 'r2', 1.25))).status, 200)
        self.wait_for('two sessions', lambda: self.past()['total'] == 2)
        done = subprocess.run([PROGRAM, 'cost', '--by', 'session', '--port', str(self.port)], capture_output=True,
                              text=True, env=self.environment, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('1.25', done.stdout)
        self.assertIn('0.50', done.stdout)

    def test_the_command(self):
        self.play()
        run = lambda *arguments: subprocess.run([PROGRAM, 'history', '--port', str(self.port), *arguments], check=False,
                                                capture_output=True, text=True, env=self.environment)
        lines = run().stdout.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], r'^\d{4}-\d\d-\d\d \d\d:\d\d  .*Claude Code  asked for permission: Bash$')
        self.assertRegex(lines[1], r'Claude Code  done$')
        self.assertEqual(len(run('--kind', 'done').stdout.splitlines()), 1)
        self.assertEqual(len(run('-n', '1').stdout.splitlines()), 1)
        self.assertEqual(len(json.loads(run('--json').stdout)['events']), 2)
        self.assertEqual((run('--lines', '0').returncode, run('--port', '1').returncode), (2, 1))

    def test_export_is_what_the_daemon_gives(self):
        self.play()
        run = lambda *arguments: subprocess.run([PROGRAM, 'export', *arguments, '--port', str(self.port)], check=False,
                                                capture_output=True, env=self.environment)
        done = run('events')
        self.assertEqual(done.stdout.split(b',')[:2], [b'time', b'day'])
        self.assertEqual(len(done.stdout.splitlines()), 3)
        self.assertEqual(len(json.loads(run('events', '--format', 'json').stdout)), 2)
        self.assertEqual(run('events', '--from', 'yesteryear').returncode, 1)
        self.assertIn(b'from takes', run('events', '--from', 'yesteryear').stderr)
        self.assertEqual((run().returncode, run('money').returncode), (2, 2))

    def test_without_a_store_there_is_none(self):
        self.end(self.daemon)
        self.daemon = self.start('--no-store')
        self.port = self.port_of(self.daemon)
        self.assertEqual(self.ask('GET', '/api/events').status, 404)
        self.assertEqual(self.ask('GET', '/api/sessions?past=1').status, 404)
        self.assertEqual(self.ask('GET', '/api/sessions').status, 200)

    def test_no_text_of_the_user_is_in_the_file(self):
        marks = ['PROMPT-4711', 'OUTPUT-4711', 'INPUT-4711', 'who-4711@example.com']
        self.hook('UserPromptSubmit', prompt=marks[0])
        self.hook('PreToolUse', tool_name='Bash', tool_use_id='t', tool_input={'command': marks[2]})
        self.hook('PostToolUse', tool_name='Bash', tool_use_id='t', tool_response={'stdout': marks[1]})
        record = model_call('s', 'r1', 0.5)
        record['attributes'] += [{'key': k, 'value': {'stringValue': v}} for k, v in
                                 (('prompt', marks[0]), ('user.email', marks[3]), ('tool_input', marks[2]))]
        self.assertEqual(self.post('/v1/logs', body(record)).status, 200)
        self.hook('Stop')
        self.wait_for('the end', lambda: 'done' in self.kinds())
        self.end(self.daemon)
        directory = self.path('.local', 'state', 'otel-ai-monitor')
        for name in os.listdir(directory):
            with open(os.path.join(directory, name), 'rb') as f:
                kept = f.read()
            for mark in marks:
                self.assertNotIn(mark.encode(), kept, name)


if __name__ == '__main__':
    unittest.main()
