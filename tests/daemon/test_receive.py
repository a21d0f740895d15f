"""Telemetry over real sockets: however it is cut, it is the same telemetry."""

import gzip
import json
import socket
import unittest

from fixture import PROTOBUF, DaemonTest, prompt, read_answer, recorded, request


class Receive(DaemonTest):
    def test_real_bodies_in_both_encodings(self):
        answer = self.post('/v1/logs', recorded('claude-2.1.197/quick', '001'), PROTOBUF)
        self.assertEqual((answer.status, answer.body), (200, b''))
        self.assertEqual(answer.fields['content-type'], PROTOBUF)
        answer = self.post('/v1/logs', recorded('claude-2.1.197/edit-details-json', '001'))
        self.assertEqual((answer.status, answer.body), (200, b'{}'))
        self.assertEqual(answer.fields['content-type'], 'application/json')
        self.wait_for('both sessions are told of',
                      lambda: len({x.get('session_id') for x in self.lines()} - {None}) == 2)

    def test_gzip(self):
        answer = self.post('/v1/logs', gzip.compress(prompt('zipped')), Content_Encoding='gzip')
        self.assertEqual(answer.status, 200)
        sock = self.connect()
        self.post('/v1/logs', gzip.compress(prompt('zipped')), Content_Encoding='gzip', sock=sock)
        self.assertEqual(self.sessions()['zipped']['state'], 'working')

    def test_signal_found_out(self):
        sock = self.connect()
        answer = self.post('/', recorded('claude-2.1.197/tui-two-prompts-prompts', '001'), PROTOBUF, sock=sock)
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.ask('GET', '/health').json()['requests'], {'logs': 1, 'traces': 0, 'metrics': 0})

    def test_byte_by_byte(self):
        sock = self.connect()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request('POST', '/v1/logs', prompt('slow'), {'Content-Type': 'application/json'}):
            sock.sendall(bytes([byte]))
        self.assertEqual(read_answer(sock).status, 200)
        self.assertIn('slow', self.sessions())

    def test_chunked(self):
        sock = self.connect()
        body = prompt('chunked')
        chunks = b''.join(b'%x\r\n%s\r\n' % (len(body[i:i + 7]), body[i:i + 7]) for i in range(0, len(body), 7))
        sock.sendall(request('POST', '/v1/logs', b'', {
            'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked'}) + chunks + b'0\r\n\r\n')
        self.assertEqual(read_answer(sock).status, 200)
        self.assertIn('chunked', self.sessions())

    def test_pipelined(self):
        sock = self.connect()
        one = {'Content-Type': 'application/json'}
        sock.sendall(request('POST', '/v1/logs', prompt('first'), one) + request('GET', '/nowhere')
                     + request('POST', '/v1/logs', prompt('second'), one))
        self.assertEqual([read_answer(sock).status for _ in range(3)], [200, 404, 200])
        self.assertLessEqual({'first', 'second'}, set(self.sessions()))

    def test_half_closed(self):
        sock = self.connect()
        sock.sendall(request('POST', '/v1/logs', prompt('half'), {'Content-Type': 'application/json'}))
        sock.shutdown(socket.SHUT_WR)
        self.assertEqual(read_answer(sock).status, 200)

    def test_cut_off_in_the_middle_leaves_nothing(self):
        sock = self.connect()
        whole = request('POST', '/v1/logs', prompt('cut'), {'Content-Type': 'application/json'})
        sock.sendall(whole[:-5])
        sock.close()
        self.assert_alive()
        self.assertNotIn('cut', self.sessions())

    def test_expect(self):
        sock = self.connect()
        whole = request('POST', '/v1/logs', prompt('expected'), {
            'Content-Type': 'application/json', 'Expect': '100-continue'})
        head, _, body = whole.partition(b'\r\n\r\n')
        sock.sendall(head + b'\r\n\r\n')
        self.assertEqual(sock.recv(100), b'HTTP/1.1 100 Continue\r\n\r\n')
        sock.sendall(body)
        self.assertEqual(read_answer(sock).status, 200)

    def test_all_doors(self):
        self.assertEqual(self.ask('GET', '/health', sock=self.connect('::1')).status, 200)
        unix = socket.socket(socket.AF_UNIX)
        self.addCleanup(unix.close)
        unix.connect(self.run_dir + '/otel-ai-monitor.sock')
        self.assertEqual(self.ask('GET', '/healthz', sock=unix).status, 200)

    def test_a_connection_for_one_request_says_nothing(self):
        sock = self.connect()
        self.assertEqual(self.post('/v1/logs', prompt('brief'), sock=sock, Connection='close').status, 200)
        self.assertEqual(sock.recv(1), b'')
        self.assertEqual(self.sessions()['brief']['state'], 'working')

    def test_health_tells_what_arrives(self):
        health = self.ask('GET', '/health').json()
        self.assertEqual(health['received']['hooks'], 0)
        self.assertEqual(health['age_ms'], {'logs': None, 'traces': None, 'metrics': None, 'hooks': None})
        self.assertIsNone(health['clock_ahead_ms'])
        self.post('/v1/logs', prompt('one'))
        self.post('/hooks/claude-code', b'{"hook_event_name": "Stop", "session_id": "one"}')
        health = self.ask('GET', '/health').json()
        self.assertEqual(health['received']['hooks'], 1)
        self.assertGreaterEqual(health['age_ms']['logs'], health['age_ms']['hooks'])
        self.assertIsNone(health['age_ms']['traces'])
        self.assertLessEqual(health['clock_ahead_ms'], 0)
        ahead = json.loads(prompt('two'))
        record = ahead['resourceLogs'][0]['scopeLogs'][0]['logRecords'][0]
        record['timeUnixNano'] = str(int(record['timeUnixNano']) + 2 * 3600 * 10**9)
        self.post('/v1/logs', json.dumps(ahead).encode())
        self.assertGreater(self.ask('GET', '/health').json()['clock_ahead_ms'], 3600 * 1000)

    def test_grpc_is_told_from_other_nonsense(self):
        sock = self.connect()
        sock.sendall(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + bytes(9))
        self.assertEqual(read_answer(sock).status, 505)
        sock = self.connect()
        sock.sendall(b'nonsense\r\n\r\n')
        self.assertEqual(read_answer(sock).status, 400)
        self.assertEqual(self.ask('GET', '/health').json()['rejected']['http2'], 1)
        self.assertIn('http/protobuf', self.log(self.daemon))

    def test_a_session_that_is_gone_is_no_refusal(self):
        self.assertEqual(self.ask('GET', '/api/sessions/gone').status, 404)
        self.assertEqual(self.ask('POST', '/api/sessions/gone/ack').status, 404)
        self.assertEqual(self.ask('GET', '/health').json()['rejected']['http'], 0)
        self.assertEqual(self.ask('GET', '/nothing').status, 404)
        self.assertEqual(self.ask('GET', '/health').json()['rejected']['http'], 1)
        self.wait_log(r'"/nothing" rejected with 404')

    def test_acknowledging(self):
        sock = self.connect()
        self.post('/v1/logs', prompt('done'), sock=sock)
        self.post('/v1/logs', prompt('done', name='api_request', more=[
            ('query_source', 'repl_main_thread')]), sock=sock)
        self.wait_for('it completes', lambda: self.sessions()['done']['state'] == 'completed')
        self.assertEqual(self.ask('POST', '/api/sessions/done/ack').json()['state'], 'idle')
        self.assertEqual(self.ask('GET', '/api/sessions/done').json()['reason'], 'acknowledged')
        self.assertEqual(self.ask('POST', '/api/sessions/nobody/ack').status, 404)


if __name__ == '__main__':
    unittest.main()
