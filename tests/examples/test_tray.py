"""The icon in the tray of a real waybar."""

import glob
import json
import os
import shutil
import subprocess
import unittest

from bars import ATTENTION, COMPLETED, EXAMPLES, WORKING, BarTest, need

need('sway', 'waybar', 'grim', 'dbus-daemon')

STYLE = """
* { font-family: "DejaVu Sans"; font-size: 14px; border: none; min-height: 0; }
window#waybar { background: #1e1e2e; color: #cdd6f4; }
#tray { padding: 0 10px; }
menu { background: #313244; color: #cdd6f4; }
"""
FRAME = (0x22, 0x30, 0x4a)  # of the icon


class Tray(BarTest):
    def setUp(self):
        super().setUp()
        bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address'], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env=self.environment)
        self.addCleanup(bus.stdout.close)
        self.addCleanup(bus.wait)
        self.addCleanup(bus.terminate)
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().strip()
        self.environment['OTEL_AI_FOCUS_COMMAND'] = 'sh -c \'echo "$1" >"$2"\' x {session_id} ' + self.path('focused')
        self.end(self.daemon)
        self.daemon = self.start('--tray', *self.ARGUMENTS)
        self.port = self.port_of(self.daemon)

    def start_waybar(self, height=120, with_pointer=False):
        with open(self.path('style.css'), 'w', encoding='utf-8') as f:
            f.write(STYLE)
        with open(self.path('config.jsonc'), 'w', encoding='utf-8') as f:
            json.dump({'height': 32, 'modules-right': ['tray'],
                       'tray': {'icon-size': 22, 'show-passive-items': False}}, f)
        self.start_sway(height=height, with_pointer=with_pointer)
        return self.run_program('waybar', '-c', self.path('config.jsonc'), '-s', self.path('style.css'))

    def test_states_are_seen(self):
        self.start_waybar()
        self.wait_picture('nothing', lambda p: p.shows((0x1e, 0x1e, 0x2e)) and not p.shows(FRAME))
        self.hook('UserPromptSubmit')
        self.wait_picture('working', lambda p: p.shows(FRAME) and p.shows(WORKING))
        self.hook('PermissionRequest', tool_name='Bash')
        self.wait_picture('attention', lambda p: p.shows(ATTENTION) and not p.shows(WORKING))
        self.hook('Stop')
        self.wait_picture('done', lambda p: p.shows(COMPLETED) and not p.shows(ATTENTION))
        self.end(self.daemon)
        self.wait_picture('gone', lambda p: not p.shows(FRAME))

    @unittest.skipUnless(shutil.which('Xvfb') and shutil.which('xdotool'), 'no pointer without Xvfb and xdotool')
    def test_menu(self):
        apps = self.path('share', 'icons', 'hicolor', 'scalable', 'apps')
        os.makedirs(apps)
        for icon in glob.glob(EXAMPLES + '/../data/icons/*.svg'):
            os.symlink(os.path.realpath(icon), os.path.join(apps, os.path.basename(icon)))
        self.environment['XDG_DATA_DIRS'] = self.path('share') + ':/usr/share'
        self.start_waybar(height=300, with_pointer=True)
        for name in ('webshop', 'R&D_<site>', 'api'):
            self.hook('UserPromptSubmit', session=name, project=name)
        self.hook('PermissionRequest', session='R&D_<site>', project='R&D_<site>', tool_name='Bash')
        self.hook('Stop', session='api', project='api')
        bar = self.wait_picture('icon', lambda p: p.shows(ATTENTION))
        below = self.PART * 40
        self.press('mousemove', '617', '12', 'sleep', '0.3', 'mousemove', '619', '16')
        tooltip = self.wait_picture('tooltip', lambda p: p.pixels[below * 3:] != bar.pixels[below * 3:])
        self.press('click', '3')
        self.wait_picture('menu', lambda p: p.shows((0x31, 0x32, 0x44)) and p.pixels != tooltip.pixels)
        self.press('mousemove', '420', '33', 'sleep', '0.3', 'click', '1')
        self.wait_for('the terminal of the first', lambda: os.path.exists(self.path('focused')))


if __name__ == '__main__':
    unittest.main()
