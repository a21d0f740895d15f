"""examples/picker with the menus that it is for."""

import os
import shutil
import subprocess
import unittest

from bars import EXAMPLES, BarTest, need

need('jq', 'tmux')
PICK = EXAMPLES + '/picker/ai-pick'
EVIL = "-x'; touch trap; $(touch trap) #"


class Picker(BarTest):
    PART = 10000  # all of the screen

    def setUp(self):
        super().setUp()
        self.record_clicks()
        self.hook('UserPromptSubmit', session='works', project='webshop')
        self.hook('PermissionRequest', session=EVIL, project="R&D <b>'$(touch trap)", tool_name='Bash')

    def tmux(self, *arguments):
        return subprocess.run(['tmux', '-L', 'picker', *arguments], capture_output=True, check=True, text=True,
                              cwd=self.directory.name,
                              env={**self.environment, 'TMUX_TMPDIR': self.run_dir, 'TERM': 'xterm-256color'}).stdout

    def wait_focus(self, session):
        self.wait_for('a pick', self.clicks)
        self.assertEqual(self.clicks(), 'focus|--|%s|' % session)
        self.assertFalse(os.path.exists('trap') or os.path.exists(self.path('trap')))

    def test_terminal(self):
        self.tmux('-f', '/dev/null', 'new-session', '-d', '-x', '90', '-y', '12', PICK + ' terminal; cat')
        self.addCleanup(self.tmux, 'kill-server')
        shown = self.wait_for('the question', lambda: (lambda text: text if 'Go to:' in text else '')(
            self.tmux('capture-pane', '-p')))
        self.assertRegex(shown, r"1  R&D <b>'\$\(touch trap\)  claude-code  permission\n")
        self.assertRegex(shown, r'2  webshop +claude-code  working\n')
        self.tmux('send-keys', '1', 'Enter')
        self.wait_focus(EVIL)

    def test_nothing_picked(self):
        for answer in ('\n', '0\n', 'x\n', '', '99\n'):
            done = subprocess.run([PICK, 'terminal'], input=answer, capture_output=True, text=True, check=False,
                                  cwd=self.directory.name, env=self.environment)
            self.assertNotEqual(done.returncode, 0, answer)
        self.assertEqual(self.clicks(), '')

    @unittest.skipUnless(shutil.which('rofi') and shutil.which('Xvfb') and shutil.which('xdotool'), 'no rofi')
    def test_rofi(self):
        self.start_x(900, 300)
        empty = self.wait_for('a screen', self.picture)
        self.run_program(PICK, 'rofi')
        self.wait_picture('rofi', lambda p: p.pixels != empty.pixels)
        self.press('sleep', '0.5', 'type', 'webshop')
        self.press('sleep', '0.3', 'key', 'Return')
        self.wait_focus('works')

    @unittest.skipUnless(shutil.which('fuzzel') and shutil.which('sway') and shutil.which('xdotool'), 'no fuzzel')
    def test_fuzzel(self):
        self.start_sway(900, 300, with_pointer=True)
        empty = self.wait_for('a screen', self.picture)
        self.run_program(PICK, 'fuzzel')
        self.wait_picture('fuzzel', lambda p: p.pixels != empty.pixels)
        self.press('mousemove', '450', '150', 'sleep', '0.5', 'type', 'webshop')
        self.press('sleep', '0.3', 'key', 'Return')
        self.wait_focus('works')


if __name__ == '__main__':
    unittest.main()
