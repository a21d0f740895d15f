"""The FIFO as examples/eww/README.md says to read it: through stop, SIGKILL and restart of the daemon."""

import json
import os
import re
import signal
import subprocess
import unittest

from bars import EXAMPLES, BarTest
from fixture import PATIENCE_S


class Pipe(BarTest):
    def read_pipe(self):
        """Runs the README's loop; the path of what it prints."""
        with open(EXAMPLES + '/eww/README.md', encoding='utf-8') as f:
            (loop,) = re.findall(r'^```sh\n(while .*)\n```', f.read(), re.M)
        with open(self.path('seen'), 'wb') as seen:
            reader = subprocess.Popen(['sh', '-c', loop], stdin=subprocess.DEVNULL, stdout=seen,
                                      stderr=subprocess.DEVNULL, env=self.environment, start_new_session=True)
        self.addCleanup(self.end_group, reader)

    def seen(self):
        with open(self.path('seen'), encoding='utf-8') as f:
            return [json.loads(line) for line in f.read().splitlines()]

    def wait_last(self, what, condition):
        self.wait_for(what, lambda: self.seen() and condition(self.seen()[-1]))

    def start_again(self):
        self.daemon = self.start(*self.ARGUMENTS)
        self.port = self.port_of(self.daemon)

    def look_at_a_new_session(self, name):
        self.hook('UserPromptSubmit', session=name)
        self.wait_last(name, lambda line: name in [s['session_id'] for s in line['sessions']] and
                       line['has_working'] and line['counts']['working'] >= 1)

    def test_reader_comes_first(self):
        self.end(self.daemon)
        self.read_pipe()
        self.start_again()
        self.look_at_a_new_session('a')

    def test_through_stop_kill_and_restart(self):
        self.read_pipe()
        self.look_at_a_new_session('a')
        self.end(self.daemon)
        self.wait_last('the last word', lambda line: line.get('error') == 'stopped')
        self.start_again()
        self.look_at_a_new_session('b')
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait(PATIENCE_S)
        self.assertTrue(os.path.exists(os.path.join(self.run_dir, 'otel-ai-monitor.pipe')))
        self.start_again()
        self.look_at_a_new_session('c')
        for line in self.seen():
            self.assertLessEqual({'has_working', 'counts', 'sessions'}, line.keys())


if __name__ == '__main__':
    unittest.main()
