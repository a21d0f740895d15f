"""Who is answered over TCP on a machine that others use too. Needs root, to be somebody else."""

import json
import os
import socket
import subprocess
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt, read_answer, request

NOBODY = 65534
HOOK = json.dumps({'session_id': 'theirs', 'hook_event_name': 'UserPromptSubmit'}).encode()
REQUESTS = [  # what others might ask
    request('GET', '/api/sessions'), request('GET', '/api/stream'), request('GET', '/health'), request('GET', '/nowhere'),
    request('POST', '/api/sessions/mine/ack'),
    request('POST', '/v1/logs', prompt('theirs'), {'Content-Type': 'application/json'}),
    request('POST', '/hooks/claude-code', HOOK, {'Content-Type': 'application/json'})]
SEND = '''
import socket, sys
sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
sock.sendall(sys.stdin.buffer.read())
if len(sys.argv) == 3:
    sys.stdout.buffer.write(sock.recv(65536))
'''


@unittest.skipUnless(os.geteuid() == 0, 'needs another user')
class OtherUsers(DaemonTest):
    def setUp(self):
        super().setUp()
        os.chmod(self.directory.name, 0o755)
        self.post('/v1/logs', prompt('mine'))

    def run_as_nobody(self, argv, data=b''):
        return subprocess.run(argv, input=data, user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True,
                              check=False, timeout=PATIENCE_S,
                              env={'PATH': os.environ['PATH'], 'HOME': '/nonexistent', 'OTLP_PORT': str(self.port)})

    def ask_as_nobody(self, data, host='127.0.0.1', *more):
        answer = self.run_as_nobody(['python3', '-c', SEND, host, str(self.port), *more], data)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return int(answer.stdout.split()[1]) if answer.stdout else None

    def test_they_are_refused_and_named(self):
        for host in ('127.0.0.1', '::1'):
            for data in REQUESTS:
                self.assertEqual(self.ask_as_nobody(data, host), 403, data)
        self.assertEqual(list(self.sessions()), ['mine'])
        self.assertEqual(self.sessions()['mine']['state'], 'working')
        self.wait_log(r'rejected with 403: .*"user 65534"; .*allow-other-users')

    def test_page_alone_is_everybodys(self):
        self.assertEqual(self.ask_as_nobody(request('GET', '/')), 200)

    def test_nothing_is_taken_of_one_that_is_gone(self):
        for _ in range(20):
            self.ask_as_nobody(REQUESTS[5], '127.0.0.1', 'and go')
        self.assertEqual(list(self.sessions()), ['mine'])

    def test_commands_say_whose_daemon_it_is(self):
        status = self.run_as_nobody([PROGRAM, 'status'])
        self.assertEqual(status.returncode, 1)
        self.assertIn(b'belongs to user root (0)', status.stderr)
        doctor = self.run_as_nobody([PROGRAM, 'doctor'])
        self.assertEqual(doctor.returncode, 1)
        self.assertIn(b'belongs to user root (0)', doctor.stdout)
        hook = self.run_as_nobody([PROGRAM, 'hook', 'claude-code', '-v'], HOOK)
        self.assertEqual((hook.returncode, hook.stdout), (0, b''))
        self.assertEqual(list(self.sessions()), ['mine'])


class Token(OtherUsers):
    ARGUMENTS = ['--token', 'abcdefghijklmnop']

    def test_they_are_refused_and_named(self):
        for data in REQUESTS:
            self.assertEqual(self.ask_as_nobody(data), 401)
            with_token = data.replace(b'\r\n', b'\r\nAuthorization: Bearer abcdefghijklmnop\r\n', 1)
            self.assertNotIn(self.ask_as_nobody(with_token), (401, 403))
        self.assertEqual(set(self.sessions()), {'mine', 'theirs'})

    def test_commands_say_whose_daemon_it_is(self):
        status = self.run_as_nobody([PROGRAM, 'status', '--token', 'abcdefghijklmnop'])
        self.assertEqual(status.returncode, 0, status.stderr)


class Open(OtherUsers):
    ARGUMENTS = ['--allow-other-users']

    def test_they_are_refused_and_named(self):
        for data in REQUESTS:
            self.assertNotIn(self.ask_as_nobody(data), (401, 403))

    def test_what_is_deleted_is_its_owners_alone(self):
        for path in ('/api/purge?before=today', '/api/prices/reprice?since=today'):
            self.assertEqual(self.ask_as_nobody(request('POST', path)), 403)
            self.assertEqual(self.ask('POST', path).status, 200)

    def test_page_alone_is_everybodys(self):
        self.assertEqual(self.ask_as_nobody(request('GET', '/')), 200)

    def test_nothing_is_taken_of_one_that_is_gone(self):
        pass

    def test_commands_say_whose_daemon_it_is(self):
        self.assertEqual(self.run_as_nobody([PROGRAM, 'status']).returncode, 0)
        doctor = self.run_as_nobody([PROGRAM, 'doctor'])
        self.assertIn(b'belongs to the daemon of user root (0)', doctor.stdout)


@unittest.skipUnless(os.geteuid() == 0, 'needs another user')
class Theirs(DaemonTest):
    """The daemon is another user's, and this is root."""

    def test_root_is_served(self):
        os.chmod(self.directory.name, 0o777)
        self.end(self.daemon)
        log = self.path('theirs')
        with open(log, 'wb') as stderr:
            daemon = subprocess.Popen([PROGRAM, 'serve', '--port', '0', '--no-notifications', '--no-pipe', '--no-socket'],
                                      user=NOBODY, group=NOBODY, extra_groups=[], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=stderr, env={'PATH': os.environ['PATH']})
        daemon.log_path = log
        self.addCleanup(self.end, daemon)
        self.port = self.port_of(daemon)
        self.assertEqual(self.ask('GET', '/api/sessions').status, 200)
        with socket.socket() as sock:
            sock.connect(('127.0.0.1', self.port))
            sock.sendall(REQUESTS[5])
            self.assertEqual(read_answer(sock).status, 200)


if __name__ == '__main__':
    unittest.main()
