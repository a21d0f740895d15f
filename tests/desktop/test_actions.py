"""What a notification offers, by the room that its server has, and that a session's page opens."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'daemon'))
from fixture import PATIENCE_S, DaemonTest  # noqa: E402  (the path comes first)

try:
    from gi.repository import Gio, GLib
except ImportError:
    print('skipped: python3-gi is missing')
    sys.exit(77)

NAME, PATH = 'org.freedesktop.Notifications', '/org/freedesktop/Notifications'
XML = """<node><interface name="org.freedesktop.Notifications">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
 <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
 <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
 <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
</interface></node>"""


class Server:
    """A notification server that only writes down what it is told."""

    def __init__(self, address, name, capabilities):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.name, self.capabilities = name, capabilities
        self.shown = []  # (number, actions: key → label)
        info = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
        self.bus.register_object(PATH, info, self.on_call, None, None)
        self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                           GLib.Variant('(su)', (NAME, 4)), None, Gio.DBusCallFlags.NONE, PATIENCE_S * 1000, None)

    def on_call(self, _bus, _sender, _path, _interface, method, parameters, call):
        if method == 'GetCapabilities':
            call.return_value(GLib.Variant('(as)', (self.capabilities,)))
        elif method == 'GetServerInformation':
            call.return_value(GLib.Variant('(ssss)', (self.name, 'test', '1', '1.2')))
        elif method == 'Notify':
            _, number, _, _, _, actions = parameters.unpack()[:6]
            number = number or len(self.shown) + 1
            self.shown.append((number, dict(zip(actions[::2], actions[1::2]))))
            call.return_value(GLib.Variant('(u)', (number,)))
        else:
            call.return_value(None)

    def act(self, number, key):
        self.bus.emit_signal(None, PATH, NAME, 'ActivationToken', GLib.Variant('(us)', (number, 'token-1')))
        self.bus.emit_signal(None, PATH, NAME, 'ActionInvoked', GLib.Variant('(us)', (number, key)))


class ActionsTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.end(self.daemon)  # began without a bus
        bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address'], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env=self.environment)
        self.addCleanup(bus.stdout.close)
        self.addCleanup(bus.wait)
        self.addCleanup(bus.terminate)
        self.address = bus.stdout.readline().strip()
        self.opened = self.path('opened')
        os.mkdir(self.path('bin'))
        with open(self.path('bin', 'xdg-open'), 'w', encoding='utf-8') as f:
            f.write('#!/bin/sh\necho "$1 $XDG_ACTIVATION_TOKEN" >"%s.new"\nmv "%s.new" "%s"\n' % ((self.opened,) * 3))
        os.chmod(self.path('bin', 'xdg-open'), 0o755)
        self.environment.update(
            DBUS_SESSION_BUS_ADDRESS=self.address, DISPLAY=':99', OTEL_AI_MONITOR_NOTIFIER=os.environ['NOTIFIER'],
            PATH='%s:%s' % (self.path('bin'), os.environ['PATH']))

    def wait_for(self, what, condition):
        def turn():
            while GLib.MainContext.default().iteration(False):
                pass
            return condition()
        return super().wait_for(what, turn)

    def offered(self, name, capabilities=('actions', 'body'), **environment):
        """The actions of a permission that is asked for."""
        self.server = Server(self.address, name, list(capabilities))
        self.addCleanup(self.server.bus.close_sync, None)
        self.environment.update(environment)
        self.daemon = self.start('--notifications', '--notify-delay', '0')
        self.port = self.port_of(self.daemon)
        for event in ('UserPromptSubmit', 'PermissionRequest'):
            self.post('/hooks/claude-code', ('{"hook_event_name":"%s","session_id":"s/1","tool_name":"Bash"}' % event)
                      .encode())
        self.wait_for('a notification', lambda: self.server.shown)
        return self.server.shown[-1][1]

    def test_details_open_the_page_of_the_session(self):
        self.assertEqual(list(self.offered('a server', OTEL_AI_FOCUS_COMMAND='true')),
                         ['default', 'focus', 'dismiss', 'mute', 'details'])
        self.assertEqual(self.server.shown[-1][1]['details'], 'Show details')
        self.server.act(self.server.shown[-1][0], 'details')
        self.wait_for('a browser', lambda: os.path.exists(self.opened))
        with open(self.opened, encoding='utf-8') as f:
            self.assertEqual(f.read(), 'http://127.0.0.1:%d/#/session/s%%2F1 token-1\n' % self.port)

    def test_three_buttons_are_enough_for_some(self):
        self.assertEqual(list(self.offered('gnome-shell', OTEL_AI_FOCUS_COMMAND='true')),
                         ['default', 'focus', 'dismiss', 'mute'])

    def test_a_button_that_a_click_repeats_counts(self):
        self.assertEqual(list(self.offered('Xfce Notify Daemon', OTEL_AI_FOCUS_COMMAND='true')),
                         ['default', 'dismiss', 'mute'])

    def test_without_actions_none_is_offered(self):
        self.assertEqual(self.offered('plain', capabilities=['body']), {})

    def test_a_browser_cannot_use_the_socket_alone(self):
        self.server = Server(self.address, 'a server', ['actions'])
        self.addCleanup(self.server.bus.close_sync, None)
        self.daemon = self.start('--notifications', '--notify-delay', '0', '--listen', 'none')
        socket = os.path.join(self.run_dir, 'otel-ai-monitor.sock')
        self.wait_for('a socket', lambda: os.path.exists(socket))
        for event in ('UserPromptSubmit', 'PermissionRequest'):
            subprocess.run([os.environ['OTEL_AI_MONITOR'], 'hook', 'claude-code'], env=self.environment, check=True,
                           input=b'{"hook_event_name":"%s","session_id":"s"}' % event.encode(), timeout=PATIENCE_S)
        self.wait_for('a notification', lambda: self.server.shown)
        self.assertNotIn('details', self.server.shown[-1][1])


if __name__ == '__main__':
    unittest.main()
