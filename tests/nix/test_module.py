#!/usr/bin/env python3
"""What the home-manager module makes, held against the program, the units and docs/clients.md.

usage: test_module.py EVALUATION SERVICE SOCKET RETRY, with OTEL_AI_MONITOR and TEST_RECORDINGS as for tests/daemon
EVALUATION is what evaluate.nix says, as JSON; SERVICE, SOCKET and RETRY are the units as meson makes them for
the same prefix.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'tests/daemon'))
# pylint: disable=wrong-import-position
from fixture import PATIENCE_S, PROGRAM, DaemonTest

EVALUATION = {}
UNITS = {}
CONFIG = 'otel-ai-monitor/config.ini'
FLAGS = {
    'port': 'port',
    'completionQuietPeriodSec': 'quiet-period',
    'sessionTimeoutSec': 'session-timeout',
    'completedTimeoutSec': 'completed-timeout',
    'broadcastIntervalSec': 'broadcast-interval',
    'enableNotifications': 'notifications',
    'enableTray': 'tray',
    'verbose': 'verbose',
}


def read(*path):
    with open(os.path.join(*path), encoding='utf-8') as f:
        return f.read()


def unit_entries(text):
    """{(section, key): [value...]}; what home-manager alone reads (X-) is left out."""
    entries, section = {}, None
    for line in text.splitlines():
        if line.startswith('['):
            section = line
        elif line and line[0] not in '#;' and not line.startswith('X-'):
            key, value = line.split('=', 1)
            entries.setdefault((section, key), []).append(value)
    return entries


def report(name):
    return EVALUATION['reports'][name]


def config_of(name):
    return report(name)['files'][CONFIG]['text']


def socket_of(name):
    return unit_entries(report(name)['written']['sockets']['otel-ai-monitor'])


def service_of(name):
    return unit_entries(report(name)['written']['services']['otel-ai-monitor'])


STREAMS = ('[Socket]', 'ListenStream')


class Units(unittest.TestCase):
    def test_they_are_those_of_the_package(self):
        self.assertEqual(service_of('plain'), unit_entries(UNITS['service']))
        self.assertEqual(socket_of('plain'), unit_entries(UNITS['socket']))
        self.assertEqual(unit_entries(report('plain')['written']['services']['otel-ai-monitor-retry']),
                         unit_entries(UNITS['retry']))

    def test_both_are_wanted(self):
        self.assertEqual(sorted(report('plain')['written']['wants']),
                         ['default.target.wants/otel-ai-monitor.service',
                          'sockets.target.wants/otel-ai-monitor.socket'])

    def test_another_port_is_in_the_socket_and_nowhere_else(self):
        expected = unit_entries(UNITS['socket'])
        expected[STREAMS] = [s.replace(':4318', ':4319') for s in expected[STREAMS]]
        self.assertEqual(socket_of('changed'), expected)
        self.assertIn('127.0.0.1:4319', expected[STREAMS])
        self.assertEqual(service_of('changed'), service_of('plain'))

    def test_settings_of_sockets_are_in_the_socket(self):
        self.assertEqual(socket_of('settings-win')[STREAMS],
                         ['127.0.0.1:4320', '[::1]:4320', '%t/otel-ai-monitor.sock'])
        self.assertEqual(socket_of('other-sockets')[STREAMS],
                         ['127.0.0.1:4318', '127.0.0.2:4318', '/run/user/1000/ai.sock'])
        self.assertEqual(socket_of('no-sockets')[STREAMS], ['127.0.0.1:4318'])

    def test_they_keep_the_program_in_the_store(self):
        self.assertEqual(EVALUATION['dependsOnPackage'], {'ExecStart': True, 'unit': True})

    def test_values_give_way(self):
        expected = service_of('plain')
        expected['[Service]', 'MemoryMax'] = ['1G']
        self.assertEqual(service_of('overridden'), expected)
        self.assertEqual(socket_of('overridden')[STREAMS], ['127.0.0.1:4400'])
        triggers = [line for line in report('overridden')['written']['services']['otel-ai-monitor'].splitlines()
                    if line.startswith('X-Restart-Triggers=')]
        self.assertEqual(len(triggers), 2)

    def test_other_settings_start_both_anew(self):
        for kind in ('services', 'sockets'):
            texts = {report(name)['written'][kind]['otel-ai-monitor'] for name in ('plain', 'without-pipe')}
            self.assertEqual(len(texts), 2, kind)


class Options(unittest.TestCase):
    def test_defaults_are_the_programs(self):
        words = ' '.join(subprocess.run([PROGRAM, 'serve', '--help'], capture_output=True, text=True,
                                        check=True).stdout.split())
        for option, flag in FLAGS.items():
            told = re.search(r'--(?:\[no-\])?%s [^[]*?default (\S+) \[' % flag, words).group(1)
            value = EVALUATION['defaults'][option]
            self.assertEqual({True: 'yes', False: 'no'}[value] if isinstance(value, bool) else str(value),
                             told, option)

    def test_limits_are_the_programs(self):
        for option, limits in EVALUATION['limits'].items():
            self.assertTrue(limits['kept'], option)
            refusal = subprocess.run([PROGRAM, '--%s=x' % FLAGS[option]], stdin=subprocess.DEVNULL,
                                     capture_output=True, text=True, check=False).stderr
            least, most = re.search(r'from (\S+) to ([\d.]*\d)', refusal).groups()
            # no unit of systemd listens on port 0
            self.assertEqual(limits['least'], float(least) or (1 if option == 'port' else 0), option)
            self.assertEqual(limits['most'], float(most), option)

    def test_nothing_is_on_by_itself(self):
        on = [name for name, value in EVALUATION['defaults'].items() if value is True]
        self.assertEqual(sorted(on), ['enableNotifications', 'usePipe'])
        self.assertEqual(report('off'), {
            'warnings': [], 'failures': [], 'packages': [], 'files': {}, 'programs': {}, 'sessionVariables': {},
            'codexHooks': None, 'written': {'services': {}, 'sockets': {}, 'wants': []}})

    def test_the_package_is_installed(self):
        self.assertEqual(len(report('plain')['packages']), 1)

    def test_wrong_values_are_refused(self):
        refused = dict(EVALUATION['refused'])
        self.assertFalse(refused.pop('nothing'))
        self.assertEqual([name for name, is_refused in refused.items() if not is_refused], [])
        self.assertGreater(len(refused), 10)

    def test_a_token_for_everyone_is_warned_of(self):
        self.assertEqual(report('plain')['warnings'], [])
        self.assertRegex(report('token')['warnings'][0], 'token-file')

    def test_eww_in_one_link_fails(self):
        for name in ('eww', 'eww-today', 'eww-file-by-file', 'eww-link-turned-off'):
            self.assertEqual(report(name)['failures'], [], name)
            self.assertIn('eww/otel-ai-monitor/ai.yuck', report(name)['files'], name)
        for name in ('eww-before', 'eww-in-one-link', 'eww-in-one-link-of-home'):
            self.assertRegex(report(name)['failures'][0], r'~/\.config/eww is one link', name)


class Config(DaemonTest):
    """The program takes config.ini, and does what it says."""

    def start_with(self, name):
        path = self.path(name + '.ini')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(config_of(name).replace('/run/user/1000/', self.path('')))
        return self.start('--config', path, '--socket', 'none')

    def test_each_is_accepted(self):
        for name in ('plain', 'changed', 'without-pipe', 'settings-win', 'other-sockets', 'token'):
            self.port = self.port_of(self.start_with(name))
            fields = {'Authorization': 'Bearer 0123456789abcdef'} if name == 'token' else None
            self.assertEqual(self.ask('GET', '/health', fields=fields).json()['status'], 'ok', name)

    def test_a_name_in_a_wrong_section_is_not(self):
        self.assertEqual(self.start_with('wrong-section').wait(PATIENCE_S), 2)

    def test_what_is_said_counts(self):
        self.port = self.port_of(self.start_with('changed'))
        self.assertTrue(os.path.exists(self.path('a pipe')))
        self.assertEqual(self.ask('GET', '/health', host='workstation.lan').status, 200)
        self.assertEqual(self.ask('GET', '/health', host='elsewhere').status, 403)

    def test_every_option_is_in_it(self):
        lines = config_of('changed').splitlines()
        for line in ('port = 4319', 'quiet-period = 2.500000', 'session-timeout = 600', 'completed-timeout = 45',
                     'broadcast-interval = 0', 'notifications = no', 'tray = yes', 'verbose = yes', 'max-body = "32M"',
                     'pipe = "/run/user/1000/a pipe"', 'allowed-origins = none'):
            self.assertIn(line, lines)
        self.assertNotIn('pipe', config_of('plain'))
        self.assertIn('pipe = "none"', config_of('without-pipe').splitlines())
        self.assertIn('session-timeout = 700', config_of('settings-win').splitlines())


class Assistants(DaemonTest):
    CLIENTS = read(ROOT, 'docs/clients.md')

    def block(self, heading):
        """The first code block after these words."""
        return self.CLIENTS.split(heading, 1)[1].split('```', 2)[1]

    def variables(self):
        lines = re.findall(r'^export (.*)$', self.block('**Claude Code**'), re.M)
        return dict(word.split('=', 1) for line in lines for word in line.split(' #')[0].split())

    def hooks(self, client, events):
        prefix = service_of('plain')['[Service]', 'ExecStart'][0].split(' ')[0]
        text = '{%s}' % self.block('## Hooks').strip()
        (group,) = json.loads(text)['hooks'].values()
        group[0]['hooks'][0]['command'] = '%s hook %s 2>/dev/null || true' % (prefix, client)
        return {event: group for event in events}

    def test_claude_code_as_by_hand(self):
        row = re.search(r'^\| \*\*Claude Code\*\*.*$', self.CLIENTS, re.M).group()
        events = re.findall(r'`(\w+)`', row.split('|')[2])
        self.assertGreater(len(events), 10)
        settings = report('assistants')['programs']['claude-code']
        self.assertEqual(settings['env'].pop('EDITOR'), 'vi')
        self.assertIn({'hooks': []}, settings['hooks']['Stop'])
        settings['hooks']['Stop'].remove({'hooks': []})
        self.assertEqual(settings['hooks'], self.hooks('claude-code', events))
        self.assertEqual(settings['env'],
                         {k: v.replace(':4318', ':4319') for k, v in self.variables().items()})
        self.assertEqual(report('assistants')['sessionVariables'], {})

    def test_codex_as_by_hand(self):
        said = report('assistants')
        otel = tomllib.loads(self.block('**Codex**').replace(':4318', ':4319'))['otel']
        self.assertEqual(said['programs']['codex'], {'otel': {'environment': 'dev', **otel}})
        self.assertEqual(said['codexHooks'], self.hooks('codex', said['codexHooks']))
        self.assertGreater(len(said['codexHooks']), 5)

    def test_codex_has_its_hooks_where_it_takes_them(self):
        hooks = report('assistants')['codexHooks']
        for name in ('assistants-before', 'codex-hooks-in-a-file'):
            self.assertEqual(report(name)['programs']['codex']['hooks'], hooks, name)
            self.assertEqual(report(name)['warnings'], [], name)
        self.assertEqual(report('codex-hooks-in-a-file')['codexHooks'], '/home/alice/hooks.json')

    def test_settings_that_are_null_stay_so(self):
        said = report('assistants-without-settings')
        self.assertEqual(said['programs'], {'claude-code': None, 'codex': None})
        self.assertEqual(said['codexHooks'], report('assistants')['codexHooks'])
        self.assertEqual(said['sessionVariables'], self.variables())
        claude, codex = said['warnings']
        self.assertIn('no hooks', claude)
        self.assertIn('no telemetry', codex)

    def test_values_give_way(self):
        said = report('overridden')
        self.assertEqual(said['programs']['claude-code']['env'],
                         {**self.variables(), 'OTEL_LOGS_EXPORT_INTERVAL': '500'})
        self.assertEqual(said['programs']['codex']['otel']['exporter'], 'none')
        self.assertIn('otlp-http', said['programs']['codex']['otel']['trace_exporter'])
        self.assertEqual(report('overridden-variable')['sessionVariables'],
                         {**self.variables(), 'OTEL_LOGS_EXPORT_INTERVAL': '500'})

    def test_the_hooks_tell_the_daemon(self):
        said = report('assistants')
        for client, hooks in (('claude-code', said['programs']['claude-code']['hooks']), ('codex', said['codexHooks'])):
            event = 'UserPromptSubmit'
            command = hooks[event][0]['hooks'][0]['command'].split(' ', 1)
            said = json.dumps({'session_id': client, 'hook_event_name': event})
            subprocess.run([PROGRAM + ' ' + command[1]], shell=True, input=said, text=True, env=self.environment,
                           check=True)
            self.assertEqual(self.sessions()[client]['state'], 'working')

    def test_what_home_manager_does_not_write_is_left_alone(self):
        for name in ('assistants-elsewhere', 'assistants-not-enabled'):
            said = report(name)
            self.assertEqual(said['sessionVariables'], self.variables())
            self.assertEqual([settings for settings in said['programs'].values() if settings != {}], [])
            claude, codex = said['warnings']
            self.assertIn('otel-ai-monitor setup claude-code', claude)
            self.assertIn('otel-ai-monitor setup codex', codex)
        self.assertEqual(report('assistants')['warnings'], [])

    def test_only_when_asked_for(self):
        self.assertEqual(report('assistants-unwanted')['programs'], {'claude-code': {}, 'codex': {}})
        self.assertEqual(report('assistants-unwanted')['sessionVariables'], {})


if __name__ == '__main__':
    EVALUATION = json.loads(read(sys.argv[1]))
    UNITS = dict(zip(('service', 'socket', 'retry'), map(read, sys.argv[2:])))
    unittest.main(argv=sys.argv[:1])
