"""setup on the files of an invented home."""

import json
import os
import pty
import re
import select
import stat
import subprocess
import tempfile
import unittest

from fixture import PATIENCE_S, PROGRAM

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
BACKUP = '.before-otel-ai-monitor'


class Setup(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.home = self.directory.name
        self.environment = {'PATH': self.path('bin'), 'HOME': self.home, 'SHELL': '/bin/bash',
                            **{k: v for k, v in os.environ.items() if k.endswith('SAN_OPTIONS')}}

    def path(self, *names):
        return os.path.join(self.home, *names)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'w', encoding='utf-8') as f:
            f.write(text)

    def read(self, name):
        with open(self.path(name), encoding='utf-8') as f:
            return f.read()

    def files(self):
        return sorted(os.path.relpath(os.path.join(where, name), self.home)
                      for where, _, names in os.walk(self.home) for name in names)

    def run_setup(self, *arguments, **variables):
        return subprocess.run([PROGRAM, 'setup', *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              env={**self.environment, **variables}, check=False, text=True, timeout=PATIENCE_S)

    def answer(self, text, *arguments):
        """Runs it on a terminal on which this is typed; its output and its exit status."""
        pid, fd = pty.fork()
        if pid == 0:
            os.execve(PROGRAM, [PROGRAM, 'setup', *arguments], self.environment)
        os.write(fd, text.encode())
        seen = b''
        while select.select([fd], [], [], PATIENCE_S)[0]:
            try:
                more = os.read(fd, 4096)
            except OSError:
                break
            if not more:
                break
            seen += more
        os.close(fd)
        return seen.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def test_it_finds_clients_by_their_directory_and_by_their_program(self):
        done = self.run_setup('--dry-run')
        self.assertEqual(done.returncode, 0)
        self.assertIn('No supported assistant found', done.stdout)
        self.assertIn('gemini', done.stdout)
        os.mkdir(self.path('.qwen'))
        self.write('bin/claude', '')
        os.chmod(self.path('bin/claude'), 0o755)
        done = self.run_setup('--dry-run')
        self.assertIn('+++ ' + self.path('.claude/settings.json'), done.stdout)
        self.assertIn('+++ ' + self.path('.qwen/settings.json'), done.stdout)
        self.assertNotIn('.gemini', done.stdout)
        self.assertIn('left out: codex, gemini, copilot and opencode', done.stdout)
        self.assertEqual(self.files(), ['bin/claude'])

    def test_without_a_terminal_nothing_is_changed(self):
        self.write('.claude/settings.json', '{}\n')
        done = self.run_setup()
        self.assertEqual(done.returncode, 1)
        self.assertIn('--yes', done.stderr)
        self.assertEqual(self.read('.claude/settings.json'), '{}\n')

    def test_it_asks(self):
        self.write('.claude/settings.json', '{}\n')
        text, status = self.answer('n\n', 'claude-code')
        self.assertEqual(status, 0)
        self.assertIn('[y/N]', text)
        self.assertIn('Skipped.', text)
        self.assertEqual(self.read('.claude/settings.json'), '{}\n')
        text, status = self.answer('y\n', 'claude-code')
        self.assertEqual(status, 0)
        self.assertIn('env', json.loads(self.read('.claude/settings.json')))

    def test_a_change_keeps_a_copy_the_mode_and_the_link(self):
        before = '{\n\t"model": "opus",\n\t"env": {\n\t\t"A": "b"\n\t}\n}\n'
        self.write('dotfiles/claude.json', before)
        os.chmod(self.path('dotfiles/claude.json'), 0o640)
        os.mkdir(self.path('.claude'))
        os.symlink('../dotfiles/claude.json', self.path('.claude/settings.json'))
        done = self.run_setup('claude-code', '--yes', '--fast', OTLP_PORT='4319')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(os.path.islink(self.path('.claude/settings.json')))
        self.assertEqual(stat.S_IMODE(os.stat(self.path('dotfiles/claude.json')).st_mode), 0o640)
        self.assertEqual(self.read('dotfiles/claude.json' + BACKUP), before)
        settings = json.loads(self.read('dotfiles/claude.json'))
        self.assertEqual(list(settings), ['model', 'env', 'hooks'])
        self.assertEqual(settings['env']['A'], 'b')
        self.assertEqual(settings['env']['OTEL_EXPORTER_OTLP_ENDPOINT'], 'http://127.0.0.1:4319')
        self.assertEqual(settings['env']['OTEL_LOGS_EXPORT_INTERVAL'], '1000')
        self.assertNotIn('OTEL_TRACES_EXPORTER', settings['env'])
        command = settings['hooks']['Stop'][0]['hooks'][0]['command']
        self.assertTrue(command.endswith('otel-ai-monitor hook claude-code 2>/dev/null || true'), command)
        again = self.run_setup('claude-code', '--yes', '--fast', OTLP_PORT='4319')
        self.assertEqual(again.returncode, 0)
        self.assertIn('nothing to do', again.stdout)
        undone = self.run_setup('--undo', '--yes')
        self.assertEqual(undone.returncode, 0, undone.stderr)
        self.assertEqual(self.read('dotfiles/claude.json'), before)
        self.assertEqual(self.files(), ['.claude/settings.json', 'dotfiles/claude.json'])

    def test_undo_leaves_what_was_changed_since(self):
        self.write('.codex/config.toml', 'model = "x"')
        self.assertEqual(self.run_setup('codex', '--yes').returncode, 0)
        self.assertIn('trace_exporter', self.read('.codex/config.toml'))
        self.write('.codex/config.toml', self.read('.codex/config.toml') + '\n[tui]\na = 1\n')
        undone = self.run_setup('codex', '--undo', '--yes')
        self.assertEqual(undone.returncode, 0)
        self.assertEqual(self.read('.codex/config.toml'), 'model = "x"\n\n[tui]\na = 1\n')
        self.assertEqual(self.files(), ['.codex/config.toml', '.codex/config.toml' + BACKUP])

    def test_everything_comes_and_goes(self):
        before = {'.claude/settings.json': '{"a": 1}', '.codex/config.toml': 'x = 1\n[y]\nz = 2\n',
                  '.gemini/settings.json': '{\n  "ui": {}\n}\n', '.bashrc': 'alias x=y\n',
                  '.config/opencode/opencode.json': '{}\n', '.copilot/config.json': '{}'}
        for name, text in before.items():
            self.write(name, text)
        done = self.run_setup('--yes', '--fast', '--traces')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("copilot'", self.read('.bashrc'))
        self.assertIn("opencode'", self.read('.bashrc'))
        self.assertTrue(json.loads(self.read('.config/opencode/opencode.json'))['experimental']['openTelemetry'])
        again = self.run_setup('--yes', '--fast', '--traces')
        self.assertEqual(again.returncode, 0)
        self.assertNotIn('+++', again.stdout)
        self.assertEqual(again.stdout.count('nothing to do'), 8)
        self.assertNotIn('Next:', again.stdout)
        undone = self.run_setup('--yes', '--undo')
        self.assertEqual(undone.returncode, 0, undone.stderr)
        self.assertEqual({name: self.read(name) for name in self.files()},
                         {**before, '.config/opencode/opencode.json': '{}\n'})

    def test_what_cannot_be_read_is_left_alone_and_nothing_is_to_be_pasted(self):
        for name, text, why in (('.gemini/settings.json', '{\n  "a": 1\n  "b": 2\n}\n', 'line 3: '),
                                ('.gemini/settings.json', '{"telemetry": []}\n', '"telemetry" is not an object'),
                                ('.gemini/settings.json', '{"hooks": {"AfterTool": {}}}\n', '"AfterTool" is not a list'),
                                ('.codex/config.toml', '[[otel]]\n', '"otel" is not written as a table'),
                                ('.codex/config.toml', 'a = 1\nb =\n', 'line 2: not understood as TOML')):
            self.write(name, text)
            done = self.run_setup(name.split('/')[0][1:], '--yes')
            self.assertEqual(done.returncode, 1)
            self.assertIn('skipped, it cannot be edited safely: ', done.stdout)
            self.assertIn(why, done.stdout)
            self.assertNotIn('endpoint', done.stdout)
            self.assertEqual(self.read(name), text)

    def test_a_file_that_cannot_be_written_stays(self):
        self.write('.qwen/settings.json', '{}\n')
        os.mkdir(self.path('.claude'))
        os.symlink('/nowhere/settings.json', self.path('.claude/settings.json'))
        done = self.run_setup('claude-code', 'qwen', '--yes')
        self.assertEqual(done.returncode, 1)
        self.assertIn('.claude/settings.json', done.stderr)
        self.assertIn('telemetry', json.loads(self.read('.qwen/settings.json')))

    def test_other_collectors_stay(self):
        self.write('.claude/settings.json', '{"env": {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://otel.example"}}')
        done = self.run_setup('claude-code', '--yes')
        self.assertEqual(done.returncode, 1)
        self.assertIn('otel.example', done.stdout)
        settings = json.loads(self.read('.claude/settings.json'))
        self.assertEqual(settings['env'], {'OTEL_EXPORTER_OTLP_ENDPOINT': 'https://otel.example'})
        self.assertIn('hooks', settings)
        done = self.run_setup('qwen', '--yes', OTEL_EXPORTER_OTLP_ENDPOINT='https://otel.example')
        self.assertEqual(done.returncode, 1)
        self.assertNotIn('telemetry', json.loads(self.read('.qwen/settings.json')))

    def test_what_to_do_about_another_collector(self):
        self.write('.claude/settings.json', '{"env": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}}')
        for _ in range(2):  # the copy tells that it was there before
            done = self.run_setup('claude-code', '--yes', '--port', '4319')
            self.assertEqual(done.returncode, 1)
            self.assertIn('OTEL_EXPORTER_OTLP_ENDPOINT is "http://127.0.0.1:4318" (%s)'
                          % self.path('.claude/settings.json'), done.stdout)
            self.assertIn('an otlphttp exporter to\n    http://127.0.0.1:4319', done.stdout)
        settings = json.loads(self.read('.claude/settings.json'))
        self.assertEqual(settings['env'], {'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://127.0.0.1:4318'})

    def test_what_setup_wrote_moves_to_another_port(self):
        self.write('.gemini/settings.json', '{"ui": {}}')
        for name in ('claude-code', 'gemini', 'codex', 'copilot'):
            self.assertEqual(self.run_setup(name, '--yes').returncode, 0)
            done = self.run_setup(name, '--yes', '--port', '4319')
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn('+++ ', done.stdout)
            again = self.run_setup(name, '--yes', '--port', '4319')
            self.assertNotIn('+++ ', again.stdout)
        for name in ('.claude/settings.json', '.gemini/settings.json', '.codex/config.toml', '.bashrc'):
            self.assertIn('127.0.0.1:4319', self.read(name))
            self.assertNotIn('127.0.0.1:4318', self.read(name))
        self.assertEqual(self.run_setup('--undo', '--yes').returncode, 0)
        self.assertEqual(self.files(), ['.gemini/settings.json'])

    def test_the_service_gets_the_port_too(self):
        drop_in = '.config/systemd/user/otel-ai-monitor.socket.d/port.conf'
        self.write('.config/systemd/user/otel-ai-monitor.socket', '')
        self.assertNotIn('Port of the service', self.run_setup('codex', '--yes').stdout)
        done = self.run_setup('codex', '--yes', '--port', '4319')
        self.assertIn('systemctl --user restart otel-ai-monitor.socket', done.stdout)
        self.assertIn('ListenStream=\nListenStream=127.0.0.1:4319\nListenStream=[::1]:4319\n', self.read(drop_in))
        self.assertNotIn('Port of the service', self.run_setup('codex', '--yes', '--port', '4319').stdout)
        self.run_setup('codex', '--yes', '--port', '4320')
        self.assertIn('127.0.0.1:4320', self.read(drop_in))
        self.run_setup('codex', '--yes')
        self.assertNotIn(drop_in, self.files())
        self.write(drop_in, '[Socket]\nListenStream=4321\n')
        self.run_setup('codex', '--yes', '--port', '4320')
        self.assertEqual(self.read(drop_in), '[Socket]\nListenStream=4321\n')

    def test_what_comes_next(self):
        done = self.run_setup('codex', 'copilot', '--yes')
        for line in ('Restart Codex and Copilot CLI: ', 'Start codex and choose "Trust all and continue"',
                     'Open a new terminal for Copilot CLI', 'otel-ai-monitor doctor --watch'):
            self.assertIn(line, done.stdout)

    def test_clients_outside_of_path(self):
        for where in ('.local/bin', '.claude/local', '.npm-global/bin', 'n m/bin', '.nvm/versions/node/v22.1.0/bin',
                      'opt'):
            self.write('.npmrc', 'prefix = ~/n m\n')
            self.write('.bashrc', "# mine\nalias claude='A=b $HOME/opt/claude --x'\n" if where == 'opt' else '')
            self.write(where + '/claude', '#!/bin/sh\necho 2.1.329\n')
            os.chmod(self.path(where, 'claude'), 0o755)
            done = self.run_setup('--dry-run')
            self.assertIn('+    "PostCompact"', done.stdout, where)
            os.remove(self.path(where, 'claude'))
        self.write('.bashrc', "alias gemini='docker run gemini'\nalias geminis=x\n")
        self.assertIn('.gemini/settings.json', self.run_setup('--dry-run').stdout)

    def test_hooks_that_the_owner_of_the_machine_turned_off(self):
        self.write('system.json', '{ "hooksConfig": { "enabled": false } } // by us\n')
        done = self.run_setup('gemini', '--yes', GEMINI_CLI_SYSTEM_SETTINGS_PATH=self.path('system.json'))
        self.assertEqual(done.returncode, 1)
        self.assertIn('Gemini CLI runs no hooks: hooksConfig.enabled = false (%s)' % self.path('system.json'),
                      done.stdout)

    def test_variables_move_the_files(self):
        done = self.run_setup('claude-code', 'codex', 'gemini', 'qwen', 'opencode', '--yes',
                              CLAUDE_CONFIG_DIR=self.path('a'), CODEX_HOME=self.path('b'),
                              GEMINI_CLI_HOME=self.path('c'), QWEN_HOME=self.path('d'),
                              XDG_CONFIG_HOME=self.path('e'))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.files(), ['.bashrc', 'a/settings.json', 'b/config.toml', 'b/hooks.json',
                                        'c/.gemini/settings.json', 'd/settings.json', 'e/opencode/opencode.json'])

    def test_a_client_gets_the_hooks_of_its_version(self):
        for version, more in (('2.0.50 (Claude Code)', False), ('2.1.329 (Claude Code)', True)):
            self.write('bin/claude', '#!/bin/sh\n[ "$1" = --version ] && echo "%s"\n' % version)
            os.chmod(self.path('bin/claude'), 0o755)
            self.assertEqual(self.run_setup('claude-code', '--yes').returncode, 0)
            self.assertEqual('StopFailure' in json.loads(self.read('.claude/settings.json'))['hooks'], more)

    def test_what_is_left_out_is_told(self):
        done = self.run_setup('claude-code', '--yes')
        self.assertIn('7 of its hooks are left out, as its version is unknown', done.stdout)

    def test_the_hooks_are_those_of_the_documentation(self):
        with open(os.path.join(ROOT, 'docs/clients.md'), encoding='utf-8') as f:
            rows = [line.split('|') for line in f if line.startswith('| **')]
        events = {row[1].split('**')[1]: set(re.findall(r'`(\w+)`', row[2])) for row in rows}
        events['Qwen Code'] = events['Claude Code'] - {'CwdChanged'}
        for client, program, version, title, path in (
                ('claude-code', 'claude', '2.1.329', 'Claude Code', '.claude/settings.json'),
                ('codex', 'codex', '', 'Codex', '.codex/hooks.json'),
                ('gemini', 'gemini', '', 'Gemini CLI', '.gemini/settings.json'),
                ('qwen', 'qwen', '', 'Qwen Code', '.qwen/settings.json'),
                ('copilot', 'copilot', '1.0.102', 'Copilot CLI', '.copilot/settings.json')):
            self.write('bin/' + program, '#!/bin/sh\necho %s\n' % version)
            os.chmod(self.path('bin', program), 0o755)
            self.assertEqual(self.run_setup(client, '--yes').returncode, 0)
            self.assertEqual(set(json.loads(self.read(path))['hooks']), events[title])

    def test_print(self):
        self.write('.claude/settings.json', '{ // mine\n}\n')
        done = self.run_setup('claude-code', '--print')
        self.assertEqual(done.returncode, 0)
        self.assertEqual(json.loads(done.stdout[done.stdout.index('{'):])['env']['OTEL_LOGS_EXPORTER'], 'otlp')
        self.assertIn('to its [otel] table if it has one', self.run_setup('codex', '--print').stdout)
        self.assertNotIn('[boards]', done.stdout)  # of an assistant only
        self.assertIn('/config.ini:\n\n[boards]\ntasks-dir = ~/', self.run_setup('--print').stdout)

    def test_json(self):
        """What doctor would say, as words for programs."""
        self.write('.claude/settings.json', '{}\n')
        self.write('bin/claude', '#!/bin/sh\ntouch "$HOME/was-run"\n')
        os.chmod(self.path('bin/claude'), 0o755)
        self.write('.qwen/settings.json', '{ "telemetry": { "enabled": true, "target": "local", "otlpEndpoint": "http://collector:4318" } }\n')
        self.write('.gemini/settings.json', '{ this is none\n')
        os.mkdir(self.path('.codex'))
        self.assertEqual(self.run_setup('codex', '--yes', OTLP_PORT='4319').returncode, 0)
        before = {name: self.read(name) for name in self.files()}
        done = self.run_setup('--json', '--port', '4319')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        found = {c['client']: c for c in json.loads(done.stdout)}
        self.assertEqual({name: (c['found'], c['telemetry'], c['hooks']) for name, c in found.items()}, {
            'claude-code': (True, 'missing', 'missing'), 'codex': (True, 'here', 'untrusted'), 'gemini': (True, 'unknown', 'unknown'),
            'qwen': (True, 'elsewhere', 'missing'), 'copilot': (False, 'missing', 'missing'), 'opencode': (False, 'missing', 'none')})
        self.assertEqual(found['claude-code']['program'], self.path('bin/claude'))
        snippet, = found['claude-code']['snippets']
        self.assertEqual((snippet['path'], snippet['how'], snippet['left_out']), (self.path('.claude/settings.json'), 'merge', 7))
        self.assertEqual(json.loads(snippet['text'])['env']['OTEL_EXPORTER_OTLP_ENDPOINT'], 'http://127.0.0.1:4319')
        self.assertEqual([c['client'] for c in json.loads(self.run_setup('qwen', '--json').stdout)], ['qwen'])
        self.assertEqual({name: self.read(name) for name in self.files()}, before, 'nothing is changed, and no program was run')

    def test_names_that_are_not_known(self):
        done = self.run_setup('emacs')
        self.assertEqual((done.returncode, done.stdout), (2, ''))
        self.assertIn('"emacs"', done.stderr)


if __name__ == '__main__':
    unittest.main()
