"""examples/mako and examples/dunst in the real servers, with notifications of the real daemon."""

import os
import re
import subprocess
import unittest

from bars import ATTENTION, COMPLETED, EXAMPLES, BarTest, need

need('dbus-daemon', 'Xvfb', 'dunst', 'sway', 'mako', 'grim', 'import')


class Rules(BarTest):
    PART = 10000  # all of the screen

    def start_notifying(self, *server, **more):
        """A bus of its own with this server, and a daemon that talks to it."""
        bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address'], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env=self.environment)
        self.addCleanup(bus.stdout.close)
        self.addCleanup(bus.wait)
        self.addCleanup(bus.terminate)
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().strip()
        log = self.run_program(*server, **more)
        self.wait_for('a notification server', self.has_server)
        self.end(self.daemon)
        self.daemon = self.start(*self.ARGUMENTS, '--notifications', '--notify-min-duration', '0')
        self.port = self.port_of(self.daemon)
        return log

    def has_server(self):
        asked = subprocess.run(['dbus-send', '--session', '--print-reply=literal', '--dest=org.freedesktop.DBus',
                                '/org/freedesktop/DBus', 'org.freedesktop.DBus.NameHasOwner',
                                'string:org.freedesktop.Notifications'], capture_output=True, text=True,
                               check=False, env=self.environment)
        return 'true' in asked.stdout

    def look_at_notifications(self, name):
        self.hook('UserPromptSubmit')
        self.hook('PermissionRequest', tool_name='Bash')
        self.wait_picture(name + '-permission', lambda p: p.shows(ATTENTION) and not p.shows(COMPLETED))
        self.hook('UserPromptSubmit', session='t', project='api')
        self.hook('Stop', session='t', project='api')
        self.wait_picture(name + '-done', lambda p: p.shows(ATTENTION) and p.shows(COMPLETED))

    def test_mako(self):
        self.start_sway(height=300)
        with open(EXAMPLES + '/mako/config', encoding='utf-8') as f:
            rules = f.read()
        with open(self.path('mako.config'), 'w', encoding='utf-8') as f:
            f.write('font=DejaVu Sans 10\nbackground-color=#1e1e2e\n' + rules)
        log = self.start_notifying('mako', '--config', self.path('mako.config'))
        self.look_at_notifications('mako')
        self.assert_rules_were_read(log)

    def test_dunst(self):
        self.start_x(height=300)
        os.makedirs(self.path('config', 'dunst', 'dunstrc.d'))
        with open(self.path('config', 'dunst', 'dunstrc'), 'w', encoding='utf-8') as f:
            f.write('[global]\n    font = DejaVu Sans 10\n    frame_width = 3\n    width = 360\n')
        os.symlink(os.path.realpath(EXAMPLES + '/dunst/dunstrc'), self.path('config', 'dunst', 'dunstrc.d', '50-ai.conf'))
        log = self.start_notifying('dunst')
        self.look_at_notifications('dunst')
        self.assert_rules_were_read(log)

    def assert_rules_were_read(self, log):
        """Icons are not the rules' matter."""
        with open(log, encoding='utf-8') as f:
            said = [line for line in f if re.search('warning|error|failed|invalid', line, re.I) and 'icon' not in line]
        self.assertEqual(said, [])


if __name__ == '__main__':
    unittest.main()
