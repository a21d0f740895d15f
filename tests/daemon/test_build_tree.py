"""What belongs to the program is found beside it in its build directory, and where it was installed otherwise."""

import os
import shutil
import subprocess
import unittest

from fixture import PROGRAM, DaemonTest

BUILD = os.path.dirname(PROGRAM)


@unittest.skipUnless(os.path.exists(BUILD + '/build.ninja'), 'the program that is tested was installed')
class BuildTree(DaemonTest):
    def run_program(self, program, *arguments):
        return subprocess.run([program, *arguments], env={**self.environment, 'OTLP_PORT': str(self.port)},
                              capture_output=True, text=True, check=False)

    def put_program(self, *others):
        """A copy of the program in a directory of its own, with empty files of these names."""
        directory = self.path('copy%d' % len(os.listdir(self.directory.name)))
        os.mkdir(directory)
        for name in others:
            with open(os.path.join(directory, name), 'w', encoding='utf-8') as f:
                f.write('#!/bin/sh\necho beside >&2\nexit 1\n')
            os.chmod(os.path.join(directory, name), 0o755)
        return shutil.copy(PROGRAM, directory)

    def test_examples(self):
        self.assertIn('# %s/examples/waybar/style.css' % BUILD, self.run_program(PROGRAM, 'setup', 'waybar').stdout)
        program = self.put_program()
        os.symlink(os.path.realpath(BUILD + '/examples'), os.path.dirname(program) + '/examples')
        self.assertNotIn(os.path.dirname(program), self.run_program(program, 'setup', 'waybar').stdout)

    def test_what_focus_runs(self):
        self.hook('UserPromptSubmit')
        for others, is_beside in ((('build.ninja', 'otel-ai-monitor-focus'), True), (('build.ninja',), False),
                                  (('otel-ai-monitor-focus',), False)):
            done = self.run_program(self.put_program(*others), 'focus')
            self.assertEqual(done.stderr == 'beside\n', is_beside, (others, done.stderr))

    def test_a_path_of_the_users_comes_first(self):
        self.hook('UserPromptSubmit')
        self.environment['OTEL_AI_MONITOR_FOCUS'] = '/bin/false'
        done = self.run_program(self.put_program('build.ninja', 'otel-ai-monitor-focus'), 'focus')
        self.assertEqual((done.returncode, done.stderr), (1, ''))

    def hook(self, event):
        subprocess.run([PROGRAM, 'hook', 'claude-code', '{"hook_event_name":"%s","session_id":"s","cwd":"/"}' % event],
                       env=self.environment, check=True)


if __name__ == '__main__':
    unittest.main()
