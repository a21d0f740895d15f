"""Hooks over HTTP and by the command: what they tell joins the telemetry, and they are never in the way."""

import json
import os
import socket
import subprocess
import time
import unittest
import urllib.parse

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt

WALL_LIMIT_S = 10  # far above the one second that is promised, for busy machines


def hook(name, session='s', **more):
    return {'session_id': session, 'cwd': '/home/dev/shop', 'hook_event_name': name, **more}


class HookTest(DaemonTest):
    def post_hook(self, body, client='claude-code', kind='application/json'):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.post('/hooks/' + client, data, kind)

    def told(self, session):
        return [x for x in self.lines() if x.get('session_id') == session]

    def states(self, session):
        """What was told of it, one state after another; its project may be told between them."""
        states = [x['state'] for x in self.told(session)]
        return [s for i, s in enumerate(states) if i == 0 or s != states[i - 1]]


class Http(HookTest):
    def test_a_prompt_makes_it_work_and_a_stop_completes_it(self):
        answer = self.post_hook(hook('UserPromptSubmit', prompt='SECRET'))
        self.assertEqual((answer.status, answer.body), (200, b''))
        session = self.placed('s')
        self.assertEqual((session['state'], session['tool'], session['reason']),
                         ('working', 'claude-code', 'prompt'))
        self.assertEqual((session['cwd'], session['project']), ('/home/dev/shop', 'shop'))
        self.assertEqual(self.post_hook(hook('Stop', background_tasks=[])).status, 200)
        session = self.sessions()['s']
        self.assertEqual((session['state'], session['reason']), ('completed', 'turn_end'))
        self.wait_for('both are told', lambda: self.states('s') == ['working', 'completed'])

    def test_the_end_of_a_hooks_connection_is_no_end(self):
        sock = self.connect()
        body = json.dumps(hook('UserPromptSubmit')).encode()
        self.assertEqual(self.post('/hooks/claude-code', body, sock=sock).status, 200)
        sock.close()
        self.post_hook(hook('SessionStart', session='another'))  # after the close was seen, or with it
        self.assertEqual(self.sessions()['s']['state'], 'working')

    def test_telemetry_joins_a_hook(self):
        self.post_hook(hook('UserPromptSubmit', session='joined'))
        sock = self.connect()
        self.post('/v1/logs', prompt('joined', name='api_request', more=[
            ('query_source', 'repl_main_thread'), ('input_tokens', '7'), ('output_tokens', '5')]), sock=sock)
        sessions = self.sessions()
        self.assertEqual(list(sessions), ['joined'])
        self.assertEqual(sessions['joined']['metrics']['input_tokens'], 7)
        self.assertEqual(sessions['joined']['cwd'], '/home/dev/shop')

    def test_a_hook_joins_telemetry(self):
        sock = self.connect()
        self.post('/v1/logs', prompt('joined'), sock=sock)
        self.assertIsNone(self.sessions()['joined']['cwd'])
        self.post_hook(hook('CwdChanged', session='joined', cwd='/', new_cwd='/home/dev/garden'))
        self.assertEqual(self.placed('joined')['project'], 'garden')
        self.post_hook(hook('Stop', session='joined'))
        sessions = self.sessions()
        self.assertEqual(list(sessions), ['joined'])
        self.assertEqual((sessions['joined']['state'], sessions['joined']['reason']), ('completed', 'turn_end'))

    def test_the_end_of_the_session(self):
        self.post_hook(hook('UserPromptSubmit'))
        self.post_hook(hook('SessionEnd', reason='logout'))
        last = self.wait_for('its end is told', lambda: [x for x in self.told('s') if x['state'] == 'expired'])
        self.assertEqual(last[0]['reason'], 'closed')
        self.assertEqual(self.sessions(), {})

    def test_every_client(self):
        begins = {'claude-code': 'UserPromptSubmit', 'codex': 'UserPromptSubmit', 'gemini': 'BeforeAgent',
                  'qwen': 'UserPromptSubmit', 'copilot': 'UserPromptSubmit'}
        for client, name in begins.items():
            self.assertEqual(self.post_hook(hook(name, session=client), client).status, 200)
        self.assertEqual({k: (s['tool'], s['state']) for k, s in self.sessions().items()},
                         {client: (client, 'working') for client in begins})

    def test_unknown_events_are_ignored(self):
        for body in (hook('Unheard'), {}, {'session_id': 's'}):
            answer = self.post_hook(body)
            self.assertEqual((answer.status, answer.body), (200, b''))
        self.assertEqual(self.sessions(), {})

    def test_wrong_requests(self):
        body = hook('UserPromptSubmit')
        cases = [(body, 'claude', 'application/json', 404), (body, 'claude-code', 'text/plain', 415),
                 (b'nonsense', 'claude-code', 'application/json', 400),
                 (b'', 'claude-code', 'application/json', 400),
                 (b'[]', 'codex', 'application/json', 400)]
        for body, client, kind, status in cases:
            answer = self.post_hook(body, client, kind)
            self.assertEqual(answer.status, status, client)
            error = answer.json()['error']
            self.assertEqual(error['code'], status)
            self.assertTrue(error['message'])
        self.assertIn('byte 0', self.post_hook(b'nonsense').json()['error']['message'])
        self.assertEqual(self.ask('GET', '/hooks/claude-code').status, 405)
        self.assertEqual(self.sessions(), {})
        self.assert_alive()

    def test_web_pages_are_kept_out(self):
        answer = self.ask('POST', '/hooks/claude-code', json.dumps(hook('UserPromptSubmit')).encode(),
                          {'Content-Type': 'application/json', 'Origin': 'http://localhost:3000'})
        self.assertEqual(answer.status, 403)
        self.assertEqual(self.sessions(), {})

    def test_a_hook_may_be_as_large_as_any_body(self):
        big = {'tool_response': {'base64': 'x' * 30000000}, **hook('UserPromptSubmit')}
        self.assertEqual(self.post_hook(big).status, 200)
        self.assertEqual(self.sessions()['s']['state'], 'working')
        self.assertEqual(self.post_hook({**big, 'x': 'x' * (40 << 20)}).status, 413)

    def test_names_are_harmless_wherever_they_are_shown(self):
        harmful = 'a\0b\u202ec\u2066d\u009be\u2028f\x1bg'
        shown = 'a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg'
        for _ in range(2):  # both are the same session
            self.post_hook({**hook('UserPromptSubmit', session=harmful), 'cwd': '/home/dev/' + harmful})
            self.post_hook(hook('PreToolUse', session=harmful, tool_name=harmful, tool_use_id='t', model=harmful,
                                cwd='/home/dev/' + harmful))
        self.assertEqual(list(self.sessions()), [shown])
        session = self.placed(shown)
        self.assertEqual((session['cwd'], session['project'], session['model'], session['doing']),
                         ('/home/dev/' + shown, shown, shown, 'tool:' + shown))
        path = '/api/sessions/' + urllib.parse.quote(shown)
        self.assertEqual(self.ask('GET', path).status, 200)

    def test_text_of_the_user_is_nowhere(self):
        secret = 'hunter2'
        for name, more in (('UserPromptSubmit', {'prompt': secret}),
                           ('PreToolUse', {'tool_name': 'Bash', 'tool_input': {'command': secret}}),
                           ('PostToolUse', {'tool_name': 'Bash', 'tool_response': {'stdout': secret}}),
                           ('Stop', {'last_assistant_message': secret})):
            self.assertEqual(self.post_hook(hook(name, **more)).status, 200)
        self.assertEqual(self.post_hook(('{"prompt":"%s",}' % secret).encode()).status, 400)
        self.wait_for('the end is told', lambda: [x for x in self.told('s') if x['state'] == 'completed'])
        for text in (json.dumps(self.lines()), self.log(self.daemon),
                     self.ask('GET', '/api/sessions/s').body.decode()):
            self.assertNotIn(secret, text)


    def test_a_session_is_known_from_its_start(self):
        self.post_hook(hook('SessionStart', source='startup'))
        session = self.placed('s')
        self.assertEqual((session['state'], session['project'], session['turn']), ('idle', 'shop', 0))

    def test_what_is_wanted_is_shown_until_it_is_given(self):
        self.post_hook(hook('UserPromptSubmit'))
        self.placed('s')
        self.post_hook(hook('PreToolUse', tool_name='Bash', tool_use_id='t'))
        self.assertEqual(self.sessions()['s']['doing'], 'tool:Bash')
        self.post_hook(hook('PermissionRequest', tool_name='Bash', tool_use_id='t'))
        session = self.sessions()['s']
        self.assertEqual((session['state'], session['attention']), ('completed', 'permission'))
        self.post_hook(hook('Notification', notification_type='permission_prompt'))
        self.post_hook(hook('PostToolUse', tool_name='Bash', tool_use_id='t'))
        session = self.sessions()['s']
        self.assertEqual((session['state'], session['attention'], session['doing']), ('working', None, 'llm'))
        self.assertEqual([x['attention'] for x in self.told('s') if x['state'] == 'completed'], ['permission'])

    def test_a_turn_that_failed(self):
        self.post_hook(hook('UserPromptSubmit'))
        self.post_hook(hook('StopFailure', error='rate_limit'))
        self.assertEqual(self.sessions()['s']['attention'], 'limit')

    def test_a_stop_with_subagents_running_is_not_the_end(self):
        self.post_hook(hook('UserPromptSubmit'))
        self.post_hook(hook('Stop', background_tasks=[{'type': 'subagent', 'status': 'running'}]))
        session = self.sessions()['s']
        self.assertEqual((session['state'], session['doing']), ('working', 'subagent'))
        self.post_hook(hook('Stop', background_tasks=[]))
        self.assertEqual(self.sessions()['s']['state'], 'completed')


class VerboseHttp(Http):
    ARGUMENTS = ['--verbose']


class Command(HookTest):
    """Never in the way of the client: exit status 0, no output, and soon over."""

    def run_hook(self, *arguments, stdin=b'', limit_s=WALL_LIMIT_S, **environment):
        begin = time.monotonic()
        done = subprocess.run([PROGRAM, 'hook', *arguments], timeout=limit_s, capture_output=True, check=False,
                              env={**self.environment, 'OTLP_PORT': '0', **environment},
                              **({'input': stdin} if isinstance(stdin, bytes) else {'stdin': stdin}))
        self.assertEqual((done.returncode, done.stdout), (0, b''), done.stderr)
        return done.stderr.decode(), time.monotonic() - begin

    def assert_silent(self, *arguments, **more):
        error, seconds = self.run_hook(*arguments, **more)
        self.assertEqual(error, '')
        return seconds

    def listener(self, name, backlog=8):
        """A unix socket on which nobody answers."""
        sock = socket.socket(socket.AF_UNIX)
        self.addCleanup(sock.close)
        sock.bind(self.path(name))
        sock.listen(backlog)
        return sock

    def test_stdin_reaches_the_daemon(self):
        self.assert_silent('claude-code', stdin=json.dumps(hook('UserPromptSubmit', session='piped')).encode())
        self.assertEqual(self.sessions()['piped']['state'], 'working')
        self.assert_silent('claude-code', stdin=json.dumps(hook('Stop', session='piped')).encode())
        self.assertEqual(self.sessions()['piped']['state'], 'completed')

    def test_large_input(self):
        big = {'tool_response': {'base64': 'x' * 30000000}, **hook('PostToolUse', session='big')}
        self.assert_silent('qwen', stdin=json.dumps(big).encode())
        self.assertEqual(self.sessions()['big']['tool'], 'qwen')

    def test_notify_program_of_codex(self):
        self.assert_silent('codex', json.dumps(hook('UserPromptSubmit', session='thread')), stdin=subprocess.DEVNULL)
        self.assertEqual(self.sessions()['thread']['state'], 'working')
        self.assert_silent('codex', json.dumps({
            'type': 'agent-turn-complete', 'thread-id': 'thread', 'turn-id': '1', 'cwd': '/home/dev/shop',
            'input-messages': ['a'], 'last-assistant-message': 'b'}), stdin=subprocess.DEVNULL)
        self.assertEqual(self.sessions()['thread']['state'], 'completed')

    def test_stop_and_notify_tell_of_one_turn(self):
        self.assert_silent('codex', json.dumps(hook('UserPromptSubmit', session='thread')))
        self.assert_silent('codex', json.dumps(hook('Stop', session='thread')))
        self.assert_silent('codex', json.dumps({'type': 'agent-turn-complete', 'thread-id': 'thread'}))
        self.assertEqual(self.sessions()['thread']['turn'], 1)
        self.assertEqual(self.states('thread'), ['working', 'completed'])

    def test_garbage(self):
        self.assert_silent('claude-code', stdin=b'\xff\x00nonsense')
        self.assert_silent('claude-code', stdin=b'')
        self.assert_silent('no-such-client', stdin=b'{}')
        self.assert_silent('../api', stdin=b'{}')
        self.assert_silent()
        self.assert_silent('claude-code', '{}', 'too much')
        self.assert_silent('claude-code', '--no-such-flag')
        self.assert_alive()

    def test_broken_configuration(self):
        os.makedirs(self.path('config', 'otel-ai-monitor'))
        with open(self.path('config', 'otel-ai-monitor', 'config.ini'), 'w', encoding='utf-8') as f:
            f.write('nonsense\n')
        self.assert_silent('claude-code', stdin=b'{}')
        error, _ = self.run_hook('claude-code', '--verbose', stdin=b'{}')
        self.assertIn('config.ini:1', error)

    def test_no_daemon(self):
        self.end(self.daemon)
        seconds = self.assert_silent('claude-code', stdin=json.dumps(hook('Stop')).encode())
        self.assertLess(seconds, WALL_LIMIT_S)
        self.assert_silent('claude-code', stdin=b'{}', OTEL_AI_SOCKET=self.path('missing'))
        self.assert_silent('claude-code', '--no-socket', stdin=b'{}')

    def test_a_pipe_that_stays_open_is_not_waited_for(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, writer)
        os.write(writer, json.dumps(hook('UserPromptSubmit', session='open')).encode())
        with os.fdopen(reader, 'rb') as stdin:
            self.assert_silent('claude-code', stdin=stdin)
        self.assertEqual(self.sessions()['open']['state'], 'working')

    def test_without_a_socket_the_port_is_taken(self):
        for name, environment in (('missing', {'OTEL_AI_SOCKET': self.path('missing')}),
                                  ('none', {'OTEL_AI_SOCKET': 'none'}),
                                  ('elsewhere', {'XDG_RUNTIME_DIR': '/run/user/4242'}),
                                  ('unset', {'XDG_RUNTIME_DIR': ''})):
            self.assert_silent('claude-code', stdin=json.dumps(hook('UserPromptSubmit', session=name)).encode(),
                               OTLP_PORT=str(self.port), **environment)
            self.assertEqual(self.sessions()[name]['state'], 'working')

    @unittest.skipUnless(os.geteuid() == 0, 'needs another user')
    def test_nothing_is_told_to_a_daemon_of_another_user(self):
        os.chmod(self.directory.name, 0o755)
        os.chmod(self.run_dir, 0o777)
        theirs = self.as_another_user(
            'import socket, sys, time; s = socket.create_server(("127.0.0.1", 0)); t = socket.socket(socket.AF_UNIX);'
            't.bind(sys.argv[1]); t.listen(); print(s.getsockname()[1], flush=True); time.sleep(100)',
            os.path.join(self.run_dir, 'theirs'))
        their_port = theirs.stdout.readline().decode().strip()
        body = json.dumps(hook('UserPromptSubmit', session='secret')).encode()
        error, _ = self.run_hook('claude-code', '-v', stdin=body, OTLP_PORT=their_port,
                                 OTEL_AI_SOCKET=os.path.join(self.run_dir, 'theirs'))
        self.assertEqual(error.count('not a daemon of this user'), 2, error)
        error, _ = self.run_hook('claude-code', '-v', stdin=body, OTLP_PORT=their_port, OTEL_AI_SOCKET='none',
                                 SUDO_UID='65534')
        self.assertNotIn('not a daemon of this user', error)  # it hangs, but it was asked
        self.assertEqual(self.sessions(), {})

    def as_another_user(self, program, *arguments):
        process = subprocess.Popen(['python3', '-c', program, *arguments], user=65534, group=65534, extra_groups=[],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_daemon_that_hangs(self):
        self.listener('hangs')
        self.assert_silent('claude-code', stdin=b'{}', OTEL_AI_SOCKET=self.path('hangs'))

    def test_daemon_that_does_not_even_accept(self):
        sock = self.listener('full', backlog=0)
        held = []
        while True:
            waiting = socket.socket(socket.AF_UNIX)
            self.addCleanup(waiting.close)
            waiting.setblocking(False)
            try:
                waiting.connect(sock.getsockname())
            except BlockingIOError:
                break
            held.append(waiting)
        self.assertTrue(held)
        self.assert_silent('claude-code', stdin=b'{}', OTEL_AI_SOCKET=self.path('full'))

    def test_daemon_that_answers_nonsense(self):
        sock = self.listener('nonsense')
        sock.settimeout(PATIENCE_S)
        with subprocess.Popen([PROGRAM, 'hook', 'claude-code', '{}', '--verbose'], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**self.environment, 'OTLP_PORT': '0', 'OTEL_AI_SOCKET': self.path('nonsense')}) as process:
            peer, _ = sock.accept()
            peer.sendall(b'what?\r\n\r\n')
            peer.close()
            out, error = process.communicate(timeout=WALL_LIMIT_S)
        self.assertEqual((process.returncode, out), (0, b''))
        self.assertIn(b'cannot send the hook', error)

    def test_stdin_that_never_ends(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, writer)
        with os.fdopen(reader, 'rb') as stdin:
            os.write(writer, b'{"session_id":')
            self.assert_silent('claude-code', stdin=stdin)
        with open('/dev/zero', 'rb') as stdin:
            self.assert_silent('claude-code', stdin=stdin)

    def test_no_stdin(self):
        process = subprocess.run(['/bin/sh', '-c', 'exec "$0" hook claude-code <&- >&-', PROGRAM],
                                 env=self.environment, timeout=WALL_LIMIT_S, stderr=subprocess.PIPE, check=False)
        self.assertEqual((process.returncode, process.stderr), (0, b''))

    def test_verbose_tells_what_went_wrong(self):
        cases = [(('no-such-client',), b'{}', 'no-such-client'), (('claude-code',), b'nonsense', 'invalid JSON at byte 0'),
                 (('claude-code', '--socket', self.path('missing')), b'{}', 'No such file'),
                 (('claude-code',), b'{"a":', 'ends too early')]
        for arguments, stdin, words in cases:
            error, _ = self.run_hook(*arguments, '--verbose', stdin=stdin)
            self.assertIn(words, error)
            self.assertEqual(error.count('\n'), 1)
        self.listener('hangs')
        error, _ = self.run_hook('codex', '-v', stdin=b'{}', OTEL_AI_SOCKET=self.path('hangs'))
        self.assertIn('longer than a second', error)
        self.assertEqual(self.run_hook('codex', '-v', stdin=b'{}')[0], '')

    def test_only_what_counts_is_sent(self):
        sock = self.listener('near')
        sock.settimeout(PATIENCE_S)
        given = {'prompt': 'SECRET', 'session_id': 's', 'tool_input': {'cwd': 'SECRET'}, 'is_interrupt': True,
                 'background_tasks': [{'id': 'a', 'type': 'shell', 'command': 'SECRET'}]}
        with subprocess.Popen([PROGRAM, 'hook', 'gemini', json.dumps(given)], stdin=subprocess.DEVNULL,
                              env={**self.environment, 'OTEL_AI_SOCKET': self.path('near')}) as process:
            peer, _ = sock.accept()
            with peer:
                peer.settimeout(PATIENCE_S)
                got = b''
                while b'}]}' not in got:
                    more = peer.recv(4096)
                    self.assertTrue(more)
                    got += more
                peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
                self.assertEqual(process.wait(WALL_LIMIT_S), 0)
        head, _, body = got.partition(b'\r\n\r\n')
        self.assertTrue(head.startswith(b'POST /hooks/gemini HTTP/1.1\r\n'))
        self.assertIn(b'Content-Type: application/json', head)
        self.assertIn(b'Content-Length: %d\r\n' % len(body), head)
        self.assertEqual(json.loads(body), {'session_id': 's', 'is_interrupt': True,
                                            'background_tasks': [{'id': 'a', 'type': 'shell'}]})

    def test_help(self):
        done = subprocess.run([PROGRAM, 'hook', '--help'], capture_output=True, check=True, env=self.environment)
        self.assertIn(b'Usage: otel-ai-monitor hook CLIENT', done.stdout)


if __name__ == '__main__':
    unittest.main()
