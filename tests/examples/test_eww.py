"""examples/eww in a real eww. Debian has none, so this runs where its user installed one."""

import os
import subprocess
import unittest

from bars import ATTENTION, BACKGROUND, COMPLETED, EXAMPLES, WORKING, BarTest, need
from fixture import prompt

need('Xvfb', 'eww', 'import', 'dbus-run-session', 'xdotool')
SCREEN_WIDTH = 640


class Eww(BarTest):
    PART = SCREEN_WIDTH

    def eww(self, *arguments):
        """Its client, which waits for ever if the server has begun but does not answer yet."""
        def answers():
            try:
                return subprocess.run(['eww', '--config', EXAMPLES + '/eww', *arguments], capture_output=True,
                                      check=False, timeout=3, env={**self.environment, **self.screen}).returncode == 0
            except subprocess.TimeoutExpired:
                return False
        self.wait_for('eww ' + ' '.join(arguments), answers)

    def setUp(self):
        super().setUp()
        self.record_clicks()
        self.start_x(SCREEN_WIDTH, 360)
        self.run_program('dbus-run-session', '--', 'eww', '--no-daemonize', '--config', EXAMPLES + '/eww', 'daemon')
        self.eww('ping')
        self.eww('open', 'bar')

    def test_panel(self):
        self.eww('open', 'ai-panel')
        self.wait_picture('empty', lambda p: p.shows(BACKGROUND) and not p.shows(WORKING))
        self.hook('UserPromptSubmit')
        self.post('/v1/logs', prompt('s', name='api_request', more=[
            ('input_tokens', '38000'), ('output_tokens', '1100'), ('cost_usd', '0.42')]))
        self.hook('UserPromptSubmit', session='t', project='R&D <site>')
        self.wait_picture('working', lambda p: p.shows(WORKING))
        self.hook('UserPromptSubmit', session='u', project='api')
        self.hook('Stop', session='u', project='api')
        self.hook('PermissionRequest', session='t', project='R&D <site>', tool_name='Bash')
        self.wait_picture('attention', lambda p: all(map(p.shows, (ATTENTION, WORKING, COMPLETED))))
        self.eww('update', 'ai-tab=waiting')
        self.wait_picture('waiting', lambda p: p.shows(ATTENTION) and not p.shows(WORKING))
        self.eww('update', 'ai-tab=all')
        self.wait_picture('all again', lambda p: all(map(p.shows, (ATTENTION, WORKING, COMPLETED))))
        self.end(self.daemon)
        self.wait_picture('unreachable', lambda p: not any(map(p.shows, (WORKING, ATTENTION, COMPLETED))))

    def test_a_click_brings_no_text_to_a_shell(self):
        self.eww('open', 'ai-panel')
        evil = 'x;touch %s' % self.path('evil')
        self.hook('UserPromptSubmit', session=evil)
        self.hook('UserPromptSubmit', session='good-1')
        self.hook('PermissionRequest', session='good-1', tool_name='Bash')
        self.wait_picture('rows', lambda p: p.shows(ATTENTION) and p.shows(WORKING))
        for y in ('120', '172'):
            self.press('mousemove', str(SCREEN_WIDTH - 210), y, 'sleep', '0.3', 'click', '1')
        self.wait_for('a click', self.clicks)
        self.assertEqual(self.clicks(), 'focus|good-1|')
        self.assertFalse(os.path.exists(self.path('evil')))


if __name__ == '__main__':
    unittest.main()
