"""demo as a bar sees it."""

import json
import os
import signal
import sqlite3
import subprocess
import unittest

from fixture import PATIENCE_S, PROGRAM, DaemonTest


class Demo(DaemonTest):
    def demo(self, *arguments):
        demo = subprocess.Popen([PROGRAM, 'demo', '--port', str(self.port), *arguments], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=self.environment, text=True)
        self.addCleanup(demo.stdout.close)
        self.addCleanup(demo.stderr.close)
        self.addCleanup(self.end, demo)
        return demo

    def updates(self):
        return [x for x in self.lines() if x['type'] == 'session_update']

    def test_the_whole_show(self):
        demo = self.demo('--seconds', '2')
        self.assertEqual(demo.wait(PATIENCE_S), 0)
        self.assertEqual(self.sessions(), {})
        said = demo.stdout.read()
        self.assertIn('no notification daemon', said)
        self.assertRegex(said, r'\n  0 s  demo-webshop needs a permission')
        self.assertRegex(said, r'\n2  done +codex +demo-api +- +\d+ s +\d+\.\d k +≈?\$\d+\.\d\d\n')
        self.assertLessEqual(max(map(len, said.splitlines())), 80)
        self.wait_for('the last line', lambda: [x['state'] for x in self.updates()].count('expired') == 3)
        seen, last = {}, {}
        for line in self.updates():
            self.assertTrue(line['session_id'].startswith('demo-'))
            self.assertTrue(line['project'].startswith('demo-'))
            last[line['tool']] = line
            seen.setdefault(line['tool'], []).append((line['state'], line['attention']))
        self.assertEqual(set(seen), {'claude-code', 'codex', 'gemini'})
        for states in seen.values():
            self.assertEqual(states[0], ('idle', None))
            self.assertIn(('working', None), states)
            self.assertEqual(states[-1][0], 'expired')
        self.assertEqual([s for s in seen['claude-code'] if s[1]], [('completed', 'permission')])
        for tool in ('codex', 'gemini'):
            self.assertEqual([s for s in seen[tool] if s[1]], [('completed', 'done')])
        for line in last.values():
            self.assertTrue(line['model'])
            self.assertGreater(line['metrics']['cost_usd'], 0)
            self.assertNotIn('unpriced_calls', line['metrics'])

    def test_leaves_no_trace_in_the_history(self):
        self.assertEqual(self.demo('--seconds', '2').wait(PATIENCE_S), 0)
        stats = self.ask('GET', '/api/stats').json()
        self.assertEqual((stats['total']['calls'], stats['total']['cost_usd']), (0, 0))
        self.end(self.daemon)
        with sqlite3.connect(self.path('.local', 'state', 'otel-ai-monitor', 'telemetry.db')) as store:
            for table in 'session', 'call', 'event', 'daily':
                self.assertEqual(store.execute('SELECT count(*) FROM ' + table).fetchone(), (0,), table)

    def test_ctrl_c_ends_the_sessions(self):
        demo = self.demo('--seconds', '3600')
        self.wait_for('three sessions', lambda: len(self.sessions()) == 3)
        demo.send_signal(signal.SIGINT)
        self.assertEqual(demo.wait(PATIENCE_S), 0)
        self.assertEqual(self.sessions(), {})

    def test_without_a_daemon(self):
        self.end(self.daemon)
        demo = self.demo()
        self.assertEqual(demo.wait(PATIENCE_S), 1)
        text = demo.stderr.read()
        self.assertIn('cannot reach the daemon', text)
        self.assertIn('start it with', text)

    def test_notifications(self):
        told = self.path('told')
        with open(self.path('notifier'), 'w', encoding='utf-8') as f:
            f.write('#!/bin/sh\nexec cat >> %s\n' % told)
        os.chmod(self.path('notifier'), 0o755)
        self.end(self.daemon)
        self.environment['OTEL_AI_MONITOR_NOTIFIER'] = self.path('notifier')
        self.daemon = self.start('--notifications', '--notify-delay', '0', '--notify-min-duration', '1')
        self.port = self.port_of(self.daemon)
        self.assertEqual(self.demo('--seconds', '2').wait(PATIENCE_S), 0)
        self.end(self.daemon)
        with open(told, encoding='utf-8') as f:
            shown = [line for line in map(json.loads, f) if 'summary' in line]
        self.assertEqual(list(dict.fromkeys(line['summary'] for line in shown)),  # the cost is added to one later
                         ['Claude Code wants to use Edit', 'Codex is done'])


if __name__ == '__main__':
    unittest.main()
