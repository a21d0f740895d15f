"""What bash, zsh and fish offer when one types: the real shells, each in a terminal of its own."""

import json
import os
import pty
import select
import shlex
import shutil
import signal
import subprocess
import time
import unittest

from fixture import DaemonTest, PATIENCE_S, PROGRAM

COMPLETIONS = os.environ['TEST_COMPLETIONS']
BASH_COMPLETION = '/usr/share/bash-completion/bash_completion'
EVERYTHING = '\x18a'  # ^X a: put every candidate into the line
TELL = '\x18t'        # ^X t: write the line into the file

BASH_RC = '''
. %(library)s
. %(script)s
bind '"\\C-xa": insert-completions'
bind -x '"\\C-xt": printf "%%s\\n" "$READLINE_LINE" >>%(told)s'
PS1='read''y> '
'''
ZSH_RC = '''
fpath=(%(functions)s $fpath)
autoload -Uz compinit && compinit -u -D
zstyle ':completion:all:*' completer _all_matches _complete
zstyle ':completion:all:*' insert yes
zle -C all complete-word _generic && bindkey '^Xa' all
tell() { print -r -- "$BUFFER" >>%(told)s }
zle -N tell && bindkey '^Xt' tell
PS1='read''y> '
'''


class Terminal:
    """A shell that was started with these arguments, and has said it is ready."""

    def __init__(self, argv, environment, told):
        self.told, self.seen = told, b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, environment)
        self.read_until(lambda: b'ready> ' in self.seen)

    def read_until(self, condition):
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise AssertionError('the shell said only: %r' % self.seen)
            if select.select([self.fd], [], [], 0.02)[0]:
                self.seen += os.read(self.fd, 65536)

    def line_after(self, keys):
        """The command line after these keys and ^X t."""
        before = self.lines()
        os.write(self.fd, ('\x15' + keys + TELL).encode())
        self.read_until(lambda: len(self.lines()) > len(before))
        return self.lines()[-1]

    def lines(self):
        if not os.path.exists(self.told):
            return []
        with open(self.told, encoding='utf-8') as f:
            return f.read().split('\n')[:-1]

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


class CompletionTests:
    """For each shell; offered(typed) gives the candidates for the last word."""

    def setUp(self):
        super().setUp()
        self.environment.update(
            HOME=self.directory.name, TERM='xterm', LC_ALL='C.UTF-8',
            PATH=os.path.dirname(os.path.abspath(PROGRAM)) + ':' + os.environ['PATH'])

    def asked(self, *words):
        """The program's own answer."""
        answer = subprocess.run([PROGRAM, 'complete', *words], env=self.environment, check=True,
                                capture_output=True, text=True, timeout=PATIENCE_S)
        return [line.split('\t')[0] for line in answer.stdout.splitlines()]

    def complete_turn(self, session):
        """A session whose turn is over."""
        now = time.time_ns()
        attributes = [{'key': k, 'value': {'stringValue': v}} for k, v in (
            ('gen_ai.operation.name', 'invoke_agent'), ('gen_ai.conversation.id', session))]
        span = {'traceId': '01' * 16, 'spanId': '02' * 8, 'name': 'invoke_agent', 'attributes': attributes,
                'startTimeUnixNano': str(now - 10**9), 'endTimeUnixNano': str(now)}
        service = {'key': 'service.name', 'value': {'stringValue': 'some-agent'}}
        self.post('/v1/traces', json.dumps({'resourceSpans': [{
            'resource': {'attributes': [service]}, 'scopeSpans': [{'spans': [span]}]}]}).encode())

    def test_commands(self):
        self.assertEqual(self.offered('wat'), ['watch'])
        self.assertEqual(sorted(self.offered('')), sorted(self.asked('')))

    def test_options(self):
        self.assertEqual(self.offered('--pi'), ['--pipe'])
        self.assertEqual(sorted(self.offered('watch --')), sorted(self.asked('watch', '--')))

    def test_values(self):
        self.assertEqual(sorted(self.offered('watch --format ')), sorted(self.asked('watch', '--format', '')))
        self.assertEqual(self.offered('watch --format li'), ['list'])
        self.assertEqual(self.offered('--stdout=a'), ['--stdout=auto'])
        self.assertEqual(self.offered('--port '), [])
        self.assertEqual(self.offered('wait --for done,per'), ['done,permission'])
        self.assertEqual(sorted(self.offered('hook co')), ['codex', 'copilot'])
        self.assertEqual(self.offered('setup wa'), ['waybar'])
        self.assertEqual(self.offered('help wai'), ['wait'])

    def test_files(self):
        for name in ('one.ini', 'other.ini'):
            with open(self.path(name), 'w', encoding='utf-8'):
                pass
        self.assertEqual(self.offered('--config ' + self.path('on')), [self.path('one.ini')])
        self.assertEqual(self.offered('--config=' + self.path('on')), ['--config=' + self.path('one.ini')])

    def test_sessions(self):
        for session in ('5f0c', 'run:7', 'run:8'):
            self.complete_turn(session)
        self.wait_for('three completed sessions', lambda: len(
            [s for s in self.sessions().values() if s['state'] == 'completed']) == 3)
        self.assertEqual(sorted(self.offered('ack ')), ['5f0c', 'run:7', 'run:8'])
        self.assertEqual(self.offered('ack run:8'), ['run:8'])
        self.assertEqual(self.offered('--socket /nowhere --port 1 ack '), [])


class ProgramTest(DaemonTest):
    def test_nobody_waits_for_a_daemon_that_hangs(self):
        self.daemon.send_signal(signal.SIGSTOP)
        self.addCleanup(self.daemon.send_signal, signal.SIGCONT)
        answer = subprocess.run([PROGRAM, 'complete', 'ack', ''], env=self.environment, check=True,
                                capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual((answer.stdout, answer.stderr), ('', ''))


class InTerminal(CompletionTests):
    def setUp(self):
        super().setUp()
        self.told = self.path('told')
        self.terminal = Terminal(self.prepare(), self.environment, self.told)
        self.addCleanup(self.terminal.close)

    def offered(self, typed):
        before = 'otel-ai-monitor ' + typed
        line = self.terminal.line_after(before + EVERYTHING)
        if line == before:
            return []
        first = before.rpartition(' ')[0]
        self.assertTrue(line.startswith(first), line)
        return shlex.split(line[len(first):])

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as f:
            f.write(text % {
                'told': self.told, 'library': BASH_COMPLETION, 'functions': self.directory.name,
                'script': os.path.join(COMPLETIONS, 'otel-ai-monitor.bash')})
        return self.path(name)


@unittest.skipUnless(os.path.exists(BASH_COMPLETION), 'bash-completion is missing')
class BashTest(InTerminal, DaemonTest):
    def prepare(self):
        return ['bash', '--noprofile', '--rcfile', self.write('rc', BASH_RC), '-i']

    def test_tab(self):
        self.assertEqual(self.terminal.line_after('otel-ai-monitor --std\t'), 'otel-ai-monitor --stdout ')
        self.assertEqual(self.terminal.line_after('otel-ai-monitor wat\t--f\tl\t'),
                         'otel-ai-monitor watch --format list ')


@unittest.skipUnless(shutil.which('zsh'), 'zsh is missing')
class ZshTest(InTerminal, DaemonTest):
    def prepare(self):
        shutil.copy(os.path.join(COMPLETIONS, 'otel-ai-monitor.zsh'), self.path('_otel-ai-monitor'))
        self.write('.zshrc', ZSH_RC)
        self.environment['ZDOTDIR'] = self.directory.name
        return ['zsh', '--no-globalrcs', '-i']

    def test_tab(self):
        self.assertEqual(self.terminal.line_after('otel-ai-monitor wat\t--f\tl\t'),
                         'otel-ai-monitor watch --format list ')


@unittest.skipUnless(shutil.which('fish'), 'fish is missing')
class FishTest(CompletionTests, DaemonTest):
    """complete -C answers as the Tab key does."""

    def offered(self, typed):
        return [line.split('\t')[0] for line in self.candidates(typed)]

    def test_help_is_shown(self):
        self.assertRegex(self.candidates('stat')[0], r'^status\tprint the sessions')

    def candidates(self, typed):
        script = os.path.join(COMPLETIONS, 'otel-ai-monitor.fish')
        command = '. %s; complete -C %s' % tuple(map(shlex.quote, (script, 'otel-ai-monitor ' + typed)))
        answer = subprocess.run(['fish', '--no-config', '-c', command], env=self.environment, check=True,
                                capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual(answer.stderr, '')
        return answer.stdout.splitlines()


if __name__ == '__main__':
    unittest.main()
