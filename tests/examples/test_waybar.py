"""examples/waybar in a real waybar; and the styles of examples/eww, as both are drawn by GTK 3."""

import json
import re
import shutil
import subprocess
import unittest

from bars import ATTENTION, COMPLETED, EXAMPLES, WORKING, BarTest, need
from fixture import prompt

need('sway', 'waybar', 'grim', 'dbus-run-session', 'sassc')


# What its user's bar looks like already; the example adds to it.
USERS_BAR = """
* { font-family: "DejaVu Sans", "Material Design Icons"; font-size: 14px; border: none; min-height: 0; }
window#waybar { background: #1e1e2e; color: #cdd6f4; }
#workspaces button { padding: 0 10px; color: #cdd6f4; }
"""


def read(name):
    with open(EXAMPLES + '/' + name, encoding='utf-8') as f:
        return f.read()


class Waybar(BarTest):
    def start_waybar(self, styles, config=EXAMPLES + '/waybar/config.jsonc', with_pointer=False):
        path = self.path('style.css')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(USERS_BAR + styles)
        self.start_sway(with_pointer=with_pointer)
        return self.run_program('dbus-run-session', '--', 'waybar', '-c', config, '-s', path)

    def assert_no_errors(self, log):
        with open(log, encoding='utf-8', errors='replace') as f:
            self.assertNotIn('[error]', f.read())

    def test_states_are_seen(self):
        log = self.start_waybar(read('waybar/style.css'))
        self.look_at_a_session()
        self.assert_no_errors(log)

    def test_each_number_has_its_colour(self):
        log = self.start_waybar(read('waybar/style.css'))
        self.hook('UserPromptSubmit')
        self.hook('UserPromptSubmit', session='t', project='api')
        self.hook('PermissionRequest', session='t', project='api', tool_name='Bash')
        self.hook('UserPromptSubmit', session='u', project='docs')
        self.hook('Stop', session='u', project='docs')
        self.wait_picture('colours', lambda p: all(map(p.shows, (ATTENTION, WORKING, COMPLETED))))
        self.assert_no_errors(log)

    @unittest.skipUnless(shutil.which('Xvfb') and shutil.which('xdotool'), 'no pointer without Xvfb and xdotool')
    def test_tooltip(self):
        log = self.start_waybar(read('waybar/style.css'), with_pointer=True)
        for name, tokens, cost in (('webshop', 39000, 0.42), ('R&D <site>', 97500, 1.07), ('api', 2100, 0.03)):
            self.hook('UserPromptSubmit', session=name, project=name)
            self.post('/v1/logs', prompt(name, name='api_request', more=[
                ('input_tokens', str(tokens)), ('cost_usd', str(cost))]))
        self.hook('PermissionRequest', session='R&D <site>', project='R&D <site>', tool_name='Bash')
        self.hook('Stop', session='api', project='api')
        bar = self.wait_picture('module', lambda p: all(map(p.shows, (ATTENTION, WORKING, COMPLETED))))
        below = len(bar.pixels) // 3  # the bar is 32 of 120 pixels high

        self.press('mousemove', '590', '12', 'sleep', '0.3', 'mousemove', '592', '14')
        self.wait_picture('tooltip', lambda p: p.pixels[below:] != bar.pixels[below:])
        self.assert_no_errors(log)

    @unittest.skipUnless(shutil.which('Xvfb') and shutil.which('xdotool'), 'no pointer without Xvfb and xdotool')
    def test_a_long_line_of_the_tooltip_is_not_broken(self):
        self.PART = 640
        self.start_waybar(read('waybar/style.css') + 'tooltip label { font-size: 8px; }', with_pointer=True)
        project = 'with-a-name-of-its-own'  # GTK breaks lines of more than 70 characters
        self.hook('UserPromptSubmit', project=project)
        self.post('/v1/logs', prompt('s', name='api_request', more=[('input_tokens', '39000'), ('cost_usd', '0.42')]))
        self.hook('PermissionRequest', project=project, tool_name='Bash')
        below = self.PART * 3 * 40
        bar = self.wait_picture('long', lambda p: p.shows(ATTENTION))
        self.press('mousemove', '590', '12', 'sleep', '0.3', 'mousemove', '592', '14')
        tooltip = self.wait_picture('long tooltip', lambda p: p.pixels[below:] != bar.pixels[below:])
        rows = [max(tooltip.pixels[i:i + self.PART * 3]) > 0xd0
                for i in range(below, len(tooltip.pixels), self.PART * 3)]
        first = rows.index(True)
        self.assertFalse(any(rows[first + 12:]), 'text below the first line')

    def test_icons_of_a_nerd_font(self):
        with open(self.path('config.jsonc'), 'w', encoding='utf-8') as f:
            json.dump({'modules-right': ['custom/ai'], 'include': EXAMPLES + '/waybar/nerd-font.jsonc'}, f)
        log = self.start_waybar(read('waybar/style.css'), self.path('config.jsonc'))
        self.hook('UserPromptSubmit')
        self.hook('UserPromptSubmit', session='t', project='api')
        self.hook('PermissionRequest', session='t', project='api', tool_name='Bash')
        self.wait_picture('nerd font', lambda p: p.shows(ATTENTION) and p.shows(WORKING))
        self.assert_no_errors(log)

    def test_styles_are_for_this_module_alone(self):
        css = re.sub(r'/\*.*?\*/', '', read('waybar/style.css'), flags=re.S)
        for selectors, rules in re.findall(r'([^{}]+)\{(.*?)\}', css, re.S):
            for selector in selectors.split(','):
                self.assertRegex(selector.strip(), r'^#custom-ai\b')
            self.assertNotIn('font', rules)

    def test_the_ring_of_eww_turns(self):
        css = subprocess.run(['sassc', EXAMPLES + '/eww/eww.scss'], capture_output=True, check=True, text=True).stdout
        module = {'exec': 'echo \'{"text":"x","class":"working"}\'; exec sleep 600', 'return-type': 'json'}
        with open(self.path('config.jsonc'), 'w', encoding='utf-8') as f:
            json.dump({'modules-right': ['custom/ai'], 'custom/ai': module}, f)
        log = self.start_waybar(css.replace('.ai-ring', '#custom-ai.working') +
                                '#custom-ai.working { color: rgba(0, 0, 0, 0); }', self.path('config.jsonc'))
        first = self.wait_picture('ring', lambda p: p.shows(WORKING))
        self.wait_picture('ring2', lambda p: p.shows(WORKING) and p.pixels != first.pixels)
        self.assert_no_errors(log)


if __name__ == '__main__':
    unittest.main()
