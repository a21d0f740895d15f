"""The page over HTTP: what is sent, to whom, and what the page may do in return."""

import gzip
import unittest

from fixture import DaemonTest, read_answer, request


class Page(DaemonTest):
    def hook(self, session, event):
        self.assertEqual(self.post('/hooks/claude-code', ('{"session_id":"%s","hook_event_name":"%s"}' % (session, event)).encode()).status, 200)

    def test_it_is_sent_once_and_then_only_asked_about(self):
        page = self.ask('GET', '/', fields={'Accept-Encoding': 'gzip'})
        self.assertEqual((page.status, page.fields['content-encoding']), (200, 'gzip'))
        self.assertIn(b'<!doctype html>', gzip.decompress(page.body))
        plain = self.ask('GET', '/')
        self.assertIn(b'<!doctype html>', plain.body)
        self.assertNotEqual(plain.fields['etag'], page.fields['etag'])
        again = self.ask('GET', '/', fields={'Accept-Encoding': 'gzip', 'If-None-Match': page.fields['etag']})
        self.assertEqual((again.status, again.body), (304, b''))
        sock = self.connect()
        sock.sendall(request('HEAD', '/page/app.js', fields={'Connection': 'close'}))
        head = b''.join(iter(lambda: sock.recv(4096), b''))
        self.assertRegex(head, rb'(?s)^HTTP/1.1 200 .*\r\nContent-Type: text/javascript.*\r\n\r\n$')
        self.assertEqual(self.ask('GET', '/page/nothing.js').status, 404)
        self.assertEqual(self.ask('GET', '/tasks').fields['location'], '/#/tasks')
        self.assertIn(self.ask('GET', '/health').json()['page'].encode(), plain.body)

    def test_telemetry_still_goes_to_the_same_address(self):
        self.assertEqual(self.post('/', b'{"resourceLogs":[]}').status, 200)

    def test_the_page_may_change_things_and_other_pages_may_not(self):
        self.hook('one', 'UserPromptSubmit')
        self.hook('one', 'Stop')
        foreign = {'Origin': 'https://evil.example'}
        own = {'Origin': 'http://localhost:%d' % self.port}
        host = 'localhost:%d' % self.port
        for action in ('ack', 'focus', 'mute'):
            self.assertEqual(self.ask('POST', '/api/sessions/one/' + action, fields=foreign, host=host).status, 403)
        self.assertEqual(self.sessions()['one']['state'], 'completed')
        self.assertEqual(self.ask('POST', '/api/sessions/one/mute', fields=own, host=host).status, 200)
        self.assertEqual(self.ask('POST', '/api/sessions/one/ack', fields=own, host=host).status, 200)
        self.assertEqual(self.sessions()['one']['state'], 'idle')

    def test_the_assistants_of_this_machine(self):
        """By a program of its own, which all that ask at once share."""
        self.hook('one', 'UserPromptSubmit')
        socks = [self.connect() for _ in range(4)]
        for sock in socks:
            sock.sendall(request('GET', '/api/setup'))
        answers = [read_answer(sock) for sock in socks]
        self.assertEqual([a.status for a in answers], [200] * 4)
        setup = answers[0].json()
        heard = {h['client']: h['sessions'] for h in setup['heard']}
        self.assertEqual((heard['claude-code'], heard['codex']), (1, 0))
        claude = next(c for c in setup['clients'] if c['client'] == 'claude-code')
        self.assertIn('"http://127.0.0.1:%d"' % self.port, claude['snippets'][0]['text'])
        self.assertEqual(self.ask('GET', '/api/setup?x=1').status, 400)
        self.assertEqual(self.ask('POST', '/api/setup').status, 405)
        self.assertEqual(self.ask('GET', '/api/setup', host='evil.example').status, 403)

    def test_a_terminal_is_raised_or_the_answer_says_that_it_was_not(self):
        self.hook('one', 'UserPromptSubmit')
        self.hook('one', 'Stop')
        config = self.path('raise.ini')
        for command, status, state in (('false', 409, 'completed'), ('true', 200, 'idle')):
            with open(config, 'w', encoding='utf-8') as f:
                f.write('[notifications]\nfocus-command = %s\n' % command)
            daemon = self.start('--config', config, '--socket', self.path(command + '.sock'), '--pipe', 'none', '--no-store')
            self.port = self.port_of(daemon)
            self.hook('one', 'UserPromptSubmit')
            self.hook('one', 'Stop')
            answer = self.ask('POST', '/api/sessions/one/focus')
            self.assertEqual(answer.status, status, answer.body)
            self.assertEqual(self.sessions()['one']['state'], state)
        self.assertEqual(self.ask('POST', '/api/sessions/nobody/focus').status, 404)


if __name__ == '__main__':
    unittest.main()
