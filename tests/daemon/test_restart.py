"""What counts goes on where it was after a restart: counters, subagents, sessions that have ended."""

import json
import time
import unittest

from fixture import DaemonTest, prompt

REQUEST = [('model', 'claude-opus-4-1'), ('input_tokens', '100'), ('output_tokens', '10'), ('cost_usd', '0.01'),
           ('request_id', 'req-1')]


def attribute(key, value):
    return {'key': key, 'value': {'stringValue': value}}


class RestartTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.began = str(time.time_ns() - 10 ** 9)

    def total(self, tokens, session='s1', began=None):
        """A cumulative counter of Claude Code's, in its own form."""
        point = {'startTimeUnixNano': began or self.began, 'timeUnixNano': str(time.time_ns()), 'asDouble': tokens,
                 'attributes': [attribute('session.id', session), attribute('type', 'output'), attribute('model', 'claude-opus-4-1')]}
        body = {'resourceMetrics': [{'resource': {'attributes': [attribute('service.name', 'claude-code')]},
                                     'scopeMetrics': [{'metrics': [{'name': 'claude_code.token.usage', 'sum': {
                                         'aggregationTemporality': 2, 'isMonotonic': True, 'dataPoints': [point]}}]}]}]}
        self.assertEqual(self.post('/v1/metrics', json.dumps(body).encode()).status, 200)

    def record(self, session, name, more=()):
        self.assertEqual(self.post('/v1/logs', prompt(session, name=name, more=list(more))).status, 200)

    def output(self):
        return self.ask('GET', '/api/stats').json()['total']['tokens']['output']

    def stored(self, tokens):
        self.wait_for('%d tokens in the history' % tokens, lambda: self.output() == tokens)

    def restart(self, kills=True):
        if kills:
            self.daemon.kill()
            self.daemon.wait()
        else:
            self.end(self.daemon)
        self.daemon = self.start()
        self.port = self.port_of(self.daemon)
        self.output()  # the history is asked after it was restored from, which a busy machine does late

    def test_a_counter_goes_on(self):
        self.record('s1', 'user_prompt')
        self.total(100)
        self.total(150)
        self.stored(150)
        for kills, told, tokens in ((True, 150, 150), (False, 170, 170), (True, 200, 200)):
            self.restart(kills)
            self.record('s1', 'user_prompt')
            self.total(told)
            self.total(told)
            self.stored(tokens)
            self.assertEqual(self.sessions()['s1']['metrics']['output_tokens'], tokens)

    def test_a_second_counter_is_another(self):
        self.record('s1', 'user_prompt')
        self.total(100)
        self.stored(100)
        self.restart()
        self.record('s1', 'user_prompt')
        self.total(30, began=str(time.time_ns()))
        self.stored(130)

    def test_calls_are_not_told_again_by_counters(self):
        self.record('s1', 'user_prompt')
        self.record('s1', 'api_request', REQUEST)
        self.stored(10)
        self.restart()
        self.record('s1', 'user_prompt')
        self.total(10)
        self.record('s1', 'api_request', [*REQUEST[:-1], ('request_id', 'req-2')])
        self.record('s1', 'api_request', REQUEST)
        self.stored(20)
        self.assertEqual(self.sessions()['s1']['metrics']['output_tokens'], 20)

    def test_what_has_ended_stays_so(self):
        hook = {'session_id': 's1', 'hook_event_name': 'UserPromptSubmit'}
        self.assertLess(self.post('/hooks/claude-code', json.dumps(hook).encode()).status, 300)
        hook['hook_event_name'], late = 'SessionEnd', time.time_ns()
        self.assertLess(self.post('/hooks/claude-code', json.dumps(hook).encode()).status, 300)
        self.wait_for('its end in the history', lambda: [
            e for e in self.ask('GET', '/api/events').json()['events'] if e['kind'] == 'closed'])
        self.restart()
        body = json.loads(prompt('s1', name='api_request', more=REQUEST))
        body['resourceLogs'][0]['scopeLogs'][0]['logRecords'][0]['timeUnixNano'] = str(late)
        self.assertEqual(self.post('/v1/logs', json.dumps(body).encode()).status, 200)
        self.assertEqual(self.sessions(), {})


if __name__ == '__main__':
    unittest.main()
