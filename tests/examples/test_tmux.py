"""examples/tmux in a real tmux, whose client runs in another one that tells what is on its screen."""

import os
import subprocess
import unittest

from bars import EXAMPLES, BarTest, need

need('tmux')


class Tmux(BarTest):
    def tmux(self, server, *arguments):
        return subprocess.run(['tmux', '-L', server, *arguments], capture_output=True, check=True, text=True,
                              cwd=self.directory.name,
                              env={**self.environment, 'TMUX_TMPDIR': self.run_dir, 'TERM': 'xterm-256color'}).stdout

    def shown(self):
        return self.tmux('outer', 'capture-pane', '-p').rstrip('\n').rpartition('\n')[2]

    def wait_shown(self, text):
        self.wait_for('a status line with ' + text, lambda: text in self.shown())

    def test_states_are_seen(self):
        for server, file, command in (('inner', EXAMPLES + '/tmux/tmux.conf', 'cat'),
                                      ('outer', '/dev/null', 'env -u TMUX tmux -L inner attach')):
            self.tmux(server, '-f', file, 'new-session', '-d', '-x', '100', '-y', '8', command)
            self.addCleanup(self.tmux, server, 'kill-server')
        self.hook('UserPromptSubmit')
        self.wait_for('a frame', lambda: any(frame + ' 1 ' in self.shown() for frame in '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'))
        name = '#(touch trap)#[reverse]#{pid}'  # in the servers' directory
        self.hook('PermissionRequest', tool_name='Bash')
        self.wait_shown('● 1 webshop ')
        self.hook('Stop')
        self.wait_shown('✓ 1 ')
        self.hook('UserPromptSubmit', session='t', project=name)
        self.hook('PermissionRequest', session='t', project=name, tool_name='Bash')
        self.wait_shown('● 1 ' + name)
        self.assertFalse(os.path.exists(self.path('trap')))
        self.end(self.daemon)
        self.wait_shown('✗ ')


if __name__ == '__main__':
    unittest.main()
