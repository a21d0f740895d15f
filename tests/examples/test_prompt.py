"""examples/prompt in real shells, and what examples/starship runs."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
import tomllib
import unittest

from bars import EXAMPLES, BarTest, need
from fixture import PATIENCE_S

need('bash')
NAME = '$(touch trap)`touch trap`%n%{\\w'  # in the test's directory


class Prompt(BarTest):
    def prompt_of(self, *shell, wanted):
        """What the shell prints on a terminal until this stands there."""
        master, slave = pty.openpty()
        with subprocess.Popen(shell, stdin=slave, stdout=slave, stderr=slave, cwd=self.directory.name,
                              start_new_session=True,
                              env={**self.environment, 'TERM': 'xterm', 'COLUMNS': '120', 'LINES': '24'}) as child:
            os.close(slave)
            said, end = '', time.monotonic() + PATIENCE_S
            while wanted not in said and time.monotonic() < end:
                if select.select([master], [], [], 0.1)[0]:
                    said = re.sub(r'\x1b\[[0-9;?]*[a-zA-Z]|\r', '', said + os.read(master, 65536).decode())
            child.kill()
        os.close(master)
        return said

    def look_at(self, *shell):
        self.hook('UserPromptSubmit')
        self.assertIn('⠹ 1', self.prompt_of(*shell, wanted='⠹ 1'))
        self.hook('PermissionRequest', project=NAME, tool_name='Bash')
        text = self.plain()
        self.assertIn('trap', text)
        self.assertIn(text, self.prompt_of(*shell, wanted=text))
        self.assertFalse(os.path.exists(self.path('trap')))

    def plain(self):
        return subprocess.run(['otel-ai-monitor', 'status', '--format', 'plain'], capture_output=True, text=True,
                              check=True, env=self.environment).stdout.strip()

    def test_bash(self):
        with open(self.path('bashrc'), 'w', encoding='utf-8') as f:
            f.write("PS1='here> '\n. %s/prompt/prompt.bash\n" % EXAMPLES)
        self.look_at('bash', '--rcfile', self.path('bashrc'), '-i')

    @unittest.skipUnless(shutil.which('zsh'), 'zsh is not installed')
    def test_zsh(self):
        shutil.copy(EXAMPLES + '/prompt/prompt.zsh', self.path('.zshrc'))
        self.environment['ZDOTDIR'] = self.directory.name
        self.look_at('zsh', '-i')

    @unittest.skipUnless(shutil.which('fish'), 'fish is not installed')
    def test_fish(self):
        os.makedirs(self.path('config', 'fish'))
        shutil.copy(EXAMPLES + '/prompt/prompt.fish', self.path('config', 'fish', 'config.fish'))
        self.hook('PermissionRequest', project=NAME, tool_name='Bash')
        done = subprocess.run(['fish', '-c', 'fish_right_prompt'], capture_output=True, text=True, check=True,
                              cwd=self.directory.name, env=self.environment)
        self.assertEqual(done.stdout.strip(), self.plain())
        self.assertFalse(os.path.exists(self.path('trap')))

    def test_starship(self):
        with open(EXAMPLES + '/starship/starship.toml', 'rb') as f:
            module = tomllib.load(f)['custom']['ai']
        self.hook('UserPromptSubmit')

        def output():
            return subprocess.run([*module['shell'], '-c', module['command']], capture_output=True, text=True,
                                  check=True, env=self.environment).stdout
        self.assertEqual(output(), '⠹ 1\n')
        self.end(self.daemon)
        self.assertEqual(output(), '\n')


if __name__ == '__main__':
    unittest.main()
