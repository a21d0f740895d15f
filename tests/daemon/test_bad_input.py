"""Bad input of every class: the answer, the log line, and what is left afterwards."""

import gzip
import json
import socket
import time
import unittest

from fixture import PROTOBUF, DaemonTest, prompt, read_answer, recorded, request

JSON = {'Content-Type': 'application/json'}

# what is sent, the status, and whether the connection may be used again
HTTP_LEVEL = {
    'TLS hello': (b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + b'\x00' * 40, {400}, False),
    'another protocol': (b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', {400, 501, 505}, False),
    'an unknown version': (b'GET /health HTTP/3.0\r\nHost: a\r\n\r\n', {400, 505}, False),
    'no Host': (b'GET /health HTTP/1.1\r\n\r\n', {400}, False),
    'two Hosts': (b'GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n', {400}, False),
    'a blank before the colon': (b'GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n', {400}, False),
    'a folded line': (b'GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n', {400}, False),
    'two lengths': (b'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab',
                    {400}, False),
    'length and transfer coding': (b'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n'
                                   b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', {400}, False),
    'another transfer coding': (b'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n',
                                {400, 501}, False),
    'a broken chunk': (b'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
                       b'Transfer-Encoding: chunked\r\n\r\nzz\r\n', {400}, False),
    'a long target': (b'GET /' + b'a' * 9000 + b' HTTP/1.1\r\nHost: localhost\r\n\r\n', {414, 400}, False),
    'a large head': (b'GET /health HTTP/1.1\r\nHost: localhost\r\nX: ' + b'a' * 40000 + b'\r\n\r\n', {431}, False),
    'many fields': (b'GET /health HTTP/1.1\r\nHost: localhost\r\n' + b'X: a\r\n' * 200 + b'\r\n', {431}, False),
    'a foreign Host': (request('GET', '/health', host='evil.example'), {403, 421}, False),
    'a foreign Origin': (request('GET', '/health', fields={'Origin': 'https://evil.example'}), {403}, False),
    'an unknown path': (request('GET', '/v1/profiles'), {404}, True),
    'a trailing slash': (request('POST', '/v1/logs/', b'{}', JSON), {404}, True),
    'a wrong method': (request('GET', '/v1/logs'), {405}, True),
    'no type': (request('POST', '/v1/logs', b'{}'), {415}, True),
    'another type': (request('POST', '/v1/logs', b'{}', {'Content-Type': 'text/plain'}), {415}, True),
    'a declared length over the limit': (request('POST', '/v1/logs', b'', {
        **JSON, 'Content-Length': str(65 << 20)}), {413}, False),
    'an unknown coding': (request('POST', '/v1/logs', b'{}', {**JSON, 'Content-Encoding': 'br'}), {415}, True),
    'stacked codings': (request('POST', '/v1/logs', b'{}', {**JSON, 'Content-Encoding': 'gzip, gzip'}), {415}, True),
}

ZIPPED = gzip.compress(prompt('zip'))

# body, type, coding, status
BODY_LEVEL = {
    'an empty JSON body': (b'', 'application/json', None, 400),
    'an empty protobuf body': (b'', PROTOBUF, None, 200),
    'JSON that ends early': (prompt('x')[:-1], 'application/json', None, 400),
    'JSON with more behind it': (prompt('x') + b' x', 'application/json', None, 400),
    'an array': (b'[]', 'application/json', None, 400),
    'a wrong JSON type': (b'{"resourceLogs":{}}', 'application/json', None, 400),
    'a number out of range': (b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1e99"}]}]}]}',
                              'application/json', None, 400),
    'deeply nested JSON': (b'{"x":' + b'[' * 600 + b']' * 600 + b'}', 'application/json', None, 400),
    'unknown fields': (b'{"resourceLogs":[],"more":[1,{"a":null}]}', 'application/json', None, 200),
    'null everywhere': (b'{"resourceLogs":null}', 'application/json', None, 200),
    'cut protobuf': (recorded('claude-2.1.197/quick', '001')[:-3], PROTOBUF, None, 400),
    'wire type 7': (b'\x0f', PROTOBUF, None, 400),
    'field number 0': (b'\x00\x01', PROTOBUF, None, 400),
    'a length past the end': (b'\x0a\xff\xff\xff\xff\x0f', PROTOBUF, None, 400),
    'text as protobuf': (b'hello, world', PROTOBUF, None, 400),
    'JSON labelled protobuf': (prompt('x'), PROTOBUF, None, 400),
    'truncated gzip': (ZIPPED[:-9], 'application/json', 'gzip', 400),
    'a wrong check sum': (ZIPPED[:-8] + b'\0\0\0\0' + ZIPPED[-4:], 'application/json', 'gzip', 400),
    'other bytes behind gzip': (ZIPPED + b'more', 'application/json', 'gzip', 400),
    'gzip that is none': (prompt('x'), 'application/json', 'gzip', 400),
    'gzip without its label': (ZIPPED, 'application/json', None, 400),
}


class BadInput(DaemonTest):
    def test_http_level(self):
        for name, (data, statuses, keeps) in HTTP_LEVEL.items():
            with self.subTest(name):
                sock = self.connect()
                sock.sendall(data)
                answer = read_answer(sock)
                self.assertIn(answer.status, statuses)
                self.assertLess(len(answer.body), 1200)
                self.assertEqual(answer.fields['content-type'], 'application/json')
                if '/v1/' in data.decode('latin-1')[:20] and answer.status not in (404, 403):
                    self.assertIn('message', answer.json())
                if keeps:
                    self.assertEqual(self.ask('GET', '/health', sock=sock).status, 200)
                else:
                    self.assertEqual(answer.fields.get('connection'), 'close')
                    self.assertIsNone(read_answer(sock))
                if answer.status == 405:
                    self.assertEqual(answer.fields['allow'], 'POST')
                if answer.status == 415 and 'Encoding' in data.decode('latin-1'):
                    self.assertEqual(answer.fields['accept-encoding'], 'gzip')
        self.assert_alive()
        self.assertEqual(self.sessions(), {})
        self.wait_log(r'warning: 127\.0\.0\.1:\d+: GET "/health" rejected with 400: no Host field')

    def test_body_level(self):
        for name, (body, kind, coding, status) in BODY_LEVEL.items():
            with self.subTest(name):
                sock = self.connect()
                fields = {'Content_Encoding': coding} if coding else {}
                answer = self.post('/v1/logs', body, kind, sock=sock, **fields)
                self.assertEqual(answer.status, status)
                # in the encoding of the request, and the connection is still good
                self.assertEqual(answer.fields['content-type'], kind)
                if status == 400 and kind == 'application/json':
                    self.assertEqual(answer.json()['code'], 3)
                    self.assertRegex(answer.json()['message'], '^[^\x00-\x1f]{5,1024}$')
                if status == 400 and kind == PROTOBUF:
                    self.assertEqual(answer.body[:2], b'\x08\x03')
                self.assertEqual(self.ask('GET', '/health', sock=sock).status, 200)
        self.assert_alive()
        self.assertEqual(self.sessions(), {})
        self.wait_log(r'warning: 127\.0\.0\.1:\d+: POST "/v1/logs" rejected with 400: ')

    def test_a_bomb(self):
        bomb = gzip.compress(b'\0' * (70 << 20), 9)
        answer = self.post('/v1/logs', bomb, Content_Encoding='gzip')
        self.assertEqual(answer.status, 413)
        self.assert_alive()

    def test_data_level(self):
        body = json.loads(prompt('good'))
        records = body['resourceLogs'][0]['scopeLogs'][0]['logRecords']
        records[0]['traceId'] = '00'
        records[0]['attributes'].append({'key': 'x', 'value': {'intValue': None}})
        sock = self.connect()
        answer = self.post('/v1/logs', json.dumps(body).encode(), sock=sock)
        self.assertEqual(answer.status, 200)
        text = json.dumps(body).encode().replace(b'"good"', b'"b\xffd"')
        answer = self.post('/v1/logs', text, sock=sock)
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.json()['partialSuccess']['errorMessage'])
        self.assertNotIn('rejectedLogRecords', answer.json()['partialSuccess'])
        self.assertEqual(set(self.sessions()), {'good', 'b\ufffdd'})
        spans = {'resourceSpans': [{'scopeSpans': [{'spans': [{'name': 'x'}]}]}]}
        answer = self.post('/v1/traces', json.dumps(spans).encode())
        self.assertEqual(answer.json()['partialSuccess']['rejectedSpans'], '1')

    def test_the_log_is_not_flooded(self):
        sock = self.connect()
        for _ in range(200):
            self.post('/v1/logs', b'{', sock=sock)
        lines = self.log(self.daemon).count('rejected with 400: ')
        self.assertGreater(lines, 0)
        self.assertLess(lines, 100)
        self.assert_alive()

    def test_a_refusal_says_what_to_do(self):
        body = b'{"resourceLogs":[]}'
        json_type = {'Content-Type': 'application/json'}
        head = {**json_type, 'Content-Length': '19'}
        cases = [  # bytes, status, and what the log says
            (request('POST', '/v1/logs', body, head, host='host.docker.internal:4318'), 403,
             r'POST "/v1/logs" rejected with 403: Host not allowed: "host.docker.internal"; .*allowed-hosts'),
            (request('POST', '/v1/logs', body, {**head, 'Origin': 'http://localhost:5173'}), 403,
             r'Origin not allowed: "http://localhost:5173"; .*allowed-origins'),
            (request('POST', '/v1/logs', body, {**head, 'Content-Encoding': 'zstd'}), 415,
             r'"zstd"; set OTEL_EXPORTER_OTLP_COMPRESSION=gzip'),
            (request('POST', '/v1/logs', body, {'Content-Type': 'text/plain'}), 415, r'415: Content-Type must be'),
            (request('PUT', '/v1/logs', body, head), 405, r'PUT "/v1/logs" rejected with 405'),
            (request('POST', '/v1/log', body, head), 404, r'POST "/v1/log" rejected with 404'),
            (b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505, r'rejected with 505: .*gRPC.*http/protobuf'),
            (b'\x16\x03\x01\0\xc8\x01\0\0\xc4\x03\x03' + b'x' * 60, 400, r'400: TLS .*http:// \(0 bytes\)'),
            (request('POST', '/hooks/claude-code', b'nonsense', json_type), 400,
             r'rejected with 400: invalid JSON at byte 0: a value is expected here \(8 bytes of JSON\)'),
        ]
        for data, status, pattern in cases:
            with self.subTest(pattern):
                sock = self.connect()
                sock.sendall(data)
                self.assertEqual(read_answer(sock).status, status)
                self.wait_log(pattern)
                time.sleep(0.25)  # no more lines a second are written
        self.assertNotIn('.c:', self.log(self.daemon))

    def test_prose_of_users_is_not_logged(self):
        secret = 'my-secret-words'
        self.post('/v1/logs', prompt('p', more=[('prompt', secret)]))
        self.post('/v1/logs', prompt('p', more=[('prompt', secret)])[:-2])
        self.assertNotIn(secret, self.log(self.daemon))
        self.assertNotIn(secret, json.dumps(self.lines()))

    def test_too_many_connections(self):
        socks = []
        for _ in range(600):
            sock = socket.create_connection(('127.0.0.1', self.port), timeout=10)
            self.addCleanup(sock.close)
            socks.append(sock)
        self.assertEqual(self.ask('GET', '/health', sock=socks[-1]).status, 200)
        self.assert_alive()


if __name__ == '__main__':
    unittest.main()
