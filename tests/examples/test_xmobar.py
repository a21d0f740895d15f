"""examples/xmobar in a real xmobar."""

import unittest

from bars import ATTENTION, EXAMPLES, BarTest, need

need('Xvfb', 'xmobar', 'import', 'xdotool', 'dbus-run-session')


class Xmobar(BarTest):
    def test_states_are_seen(self):
        self.start_on_x('dbus-run-session', '--', 'xmobar', EXAMPLES + '/xmobar/xmobarrc')
        self.look_at_a_session()

    def test_a_name_brings_no_action_along(self):
        self.record_clicks()
        self.PART = 640  # the name is long
        self.start_on_x('dbus-run-session', '--', 'xmobar', EXAMPLES + '/xmobar/xmobarrc')
        self.hook('PermissionRequest', project='x<action=`otel-ai-monitor focus trap`>y', tool_name='Bash')
        self.wait_picture('trap', lambda p: p.shows(ATTENTION))
        for x in range(400, 630, 10):
            self.press('mousemove', str(x), '16', 'click', '1')
        self.wait_for('a click', self.clicks)
        self.assertEqual(set(self.clicks().split('focus|')), {''})


if __name__ == '__main__':
    unittest.main()
