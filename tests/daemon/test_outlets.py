"""Where lines go: readers that come, go, stall and come back."""

import json
import os
import socket
import stat
import subprocess
import time
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt, read_some


class Outlets(DaemonTest):
    ARGUMENTS = ['--broadcast-interval', '0']

    def stream(self, query='', **fields):
        sock = self.connect()
        extra = ''.join('%s: %s\r\n' % (k.replace('_', '-'), v) for k, v in fields.items())
        sock.sendall(('GET /api/stream%s HTTP/1.0\r\nHost: localhost\r\n%s\r\n' % (query, extra)).encode())
        reader = sock.makefile('r', encoding='utf-8', newline='\n')
        self.addCleanup(reader.close)
        while reader.readline().strip():
            pass
        return reader

    @staticmethod
    def event(reader, names=('session_list', 'session_update')):
        """The next event of a stream that has one of these names: its fields, data decoded."""
        fields = {}
        while fields.get('event') not in names:
            fields = {}
            for line in iter(reader.readline, '\n'):
                if not line:
                    return None
                name, _, value = line.rstrip('\n').partition(': ')
                fields[name] = value
        fields['data'] = json.loads(fields['data'])
        return fields

    def open_pipe(self):
        return os.open(self.run_dir + '/otel-ai-monitor.pipe', os.O_RDONLY | os.O_NONBLOCK)

    def pipe_line(self, fd):
        """One read of the pipe, which must be one or more whole lines; the last of them."""
        data = read_some(fd)
        self.assertTrue(data.endswith(b'\n'), data)
        return json.loads(data.splitlines()[-1])

    def work(self, session):
        """A session that stays: its connection is kept open."""
        sock = self.connect()
        self.assertEqual(self.post('/v1/logs', prompt(session), sock=sock).status, 200)
        return sock

    def test_stdout(self):
        self.work('one')
        self.wait_for('two lines', lambda: len(self.lines()) >= 2)
        first, second = self.lines()[:2]
        self.assertEqual((first['type'], first['sessions']), ('session_list', []))
        self.assertEqual((second['type'], second['session_id'], second['state']), ('session_update', 'one', 'working'))

    def test_stream(self):
        reader = self.stream()
        self.assertEqual(self.event(reader)['data']['sessions'], [])
        self.work('one')
        update = self.event(reader)
        self.assertEqual((update['event'], update['data']['state']), ('session_update', 'working'))
        again = self.stream()
        self.assertEqual([s['session_id'] for s in self.event(again)['data']['sessions']], ['one'])

    def test_stream_resumes(self):
        reader = self.stream()
        seen = self.event(reader)['id']
        self.work('one')
        first = self.event(reader)
        self.work('two')
        resumed = self.stream(Last_Event_ID=seen)
        self.assertEqual(self.event(resumed)['id'], first['id'])
        self.assertEqual(self.event(resumed)['data']['session_id'], 'two')

    def test_stream_has_stats_and_events(self):
        reader = self.stream('?types=stats,event')
        whole = self.event(reader, ('stats',))['data']
        self.assertEqual((whole['type'], whole['v'], whole['today']['calls']), ('stats', 1, 0))
        self.assertIn('plan', whole)
        self.work('one')
        self.post('/v1/logs', prompt('one', name='api_request', more=[
            ('model', 'claude-opus-4-5'), ('cost_usd', '0.08'), ('input_tokens', '100'), ('request_id', 'r1')]))
        news = self.event(reader, ('stats', 'event'))
        self.assertEqual((news['event'], news['data']['today']['cost_usd']), ('stats', 0.08))
        self.assertNotIn('plan', news['data'])
        self.post('/hooks/claude-code', json.dumps({'hook_event_name': 'SessionEnd', 'session_id': 'one'}).encode())
        events = [self.event(reader, ('event',))]
        while events[-1]['data']['kind'] != 'closed':
            events.append(self.event(reader, ('event',)))
        self.assertEqual(events[-1]['data']['session_id'], 'one')
        resumed = self.stream('?types=event', Last_Event_ID=news['id'])
        self.assertEqual([self.event(resumed, ('event',)) for _ in events], events)
        refused = self.ask('GET', '/api/stream?types=stats,tea')
        self.assertEqual(refused.status, 400)
        self.assertIn('session_update', refused.json()['error']['message'])

    def test_stream_of_lists_and_watch_have_no_more_than_before(self):
        watch = subprocess.Popen([PROGRAM, 'watch', '--json'], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, env=self.environment)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(self.end, watch)
        lines = [json.loads(watch.stdout.readline())]
        reader = self.stream('?format=list')
        everything = self.stream()
        self.event(everything, ('stats',))
        self.work('one')
        self.post('/hooks/claude-code', json.dumps({'hook_event_name': 'SessionEnd', 'session_id': 'one'}).encode())
        self.event(everything, ('event',))
        while lines[-1].get('state') != 'expired':
            lines.append(json.loads(watch.stdout.readline()))
        self.assertEqual({line['type'] for line in lines}, {'session_list', 'session_update'})
        names = [self.event(reader, ('session_list', 'session_update', 'stats', 'event'))['event'] for _ in range(3)]
        self.assertEqual(names, ['session_list'] * 3)

    def test_a_stalled_reader_holds_up_nobody(self):
        stalled = self.connect()
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.sendall(b'GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
        reader = self.stream()
        self.event(reader)
        keep = self.connect()
        for i in range(3000):
            self.post('/v1/logs', prompt('s%d' % (i % 50)), sock=keep)
        seen = set()
        while len(seen) < 50:
            seen.add(self.event(reader)['data'].get('session_id'))
        self.assert_alive()

    def test_pipe(self):
        path = self.run_dir + '/otel-ai-monitor.pipe'
        mode = os.stat(path).st_mode
        self.assertTrue(stat.S_ISFIFO(mode))
        self.assertEqual(stat.S_IMODE(mode), 0o600)
        self.work('before')  # nobody reads: nobody may see this line later
        fd = self.open_pipe()
        self.assertEqual([s['session_id'] for s in self.pipe_line(fd)['sessions']], ['before'])
        self.work('after')
        line = self.pipe_line(fd)
        self.assertEqual((line['type'], line['session_id']), ('session_update', 'after'))
        self.assertEqual(line['counts'], {'idle': 0, 'working': 2, 'completed': 0})
        self.assertTrue(line['has_working'])
        os.close(fd)
        self.work('unread')
        fd = self.open_pipe()
        self.assertEqual(len(self.pipe_line(fd)['sessions']), 3)
        os.close(fd)

    def test_a_lagging_pipe_reader_gets_the_newest(self):
        fd = self.open_pipe()
        self.pipe_line(fd)
        for i in range(40):
            self.work('lag%d' % i)
        newest = {}
        for _ in range(40):
            newest = self.pipe_line(fd)
            if len(newest['sessions']) == 40:
                break
        self.assertEqual(len(newest['sessions']), 40)
        os.close(fd)

    def test_watch(self):
        watch = subprocess.Popen([PROGRAM, 'watch', '--format', 'list'], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, env=self.environment)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(self.end, watch)
        self.assertEqual(json.loads(watch.stdout.readline())['sessions'], [])
        self.work('one')
        self.assertEqual(json.loads(watch.stdout.readline())['sessions'][0]['session_id'], 'one')
        self.post('/hooks/claude-code', json.dumps({'hook_event_name': 'SessionEnd', 'session_id': 'one'}).encode())
        self.assertEqual(json.loads(watch.stdout.readline())['sessions'], [])
        self.end(self.daemon)
        lines = [json.loads(watch.stdout.readline())]
        while lines[-1].get('error') != 'unreachable':
            lines.append(json.loads(watch.stdout.readline()))
        self.assertEqual(lines[-1]['sessions'], [])
        second = self.start('--broadcast-interval', '0')
        self.port = self.port_of(second)
        self.assertNotIn('error', json.loads(watch.stdout.readline()))
        watch.stdout.close()
        self.assertEqual(watch.wait(PATIENCE_S), 0)

    def test_a_bar_through_the_life_of_a_session(self):
        bar = subprocess.Popen([PROGRAM, 'watch', '--format', 'waybar', '--icon-working', 'w'],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.environment)
        self.addCleanup(bar.stdout.close)
        self.addCleanup(self.end, bar)

        def hook(name, **more):
            self.post('/hooks/claude-code', json.dumps(
                {'hook_event_name': name, 'session_id': 's', 'cwd': '/src/a&b', **more}).encode())

        def line():
            return json.loads(bar.stdout.readline())

        def part(color, icon):
            return "<span color='%s'>%s a&amp;b</span>" % (color, icon)

        self.assertEqual((line()['class'], self.poll_bar()), ('empty', ''))
        hook('UserPromptSubmit')
        shown = line()
        while 'a&amp;b' not in shown['tooltip']:  # its directory is looked at in the meantime
            shown = line()
        self.assertEqual((shown['text'], shown['class'], shown['percentage']), (part('#89b4fa', 'w'), 'working', 100))
        self.assertRegex(shown['tooltip'], r'^<tt><span allow_breaks=\'false\'>Claude Code  a&amp;b  <span[^>]*>is working</span>  \d+ s</span></tt>$')
        hook('PermissionRequest', tool_name='Bash')
        while shown['class'] == 'working':
            shown = line()
        self.assertEqual((shown['text'], shown['class']), (part('#f38ba8', '●'), 'attention'))
        self.assertIn('needs your permission', shown['tooltip'])
        self.assertEqual(self.poll_bar(), '● 1 a&b')
        hook('Stop')
        while shown['class'] != 'completed':
            shown = line()
        self.assertEqual((shown['text'], shown['alt'], shown['percentage']), (part('#a6e3a1', '✓'), 'completed', 0))
        self.end(self.daemon)
        while shown['class'] != 'unreachable':
            shown = line()
        self.assertEqual((shown['text'], self.poll_bar()), ('✗', '✗'))
        bar.stdout.close()
        self.assertEqual(bar.wait(PATIENCE_S), 0)

    def poll_bar(self):
        """What a bar that polls is given."""
        environment = {**self.environment, 'OTLP_PORT': str(self.port)}
        return subprocess.run([PROGRAM, 'status', '--format', 'plain'], capture_output=True, check=True,
                              env=environment, text=True).stdout.rstrip('\n')

    def test_status(self):
        self.work('one')
        environment = {**self.environment, 'OTLP_PORT': str(self.port)}
        done = subprocess.run([PROGRAM, 'status', '--json'], capture_output=True, env=environment, check=True)
        self.assertEqual(json.loads(done.stdout)['sessions'][0]['state'], 'working')
        done = subprocess.run([PROGRAM, 'status'], capture_output=True, env=environment, check=True, text=True)
        self.assertIn('working', done.stdout)
        self.end(self.daemon)
        done = subprocess.run([PROGRAM, 'status'], capture_output=True, env=environment, check=False, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn('cannot reach the daemon', done.stderr)
        self.assertIn('start it with', done.stderr)

    def test_mute_and_pause(self):
        self.work('one')
        self.assertEqual(self.ask('POST', '/api/sessions/two/mute').status, 404)
        self.assertIs(self.ask('POST', '/api/sessions/one/mute').json()['muted'], True)
        self.assertIs(self.sessions()['one']['muted'], True)
        self.assertNotIn('muted', self.ask('POST', '/api/sessions/one/unmute').json())
        for wrong in ('duration=', 'duration=-1', 'duration=1e3', 'duration=604801', 'duration=9223372036854775807',
                      'minutes=1', 'duration=1&x'):
            self.assertEqual(self.ask('POST', '/api/pause?' + wrong).status, 400, wrong)
        self.assertNotIn('paused_until', self.ask('GET', '/api/sessions').json())
        now = time.time()
        for query, seconds in (('', 3600), ('?duration=60', 60)):
            until = self.ask('POST', '/api/pause' + query).json()['paused_until']
            self.assertAlmostEqual(until, now + seconds, delta=PATIENCE_S)
            self.assertEqual(self.ask('GET', '/api/sessions').json()['paused_until'], until)
        self.assertIsNone(self.ask('POST', '/api/pause?duration=0').json()['paused_until'])
        self.assertNotIn('paused_until', self.ask('GET', '/api/sessions').json())

    def test_ack(self):
        environment = {**self.environment, 'OTLP_PORT': str(self.port)}

        def run(*arguments):
            return subprocess.run([PROGRAM, 'ack', *arguments], capture_output=True, env=environment,
                                  check=False, text=True)

        def states():
            return {s['session_id']: s['state'] for s in self.sessions().values()}

        names = ['done', 'with / and "', 'at work']
        for name in names:
            self.post('/hooks/claude-code', json.dumps(
                {'hook_event_name': 'UserPromptSubmit', 'session_id': name}).encode())
        for name in names[:2]:
            self.post('/hooks/claude-code', json.dumps(
                {'hook_event_name': 'Stop', 'session_id': name}).encode())
        self.assertEqual(states(), dict(zip(names, ['completed', 'completed', 'working'])))
        self.assertEqual(run(names[1]).returncode, 0)
        self.assertEqual(states(), dict(zip(names, ['completed', 'idle', 'working'])))
        self.assertEqual(run().returncode, 0)
        self.assertEqual(states(), dict(zip(names, ['idle', 'idle', 'working'])))
        unknown = run('unknown')
        self.assertEqual(unknown.returncode, 1)
        self.assertIn('there is no session "unknown"', unknown.stderr)
        self.end(self.daemon)
        self.assertEqual(run().returncode, 1)


if __name__ == '__main__':
    unittest.main()
