"""The commands, settings and links of the README and of docs/clients.md are tried: test_readme.py SOURCES"""

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest, prompt, read_some

ROOT = sys.argv.pop()

# Commands that want root, a service manager or minutes are not run here. Where their like is run; that it still
# stands there is all that is checked.
ELSEWHERE = {
    r'\./dev (deb|test|run|bench)': ('dev', r'^(deb|test|run|bench)\(\)'),
    r'sudo apt (install|purge) ': ('tests/install/test_deb.sh', r'dpkg --(install|purge)|dpkg -i'),
    r'meson (setup|compile|install) |sudo meson install |sudo ninja ': ('tests/install/test_install.sh', r'meson install'),
    r'otel-ai-monitor (enable|disable)': ('tests/daemon/test_commands.py', r"'(enable|disable)'"),
    r'systemctl --user (daemon-reload|enable|edit)|journalctl --user': (
        'tests/units/lib.sh', r'systemctl --user|journalctl --user'),
}


def read(name):
    with open(os.path.join(ROOT, name), encoding='utf-8') as f:
        return f.read()


README, CLIENTS = read('README.md'), read('docs/clients.md')


def blocks(text, language):
    return re.findall(r'^```%s\n(.*?)^```' % language, text, re.M | re.S)


def commands():
    """What is said to be run: the lines of the shell's blocks, and what stands in the text like a command."""
    lines = [line for block in blocks(README, 'sh') for line in block.splitlines()]
    text = re.sub(r'^```.*?^```', '', README, flags=re.M | re.S)
    spans = re.findall(r'`((?:otel-ai-monitor|sudo|curl|\./dev|systemctl|journalctl)(?: [^`]+)?)`', text)
    return sorted({*lines, *spans})


class Readme(DaemonTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path('bin'))
        os.symlink(PROGRAM, self.path('bin', 'otel-ai-monitor'))
        self.shell = {**self.environment, 'HOME': self.directory.name, 'OTLP_PORT': str(self.port),
                      'PATH': self.path('bin') + ':/usr/bin:/bin'}

    def run_line(self, line):
        """Runs it until it ends, has said something or has nothing to say; its output."""
        with subprocess.Popen(['bash', '-c', line], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, env=self.shell, start_new_session=True) as child:
            said = read_some(child.stdout.fileno(), 2)
            try:
                return (said + child.communicate(timeout=0.5)[0]).decode()
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGTERM)
                return (said + child.communicate(timeout=PATIENCE_S)[0]).decode()

    def test_every_command_is_run_or_known(self):
        self.post('/v1/logs', prompt('one'))
        self.assertGreater(len(commands()), 20)
        for line in commands():
            with self.subTest(line):
                elsewhere = [place for words, place in ELSEWHERE.items() if re.match(words, line)]
                if elsewhere:
                    where, words = elsewhere[0]
                    self.assertRegex(read(where), re.compile(words, re.M))
                    continue
                line = line.removeprefix('build/')
                said = self.run_line(line.replace(':4318', ':%d' % self.port).replace('| jq', '| jq --unbuffered'))
                for wrong in ('unknown', 'no option', 'usage', 'not found', 'Usage', 'HTTP status'):
                    self.assertNotIn(wrong, said if '--help' not in line else '')

    def test_what_the_commands_say(self):
        self.post('/v1/logs', prompt('one'))
        self.wait_for('a session', self.sessions)
        self.assertRegex(self.run_line('otel-ai-monitor status'), r'working +claude-code')
        self.assertEqual(self.run_line('otel-ai-monitor status --format plain')[-2:], '1\n')
        for name in set(re.findall(r'watch --format (\w+)`', README)):
            self.assertTrue(self.run_line('otel-ai-monitor watch --format ' + name).strip(), name)

    def test_every_setting_is_known(self):
        (block,) = blocks(README, 'ini')
        path = self.path('config.ini')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(block)
        done = subprocess.run([PROGRAM, 'status', '--config', path], env=self.shell, check=False,
                              capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_every_link_and_picture_is_there(self):
        for where, text in (('.', README), ('docs', CLIENTS)):
            headings = {re.sub(r'[^a-z0-9 -]', '', h.lower()).replace(' ', '-') for h in re.findall(r'^#+ (.*)', text, re.M)}
            for link in re.findall(r'\]\(([^)]+)\)', text):
                if link.startswith('#'):
                    self.assertIn(link[1:], headings)
                elif not link.startswith('https://'):
                    self.assertTrue(os.path.exists(os.path.join(ROOT, where, link)), link)

    def test_the_files_of_clients_can_be_read(self):
        for block in blocks(CLIENTS, ''):
            if block.startswith('['):
                self.assertIn('otel', tomllib.loads(block))
            elif block.startswith('"'):
                json.loads('{%s}' % block)
            else:
                subprocess.run(['bash', '-eu', '-c', block], check=True, timeout=PATIENCE_S)


if __name__ == '__main__':
    unittest.main()
