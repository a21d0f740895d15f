"""examples/waybar in a real waybar; and the styles of examples/eww, as both are drawn by GTK 3."""

import subprocess
import unittest

from bars import EXAMPLES, WORKING, BarTest, need

need('sway', 'waybar', 'grim', 'dbus-run-session', 'sassc')


class Waybar(BarTest):
    def start_waybar(self, styles):
        self.start_sway()
        return self.run_program('dbus-run-session', '--', 'waybar', '-c', EXAMPLES + '/waybar/config.jsonc',
                                '-s', styles)

    def assert_no_errors(self, log):
        with open(log, encoding='utf-8', errors='replace') as f:
            self.assertNotIn('[error]', f.read())

    def test_states_are_seen(self):
        log = self.start_waybar(EXAMPLES + '/waybar/style.css')
        self.look_at_a_session()
        self.assert_no_errors(log)

    def test_the_ring_of_eww_turns(self):
        css = subprocess.run(['sassc', EXAMPLES + '/eww/eww.scss'], capture_output=True, check=True, text=True).stdout
        with open(self.path('style.css'), 'w', encoding='utf-8') as f:
            f.write(css.replace('.ai-ring', '#custom-ai.working') + '#custom-ai { color: rgba(0, 0, 0, 0); }')
        log = self.start_waybar(self.path('style.css'))
        self.hook('UserPromptSubmit')
        first = self.wait_picture('ring', lambda p: p.shows(WORKING))
        self.wait_picture('ring2', lambda p: p.shows(WORKING) and p.pixels != first.pixels)
        self.assert_no_errors(log)


if __name__ == '__main__':
    unittest.main()
