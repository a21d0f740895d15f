"""The process behind a connection: where it works, and its end."""

import json
import os
import signal
import socket
import unittest

from fixture import PATIENCE_S, DaemonTest, prompt, read_answer, request


class Process(DaemonTest):
    def client(self, name, sessions):
        """A process of that name that sends a prompt for each session and stays; its pid."""
        directory = self.path('src', 'webshop', 'deeper')
        os.makedirs(directory, exist_ok=True)
        os.makedirs(self.path('src', 'webshop', '.git'), exist_ok=True)
        ready, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.chdir(directory)
                with open('/proc/self/comm', 'w', encoding='ascii') as f:
                    f.write(name)
                sock = socket.create_connection(('127.0.0.1', self.port), timeout=PATIENCE_S)
                for session in sessions:
                    sock.sendall(request('POST', '/v1/logs', prompt(session), {'Content-Type': 'application/json'}))
                    read_answer(sock)
                os.write(told, b'x')
                signal.pause()
            finally:
                os._exit(1)
        os.close(told)
        self.addCleanup(self.kill, pid)
        os.read(ready, 1)
        os.close(ready)
        return pid

    def connections(self, sock):
        return self.ask('GET', '/health', sock=sock).json()['connections']

    @staticmethod
    def kill(pid):
        try:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass

    def test_the_project_and_the_end_come_from_the_process(self):
        pid = self.client('claude', ['one'])
        self.wait_for('the process is found', lambda: self.sessions()['one']['pid'] == pid)
        session = self.placed('one')
        self.assertEqual(session['project'], 'webshop')  # its git root
        self.assertEqual(session['cwd'], self.path('src', 'webshop', 'deeper'))
        self.kill(pid)
        self.wait_for('its session ends', lambda: not self.sessions())
        last = [x for x in self.lines() if x.get('session_id') == 'one'][-1]
        self.assertEqual((last['state'], last['reason']), ('expired', 'closed'))

    def test_whoever_tells_the_directory_its_project_is_the_same(self):
        root = self.path('src', 'webshop')
        tree = os.path.join(root, '.claude', 'worktrees', 'calm-river')
        data = os.path.join(root, '.git', 'worktrees', 'calm-river')
        for directory in (os.path.join(root, 'deeper'), os.path.join(tree, 'deeper'), data):
            os.makedirs(directory)
        for path, text in ((os.path.join(tree, '.git'), f'gitdir: {data}'), (os.path.join(data, 'commondir'), '../..')):
            with open(path, 'w', encoding='ascii') as f:
                f.write(text + '\n')
        sock = self.connect()
        for directory, project in ((root, 'webshop'), (tree, 'webshop/calm-river')):
            cwd = os.path.join(directory, 'deeper')
            hook = {'hook_event_name': 'SessionStart', 'session_id': 'hooked', 'cwd': cwd}
            self.post('/hooks/claude-code', json.dumps(hook).encode())
            self.post('/v1/logs', prompt('sent', more=[('project.path', cwd)]), sock=sock)
            for session in ('hooked', 'sent'):
                placed = self.placed(session)
                self.assertEqual((placed['cwd'], placed['project']), (cwd, project))
                self.post('/hooks/claude-code', json.dumps(
                    {'hook_event_name': 'SessionEnd', 'session_id': session, 'cwd': '/'}).encode())
            self.wait_for('they are over', lambda: not self.sessions())

    def test_all_sessions_of_a_process_end_with_it(self):
        pid = self.client('claude', ['one', 'two'])
        self.wait_for('the process is found', lambda: [s['pid'] for s in self.sessions().values()] == [pid, pid])
        self.kill(pid)
        self.wait_for('its sessions end', lambda: not self.sessions())

    def test_a_client_that_ends_before_it_is_found(self):
        self.kill(self.client('claude', ['mortal']))
        self.wait_for('the session is gone', lambda: 'mortal' not in self.sessions())
        last = [x for x in self.lines() if x.get('session_id') == 'mortal'][-1]
        self.assertEqual((last['state'], last['reason']), ('expired', 'closed'))

    def test_a_process_of_another_name_tells_nothing(self):
        pid = self.client('collector', ['one'])
        sock = self.connect()
        self.post('/v1/logs', prompt('other'), sock=sock)  # this test, which is called python
        self.ask('GET', '/health')
        sessions = self.sessions()
        self.assertEqual({s['pid'] for s in sessions.values()}, {None})
        self.assertEqual({s['project'] for s in sessions.values()}, {None})
        before = self.connections(sock)
        self.kill(pid)
        self.wait_for('its connection is closed', lambda: self.connections(sock) < before)
        self.assertEqual(self.sessions()['one']['state'], 'working')


if __name__ == '__main__':
    unittest.main()
