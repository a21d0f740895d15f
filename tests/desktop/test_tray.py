"""The icon in the tray, on a bus of its own with a tray that only writes down what it is told."""

import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'daemon'))
from fixture import PATIENCE_S, DaemonTest  # noqa: E402  (the path comes first)

try:
    from gi.repository import Gio, GLib
except ImportError:
    print('skipped: python3-gi is missing')
    sys.exit(77)

ITEM, MENU, WATCHER = 'org.kde.StatusNotifierItem', 'com.canonical.dbusmenu', 'org.kde.StatusNotifierWatcher'
WATCHER_XML = """<node><interface name="org.kde.StatusNotifierWatcher">
<method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
</interface></node>"""
CALL_MS = PATIENCE_S * 1000


class Tray:
    """The watcher of a desktop, which is its tray as well."""

    def __init__(self, address):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.items = []  # as they were registered
        self.signals = []
        self.kept = {}  # the properties of entries, as a tray that reads each entry once has them
        info = Gio.DBusNodeInfo.new_for_xml(WATCHER_XML).interfaces[0]
        self.bus.register_object('/StatusNotifierWatcher', info, self.on_call, None, None)
        self.bus.signal_subscribe(None, None, None, None, None, Gio.DBusSignalFlags.NONE, self.on_signal)

    def on_call(self, _bus, sender, _path, _interface, _method, parameters, call):
        self.items.append(parameters[0])
        self.sender = sender
        call.return_value(None)

    def on_signal(self, _bus, _sender, _path, interface, name, parameters):
        if interface in (ITEM, MENU):
            self.signals.append(name)
        if name == 'ItemsPropertiesUpdated':
            updated, removed = parameters.unpack()
            for number, properties in updated:
                self.kept.setdefault(number, {}).update(properties)
            for number, names in removed:
                for gone in names:
                    self.kept[number].pop(gone, None)

    def own_name(self):
        self.ask('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                 GLib.Variant('(su)', (WATCHER, 4)))

    def ask(self, name, path, interface, method, parameters=None):
        return self.bus.call_sync(name, path, interface, method, parameters, None, Gio.DBusCallFlags.NONE, CALL_MS,
                                  None).unpack()

    def close(self):
        self.bus.close_sync(None)

    def has_name(self, name):
        return self.ask('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner',
                        GLib.Variant('(s)', (name,)))[0]

    # ---- the last item

    def get(self, name):
        return self.ask(self.items[-1], '/StatusNotifierItem', 'org.freedesktop.DBus.Properties', 'Get',
                        GLib.Variant('(ss)', (ITEM, name)))[0]

    def click(self, method, *arguments, types='(ii)'):
        self.ask(self.items[-1], '/StatusNotifierItem', ITEM, method, GLib.Variant(types, arguments or (0, 0)))

    def on_menu(self, method, parameters):
        return self.ask(self.items[-1], self.get('Menu'), MENU, method, parameters)

    def entries(self):
        """The menu: (number, label, properties), separators without label."""
        _, (_, _, children) = self.on_menu('GetLayout', GLib.Variant('(iias)', (0, -1, [])))
        return [(number, properties.get('label'), properties) for number, properties, _ in children]

    def labels(self):
        return [label for _, label, _ in self.entries()]

    def choose(self, number):
        self.on_menu('Event', GLib.Variant('(isvu)', (number, 'clicked', GLib.Variant('i', 0), 0)))

    def pid(self):
        return self.ask('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                        'GetConnectionUnixProcessID', GLib.Variant('(s)', (self.sender,)))[0]


def session_entry(entries, project):
    return next(number for number, label, _ in entries if label and label.startswith(project + ': '))


def switches(pid):
    """How often it went to sleep and woke up."""
    with open('/proc/%d/status' % pid, encoding='ascii') as f:
        return sum(int(line.split()[1]) for line in f if 'ctxt_switches' in line)


class TrayTest(DaemonTest):
    ARGUMENTS = ['--broadcast-interval', '0.1', '--completed-timeout', '3600', '--session-timeout', '3600']

    def setUp(self):
        super().setUp()
        self.end(self.daemon)  # began without a bus
        bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address'], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env=self.environment)
        self.bus = bus
        self.addCleanup(bus.stdout.close)
        self.addCleanup(bus.wait)
        self.addCleanup(bus.terminate)
        self.address = bus.stdout.readline().strip()
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = self.address
        self.tray = self.make_tray()

    def make_tray(self):
        tray = Tray(self.address)
        self.addCleanup(lambda: tray.bus.is_closed() or tray.close())
        return tray

    def wait_for(self, what, condition):
        def turn():
            while GLib.MainContext.default().iteration(False):
                pass
            return condition()
        return super().wait_for(what, turn)

    def begin(self, *arguments, with_tray=True):
        if with_tray:
            self.tray.own_name()
        self.daemon = self.start('--tray', *self.ARGUMENTS, *arguments)
        self.port = self.port_of(self.daemon)
        if with_tray:
            self.wait_for('an item', lambda: self.tray.items)

    def hook(self, name, session='s', project='webshop', **more):
        self.post('/hooks/claude-code', ('{"hook_event_name":"%s","session_id":"%s","cwd":"/src/%s"%s}' % (
            name, session, project, ''.join(',"%s":"%s"' % kv for kv in more.items()))).encode())

    def wait_status(self, status):
        self.wait_for('status ' + status, lambda: self.tray.get('Status') == status)

    def wait_menu(self, what, condition):
        def look():
            entries = self.tray.entries()
            return entries if condition([label for _, label, _ in entries]) else None
        return self.wait_for('a menu with ' + what, look)

    def record_focus(self):
        """Options for a command that writes down which session is asked for."""
        script = self.path('focus.sh')
        with open(script, 'w', encoding='utf-8') as f:
            f.write('#!/bin/sh\necho "$1 ${XDG_ACTIVATION_TOKEN:-none}" >>"%s"\n' % self.path('focused'))
        os.chmod(script, 0o755)
        self.environment['OTEL_AI_FOCUS_COMMAND'] = script + ' {session_id}'

    def focused(self):
        try:
            with open(self.path('focused'), encoding='utf-8') as f:
                return f.read().splitlines()
        except FileNotFoundError:
            return []


class Item(TrayTest):
    def test_states(self):
        self.begin()
        self.wait_status('Passive')
        self.assertEqual(self.tray.get('Category'), 'ApplicationStatus')
        self.assertEqual(self.tray.get('IconName'), 'otel-ai-monitor-idle')
        self.assertEqual(self.tray.get('ToolTip')[2:], ('No AI sessions', ''))
        self.hook('UserPromptSubmit')
        self.wait_status('Active')
        self.assertEqual(self.tray.get('IconName'), 'otel-ai-monitor-working')
        self.hook('UserPromptSubmit', session='t', project='R&D <b>x_y')
        self.hook('PermissionRequest', session='t', project='R&D <b>x_y', tool_name='Bash')
        self.wait_status('NeedsAttention')
        self.assertEqual(self.tray.get('IconName'), 'otel-ai-monitor-attention')
        self.assertEqual(self.tray.get('ToolTip')[2:], (
            'AI sessions: 1 needs you, 1 working',
            'R&amp;D &lt;b&gt;x_y: Claude Code needs your permission\nwebshop: Claude Code is working'))
        self.hook('Stop', session='t', project='R&D <b>x_y')
        self.hook('Stop')
        self.wait_status('Active')
        self.wait_for('done', lambda: self.tray.get('IconName') == 'otel-ai-monitor-done')
        for signal_name in ('NewStatus', 'NewIcon', 'NewToolTip', 'LayoutUpdated'):
            self.assertIn(signal_name, self.tray.signals)

    def test_entries_that_are_kept_are_refreshed(self):
        """GNOME's extension asks for an entry's properties once, and then waits to hear of changes."""
        self.begin()
        self.hook('UserPromptSubmit')
        self.wait_status('Active')
        self.wait_for('an entry', lambda: 'webshop: Claude Code is working' in self.tray.labels())
        number = session_entry(self.tray.entries(), 'webshop')
        self.hook('Stop')
        self.wait_for('done', lambda: 'done' in self.tray.kept.get(number, {}).get('label', ''))
        for number, _, properties in self.tray.entries():
            self.assertEqual(self.tray.kept[number], properties)

    def test_registers_by_the_unique_name(self):
        self.begin()
        self.assertEqual(self.tray.items, [self.tray.sender])

    def test_icons_are_there(self):
        self.begin()
        for name in ('IconName', 'AttentionIconName'):
            self.assertTrue(os.path.exists('%s/%s.svg' % (self.tray.get('IconThemePath'), self.tray.get(name))))
        for width, height, pixels in self.tray.get('IconPixmap') + self.tray.get('AttentionIconPixmap'):
            self.assertEqual(len(pixels), width * height * 4)
            self.assertEqual(pixels[0], 0)  # a corner is transparent
        self.assertEqual(self.tray.get('IconPixmap')[0][2][1:4], [0xa3, 0xb1, 0xc9])

    def test_symbolic_icons(self):
        self.begin('--tray=symbolic')
        self.assertEqual(self.tray.get('IconName'), 'otel-ai-monitor-idle-symbolic')

    def test_click_leads_to_the_most_urgent(self):
        self.record_focus()
        self.begin()
        self.tray.click('Activate')  # nothing to go to
        self.hook('UserPromptSubmit', session='one', project='one')
        self.hook('UserPromptSubmit', session='two', project='two')
        self.hook('PermissionRequest', session='two', project='two', tool_name='Bash')
        self.wait_status('NeedsAttention')
        self.tray.click('ProvideXdgActivationToken', 'token-1', types='(s)')
        self.tray.click('Activate')
        self.wait_for('the terminal', lambda: self.focused() == ['two token-1'])
        self.tray.click('SecondaryActivate')
        self.wait_for('it once more', lambda: self.focused() == ['two token-1', 'two none'])

    def test_settings_are_read_again(self):
        os.makedirs(self.path('config', 'otel-ai-monitor'))
        self.tray.own_name()
        self.daemon = self.start(*self.ARGUMENTS)
        self.port = self.port_of(self.daemon)
        for value, icon in (('yes', 'otel-ai-monitor-idle'), ('symbolic', 'otel-ai-monitor-idle-symbolic')):
            with open(self.path('config', 'otel-ai-monitor', 'config.ini'), 'w', encoding='ascii') as f:
                f.write('[outlets]\ntray = %s\n' % value)
            self.daemon.send_signal(signal.SIGHUP)
            items = len(self.tray.items)
            self.wait_for('another item', lambda: len(self.tray.items) > items)
            self.assertEqual(self.tray.get('IconName'), icon)
        name = self.tray.items[-1]
        os.unlink(self.path('config', 'otel-ai-monitor', 'config.ini'))
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_for('no item', lambda: not self.tray.has_name(name))


class Menu(TrayTest):
    def test_an_entry_for_each_session(self):
        self.record_focus()
        self.begin()
        self.wait_menu('no sessions', lambda labels: labels == [
            'No AI sessions', None, 'Mark all as seen', 'Pause notifications for an hour'])
        self.hook('UserPromptSubmit', session='one', project='my_shop')
        self.hook('UserPromptSubmit', session='two', project='two')
        self.hook('Stop', session='two', project='two')
        entries = self.wait_menu('two sessions', lambda labels: labels[:2] == [
            'two: Claude Code is done', 'my__shop: Claude Code is working'])
        self.assertEqual([properties.get('icon-name') for _, _, properties in entries[:2]],
                         ['otel-ai-monitor-done', 'otel-ai-monitor-working'])
        first = session_entry(entries, 'two')
        self.hook('PermissionRequest', session='one', project='my_shop', tool_name='Bash')
        entries = self.wait_menu('another order', lambda labels: labels[0].startswith('my__shop'))
        self.assertEqual(session_entry(entries, 'two'), first)
        self.tray.choose(first)
        self.wait_for('its terminal', lambda: self.focused() == ['two none'])
        self.wait_menu('what was looked at', lambda labels: 'two: Claude Code is idle' in labels)
        self.tray.choose(session_entry(entries, 'my__shop'))
        self.wait_for('the other', lambda: self.focused()[1:] == ['one none'])
        self.tray.choose(4711)  # of a menu long gone
        self.tray.choose(0)
        self.assert_alive()

    def test_mark_all_as_seen(self):
        self.begin()
        for session in ('one', 'two', 'three'):
            self.hook('UserPromptSubmit', session=session, project=session)
            self.hook('Stop' if session != 'three' else 'PermissionRequest', session=session, project=session)
        entries = self.wait_menu('three', lambda labels: sum('done' in (label or '') for label in labels) == 2)
        number, _, properties = next(e for e in entries if e[1] == 'Mark all as seen')
        self.assertNotIn('enabled', properties)
        self.tray.choose(number)
        entries = self.wait_menu('idle', lambda labels: sum('idle' in (label or '') for label in labels) == 2)
        self.assertEqual(entries[0][1], 'three: Claude Code needs your permission')
        self.assertIs(next(e for e in entries if e[1] == 'Mark all as seen')[2]['enabled'], False)

    def test_pause_and_resume(self):
        self.begin()
        self.hook('UserPromptSubmit')
        entries = self.wait_menu('a session', lambda labels: len(labels) == 4)
        self.tray.choose(next(e[0] for e in entries if e[1] == 'Pause notifications for an hour'))
        entries = self.wait_menu('a pause', lambda labels: 'Resume notifications' in labels)
        until = self.ask('GET', '/api/sessions').json()['paused_until']
        self.assertAlmostEqual(until, time.time() + 3600, delta=60)
        self.tray.choose(next(e[0] for e in entries if e[1] == 'Resume notifications'))
        self.wait_menu('no pause', lambda labels: 'Pause notifications for an hour' in labels)
        self.post('/api/pause?duration=1', b'')
        self.wait_menu('a pause', lambda labels: 'Resume notifications' in labels)
        self.wait_menu('its end', lambda labels: 'Pause notifications for an hour' in labels)

    def test_it_answers_as_the_protocol_wants(self):
        self.begin()
        self.hook('UserPromptSubmit')
        number = self.wait_menu('a session', lambda labels: len(labels) == 4)[0][0]
        menu = self.tray.on_menu
        self.assertEqual(menu('GetGroupProperties', GLib.Variant('(aias)', ([number, 4711], ['label'])))[0],
                         [(number, {'label': 'webshop: Claude Code is working'})])
        self.assertEqual(len(menu('GetGroupProperties', GLib.Variant('(aias)', ([], [])))[0]), 4)
        self.assertEqual(menu('GetProperty', GLib.Variant('(is)', (0, 'children-display'))), ('submenu',))
        self.assertEqual(menu('GetLayout', GLib.Variant('(iias)', (0, 0, [])))[1][2], [])
        self.assertEqual(menu('AboutToShow', GLib.Variant('(i)', (0,))), (False,))
        self.assertEqual(menu('AboutToShowGroup', GLib.Variant('(ai)', ([0],))), ([], []))
        self.assertEqual(menu('EventGroup', GLib.Variant('(a(isvu))', ([
            (0, 'opened', GLib.Variant('i', 0), 0)],))), ([],))
        for method, parameters in (('GetLayout', GLib.Variant('(iias)', (4711, -1, []))),
                                   ('GetProperty', GLib.Variant('(is)', (number, 'nothing')))):
            with self.assertRaises(GLib.Error):
                menu(method, parameters)

    def test_it_stays_small(self):
        self.begin()
        for i in range(500):
            self.hook('UserPromptSubmit', session='s%d' % i, project='p%d' % i)
        entries = self.wait_menu('500 sessions', lambda labels: '… and 480 more' in labels)
        self.assertEqual(len(entries), 20 + 4)
        self.assertEqual(self.tray.get('ToolTip')[2], 'AI sessions: 500 working')
        self.assertEqual(len(self.tray.get('ToolTip')[3].split('\n')), 21)


class Faults(TrayTest):
    def test_no_session_bus(self):
        del self.environment['DBUS_SESSION_BUS_ADDRESS']
        self.begin(with_tray=False)
        self.wait_log('no tray icon: there is no session bus')
        self.assert_alive()

    def test_no_program(self):
        self.environment['OTEL_AI_MONITOR_TRAY'] = self.path('nothing')
        self.begin(with_tray=False)
        self.wait_log('no tray icon: cannot run')
        self.assert_alive()

    def test_the_tray_comes_later_and_again(self):
        self.begin(with_tray=False)
        self.wait_log('no tray on the desktop')
        self.tray.own_name()
        self.wait_for('an item', lambda: self.tray.items)
        self.tray.close()
        again = self.make_tray()
        self.hook('UserPromptSubmit')
        again.own_name()
        self.wait_for('the item again', lambda: again.items)
        self.assertEqual(again.get('Status'), 'Active')

    def test_the_program_is_killed(self):
        self.begin()
        self.hook('UserPromptSubmit')
        self.wait_status('Active')
        os.kill(self.tray.pid(), signal.SIGKILL)
        self.wait_for('another item', lambda: len(self.tray.items) == 2)
        self.assertEqual(self.tray.get('Status'), 'Active')
        self.wait_log('the tray program .* ended .*signal 9')

    def test_the_daemon_is_started_again(self):
        self.begin()
        name = self.tray.items[0]
        self.daemon.kill()
        self.daemon.wait()
        self.wait_for('no item', lambda: not self.tray.has_name(name))
        self.begin()
        self.wait_for('another item', lambda: len(self.tray.items) == 2)

    def test_the_bus_ends(self):
        self.begin()
        self.bus.terminate()
        self.wait_log('the session bus is gone')
        self.wait_log('the tray program .* ended')
        self.assert_alive()

    def test_it_sleeps_while_nothing_changes(self):
        self.begin()
        self.hook('UserPromptSubmit')
        self.wait_status('Active')
        pid = self.tray.pid()
        time.sleep(0.5)
        before = switches(pid)
        for _ in range(5):  # lists every 0.1 s as well
            self.hook('PreToolUse', tool_name='Bash')
            self.hook('PostToolUse', tool_name='Bash')
            time.sleep(0.2)
        self.assertEqual(switches(pid), before)


if __name__ == '__main__':
    unittest.main()
