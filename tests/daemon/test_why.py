"""Why a session is in its state: over HTTP and as a command."""

import json
import subprocess
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt

SECRET = 'xyzzy-the-users-own-words'


class WhyTest(DaemonTest):
    def hook(self, name, **more):
        body = {'session_id': 's1', 'cwd': '/', 'hook_event_name': name, **more}
        self.assertEqual(self.post('/hooks/claude-code', json.dumps(body).encode()).status, 200)

    def why(self, session='s1'):
        answer = self.ask('GET', '/api/sessions/' + session)
        self.assertEqual(answer.status, 200)
        self.assertNotIn(SECRET, answer.body.decode())
        return answer.json()['why']

    def command(self, *arguments):
        done = subprocess.run([PROGRAM, 'why', '--port', str(self.port), *arguments], env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_a_tool_that_asks(self):
        self.hook('UserPromptSubmit', prompt=SECRET)
        why = self.why()
        self.assertEqual(why['rule'], 'open')
        self.assertEqual([(e['what'], e['source']) for e in why['evidence']], [('prompt', 'hook')])
        self.assertEqual([o['kind'] for o in why['open']], ['model'])
        self.assertIn('stalled', ' '.join(n['text'] for n in why['next']))

        self.hook('PreToolUse', tool_name='Bash', tool_use_id='t1', tool_input={'command': SECRET})
        self.hook('PermissionRequest', tool_name='Bash', tool_use_id='t1', tool_input={'command': SECRET})
        why = self.why()
        self.assertEqual(why['rule'], 'asks')
        self.assertCountEqual([e['what'] for e in why['evidence']], ['asks', 'tool_begin'])  # in one millisecond, in any order
        self.assertEqual({e['source'] for e in why['evidence']}, {'hook'})
        self.assertEqual([(o['kind'], o['name']) for o in why['open'] if o['kind'] == 'tool'], [('tool', 'Bash')])
        self.assertEqual((why['next'][0]['state'], why['next'][0]['at']), ('working', None))

        self.hook('PostToolUse', tool_name='Bash', tool_use_id='t1', tool_response=SECRET)
        self.hook('Stop')
        why = self.why()
        self.assertEqual(why['rule'], 'explicit')
        self.assertEqual(why['evidence'][0]['what'], 'turn_end')
        self.assertEqual(why['open'], [])
        idle = [n for n in why['next'] if n['state'] == 'idle']
        self.assertTrue(any(n['at'] for n in idle) and any(n['at'] is None for n in idle))

        self.ask('POST', '/api/sessions/s1/ack')
        why = self.why()
        self.assertEqual(why['rule'], 'explicit')
        self.assertEqual((why['evidence'][0]['what'], why['evidence'][0]['source']), ('acknowledged', 'user'))

    def test_telemetry_alone(self):
        self.post('/v1/logs', prompt('s2'))
        why = self.why('s2')
        self.assertEqual((why['rule'], why['evidence'][0]['source']), ('open', 'logs'))

    def test_command(self):
        self.assertEqual(self.command()[0], 1)  # there is none
        self.hook('UserPromptSubmit', prompt=SECRET)
        self.hook('PreToolUse', tool_name='Bash', tool_use_id='t1', tool_input={'command': SECRET})
        for word in ((), ('1',), ('s1',)):
            status, out, _ = self.command(*word)
            self.assertEqual(status, 0)
            for part in ('Claude Code', '(rule open)', 'a tool started, by hook', 'tool Bash', 'What would change it'):
                self.assertIn(part, out)
            self.assertNotIn(SECRET, out)
        status, out, _ = self.command('1', '--json')
        self.assertEqual((status, json.loads(out)['why']['rule']), (0, 'open'))
        status, _, error = self.command('nobody')
        self.assertEqual(status, 1)
        self.assertIn('nobody', error)


if __name__ == '__main__':
    unittest.main()
