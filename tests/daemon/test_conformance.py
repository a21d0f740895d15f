"""OTLP/HTTP, rule by rule, against the running daemon: for logs, metrics and traces, in protobuf and JSON. The rules and
what was chosen where they leave a choice: docs/conformance.md."""

import base64
import gzip
import json
import os
import socket
import stat
import struct
import subprocess
import unittest
import zlib

from fixture import PROGRAM, PROTOBUF, DaemonTest, prompt, read_answer, request

JSON = 'application/json'
KINDS = (PROTOBUF, JSON)
LIMIT = 1 << 20  # of this daemon; the default, 64 MiB, takes its time


def varint(n):
    out = b''
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def fixed64(number, value):
    return varint(number << 3 | 1) + struct.pack('<Q', value)


def number(field_number, value):
    return varint(field_number << 3) + varint(value)


def pair(key, value):
    return field(1, key) + field(2, value)


TRACE, SPAN = bytes(range(1, 17)), bytes(range(1, 9))
POINT = fixed64(3, 5) + fixed64(6, 7)


class Signal:
    """How an item of a signal is sent, in the two encodings."""

    def __init__(self, name, outer, inner, items, item_json, item_pb, rejected):
        self.path, self.name, self.rejected = '/v1/' + name, name, rejected
        self.outer, self.inner, self.items = outer, inner, items
        self.item_json, self.item_pb = item_json, item_pb

    def json(self, **members):
        item = {**json.loads(self.item_json), **members}
        return self.json_of(json.dumps(item))

    def json_of(self, item):
        text = item if isinstance(item, str) else item.decode('latin-1')
        if self.name == 'metrics':
            text = '{"name":"m","sum":{"dataPoints":[%s]}}' % text
        return ('{"%s":[{"%s":[{"%s":[%s]}]}]}' % (self.outer, self.inner, self.items, text)).encode('latin-1')

    def pb(self, more=b''):
        item = self.item_pb + more
        if self.name == 'metrics':
            item = field(1, b'm') + field(7, field(1, item))
        return field(1, field(2, field(2, item)))

    def attributes(self, content):
        """An item with these bytes as an attribute's value."""
        tag = {'logs': 6, 'traces': 9, 'metrics': 7}[self.name]
        return self.pb(field(tag, field(1, b'k') + field(2, content)))

    def body(self, kind):
        return self.pb() if kind == PROTOBUF else self.json()


SIGNALS = [
    Signal('logs', 'resourceLogs', 'scopeLogs', 'logRecords', '{"timeUnixNano":"5"}', fixed64(1, 5),
           'rejectedLogRecords'),
    Signal('traces', 'resourceSpans', 'scopeSpans', 'spans',
           '{"traceId":"%s","spanId":"%s"}' % (TRACE.hex(), SPAN.hex()), field(1, TRACE) + field(2, SPAN),
           'rejectedSpans'),
    Signal('metrics', 'resourceMetrics', 'scopeMetrics', 'metrics', '{"timeUnixNano":"5","asInt":"7"}', POINT,
           'rejectedDataPoints'),
]
LOGS, TRACES, METRICS = SIGNALS


class Conformance(DaemonTest):
    ARGUMENTS = ['--allowed-origins', 'http://app.example', '--max-body', '1M', '--no-store']

    def setUp(self):
        super().setUp()
        self.sock = self.connect()

    # ---- asking

    def send(self, data):
        """The answer to these bytes on a connection of their own, and whether that was ended."""
        sock = self.connect()
        sock.sendall(data)
        return self.answer_of(sock)

    @staticmethod
    def answer_of(sock):
        answer = read_answer(sock)
        if answer is not None and answer.fields.get('connection') == 'close':
            assert read_answer(sock) is None
        return answer

    def status(self, data):
        return self.send(data).status

    def put(self, signal, kind, body, **fields):
        """The answer on the one connection that all of these share; it must stay usable, unless it says that it ends."""
        answer = self.post(signal.path, body, kind, sock=self.sock, **fields)
        if answer.fields.get('connection') == 'close':
            self.sock = self.connect()
        return answer

    def each(self):
        for signal in SIGNALS:
            for kind in KINDS:
                with self.subTest(signal=signal.name, kind=kind):
                    yield signal, kind

    def assert_status_body(self, answer, kind, code=None):
        """A google.rpc.Status in that encoding."""
        self.assertEqual(answer.fields['content-type'], kind)
        self.assertLessEqual(len(answer.body), 1100)
        if kind == JSON:
            body = answer.json()
            self.assertRegex(body['message'], '^[^\x00-\x1f]{4,1024}$')
            if code is not None:
                self.assertEqual(body['code'], code)
        else:
            self.assertEqual(answer.body[0], 0x08)
            self.assertEqual(answer.body[2], 0x12)
            if code is not None:
                self.assertEqual(answer.body[1], code)

    def assert_taken(self, answer, kind):
        self.assertEqual((answer.status, answer.body), (200, b'' if kind == PROTOBUF else b'{}'))

    def assert_bad(self, signal, kind, body, **fields):
        answer = self.put(signal, kind, body, **fields)
        self.assertEqual(answer.status, 400, body[:80])
        self.assert_status_body(answer, kind, 3)

    # ---- 1. routing and methods

    def test_R1_paths(self):
        for signal, kind in self.each():
            self.assert_taken(self.put(signal, kind, signal.body(kind)), kind)
            answer = self.ask('POST', signal.path + '?a=/v1/none&b', signal.body(kind), {'Content-Type': kind}, sock=self.sock)
            self.assert_taken(answer, kind)
            self.assertEqual(self.ask('POST', signal.path.upper(), b'', {'Content-Type': kind}, sock=self.sock).status, 404)

    def test_R2_other_paths(self):
        for signal, kind in self.each():
            for path in (signal.path + '/', signal.path + '/x', '/v1', '/v1/', '/v1/none', '/v2' + signal.path[3:]):
                answer = self.ask('POST', path, b'', {'Content-Type': kind}, sock=self.sock)
                self.assertEqual(answer.status, 404, path)
                if path.startswith('/v1'):
                    self.assert_status_body(answer, kind, 5)
            # an endpoint with a slash at its end, and the path behind it: nobody means anything else
            self.assert_taken(self.ask('POST', '/' + signal.path, signal.body(kind), {'Content-Type': kind}), kind)

    def test_R3_other_methods(self):
        for signal, kind in self.each():
            for method in ('GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'):
                answer = self.send(request(method, signal.path, fields={'Connection': 'close', 'Content-Type': kind}).replace(
                    b'HEAD', b'GET'))
                self.assertEqual((answer.status, answer.fields['allow']), (405, 'POST'), method)
                self.assert_status_body(answer, kind)

    def test_R4_options_trace_connect(self):
        for signal in SIGNALS:
            answer = self.send(request('OPTIONS', signal.path))
            self.assertEqual((answer.status, answer.fields['allow']), (204, 'POST'))
            answer = self.send(request('TRACE', signal.path, fields={'X-Secret': 'mark'}))
            self.assertIn(answer.status, (405, 501))
            self.assertNotIn(b'mark', answer.body)
        self.assertEqual(self.status(b'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n'), 204)
        self.assertEqual(self.status(b'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n'), 501)

    def test_R5_unknown_method(self):
        answer = self.send(request('BREW', '/v1/logs'))
        self.assertIn(answer.status, (400, 405, 501))
        self.assertEqual(answer.fields['connection'], 'close')

    def test_R6_absolute_form(self):
        for signal, kind in self.each():
            body, fields = signal.body(kind), {'Content-Type': kind}
            self.assert_taken(self.send(request('POST', 'http://localhost' + signal.path, body, fields, 'evil.test')), kind)
            self.assertEqual(self.status(request('POST', 'http://evil.test' + signal.path, body, fields)), 403)

    def test_R7_health(self):
        answer = self.ask('GET', '/health')
        self.assertEqual((answer.status, answer.fields['content-type'], answer.json()['status']), (200, JSON, 'ok'))
        answer = self.send(request('POST', '/health'))
        self.assertEqual((answer.status, answer.fields['allow']), (405, 'GET, HEAD'))

    def test_R8_profiles(self):
        for kind in KINDS:
            answer = self.ask('POST', '/v1development/profiles', b'', {'Content-Type': kind})
            self.assertEqual(answer.status, 404)
            self.assert_status_body(answer, kind, 5)

    def test_R9_paths_stay(self):
        """May be configurable; ours are not, but "/" takes any signal."""
        for signal, kind in self.each():
            self.assert_taken(self.ask('POST', '/', signal.body(kind), {'Content-Type': kind}, sock=self.sock), kind)

    # ---- 2. content types

    def test_T1_types(self):
        for signal, kind in self.each():
            for words in (kind, kind.upper(), kind + ';charset=utf-8', kind + ' ; charset="utf-8"', '\t' + kind + ' '):
                self.assertEqual(self.put(signal, words, signal.body(kind)).status, 200, words)

    def test_T2_other_types(self):
        for signal in SIGNALS:
            for words in ('text/plain', 'application/xml', 'application/grpc', 'application/jsonx', 'application', '*/*',
                          'text/plain; application/json', 'application/json, application/x-protobuf'):
                answer = self.put(signal, words, signal.json())
                self.assertEqual(answer.status, 415, words)
                self.assert_status_body(answer, JSON)

    def test_T3_no_type(self):
        for signal in SIGNALS:
            answer = self.ask('POST', signal.path, signal.json(), sock=self.sock)
            self.assertEqual(answer.status, 415)
            self.assert_status_body(answer, JSON)

    def test_T4_two_types(self):
        for signal, kind in self.each():
            data = request('POST', signal.path, signal.body(kind), {'Content-Type': kind, 'content-type': kind})
            self.assertEqual(self.status(data), 400)

    def test_T5_accept(self):
        for signal, kind in self.each():
            for accept in (PROTOBUF, JSON, 'text/html', '*/*;q=0'):
                answer = self.put(signal, kind, signal.body(kind), Accept=accept)
                self.assertEqual(answer.fields.get('content-type', kind), kind)
                answer = self.put(signal, kind, b'\x0f', Accept=accept)
                self.assert_status_body(answer, kind, 3)

    # ---- 3. answers

    def test_A1_A3_success(self):
        for signal, kind in self.each():
            self.assert_taken(self.put(signal, kind, signal.body(kind)), kind)

    def test_A2_type_of_the_answer(self):
        for signal, kind in self.each():
            self.assertEqual(self.put(signal, kind, signal.body(kind)).fields['content-type'], kind)
            self.assertEqual(self.put(signal, kind, b'{').fields['content-type'], kind)

    def test_A4_empty_requests(self):
        for signal, kind in self.each():
            empty = {JSON: [b'{}', b'{"%s":[]}', b'{"%s":[{}]}', b'{"%s":[{"resource":{}}]}', b' {} \n'],
                     PROTOBUF: [b'', field(1, b''), field(1, field(1, b'')), field(1, field(2, b''))]}[kind]
            for body in empty:
                self.assert_taken(self.put(signal, kind, body.replace(b'%s', signal.outer.encode())), kind)

    def test_A5_partial_success(self):
        answer = self.put(TRACES, JSON, TRACES.json(spanId=''))
        partial = answer.json()['partialSuccess']
        self.assertEqual((answer.status, partial['rejectedSpans']), (200, '1'))
        self.assertTrue(partial['errorMessage'])
        answer = self.put(TRACES, PROTOBUF, field(1, field(2, field(2, field(1, TRACE)))))
        self.assertEqual(answer.body[2:4], b'\x08\x01')
        answer = self.put(LOGS, JSON, prompt('i' * 257))
        self.assertEqual(answer.json()['partialSuccess']['rejectedLogRecords'], '1')

    def test_A6_warning(self):
        for signal, kind in self.each():
            bad = b'\xff'
            body = signal.attributes(field(1, bad)) if kind == PROTOBUF else signal.json_of(
                json.dumps({**json.loads(signal.item_json), 'attributes': [
                    {'key': 'k', 'value': {'stringValue': 'BAD'}}]}).encode().replace(b'BAD', bad))
            answer = self.put(signal, kind, body)
            self.assertEqual(answer.status, 200)
            if kind == JSON:
                partial = answer.json()['partialSuccess']
                self.assertEqual(partial.get(signal.rejected, '0'), '0')
                self.assertTrue(partial['errorMessage'])
            else:
                self.assertEqual(answer.body[2], 0x12)

    def test_A7_passing_faults_keep_nothing(self):
        """A request that breaks at its end leaves nothing of its front."""
        body = prompt('kept')
        self.assertEqual(self.put(LOGS, JSON, body[:-1]).status, 400)
        self.assertEqual(self.sessions(), {})

    def test_A8_errors_of_every_kind(self):
        for signal, kind in self.each():
            self.assert_status_body(self.put(signal, kind, b'\x0f'), kind, 3)
            self.assert_status_body(self.put(signal, kind, b'x', Content_Encoding='br'), kind, 3)
            for data in (request('PUT', signal.path, b'', {'Content-Type': kind}),
                         request('POST', signal.path, b'', {'Content-Type': kind, 'Origin': 'http://evil.test'}),
                         request('POST', signal.path, b'', {'Content-Type': kind, 'Content-Length': str(LIMIT + 1)}),
                         request('POST', signal.path, b'', {'Content-Type': kind}, 'evil.test')):
                self.assert_status_body(self.send(data), kind)
        for data in (b'nonsense\r\n\r\n', b'\x16\x03\x01', b'POST /v1/logs HTTP/1.1\r\n\r\n',
                     b'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nX: ' + b'y' * 40000 + b'\r\n\r\n'):
            self.assert_status_body(self.send(data), JSON)

    def test_A9_messages(self):
        for signal, kind in self.each():
            body = signal.json(attributes=[{'key': 1}]) if kind == JSON else signal.attributes(b'\x0a\x7f')
            message = self.put(signal, kind, body).body
            self.assertIn(b'byte ', message)
            self.assertIn(b'attributes', message)
            long = b'{"' + b'x' * 5000 + b'\x01"}'
            self.assertLess(len(self.put(signal, JSON, long).body), 1100)

    def test_A10_no_details(self):
        """The message already says what a BadRequest in details would."""
        for signal, kind in self.each():
            body = self.put(signal, kind, b'\x0f').body
            if kind == JSON:
                self.assertEqual(set(json.loads(body)), {'code', 'message'})
            else:
                self.assertLess(body[3], 128)
                self.assertEqual(len(body), 4 + body[3])

    def test_A11_size(self):
        """Many faults, one short answer."""
        spans = ','.join(['{"name":"%s"}' % ('x' * 100)] * 5000)
        answer = self.put(TRACES, JSON, TRACES.json_of(spans))
        self.assertEqual(answer.json()['partialSuccess']['rejectedSpans'], '5000')
        self.assertLess(len(answer.body), 1200)

    def test_A12_answers_are_not_compressed(self):
        answer = self.ask('GET', '/health', fields={'Accept-Encoding': 'gzip, br'})
        self.assertNotIn('content-encoding', answer.fields)

    def test_A13_after_200_it_is_there(self):
        self.assertEqual(self.put(LOGS, JSON, prompt('there')).status, 200)
        self.assertIn('there', self.sessions())

    def test_A14_lengths(self):
        sock = self.connect()
        sock.sendall(request('HEAD', '/health') + request('GET', '/health'))
        data = b''
        while data.count(b'HTTP/1.1 200') < 2 or not data.endswith(b'}\n'):
            data += sock.recv(65536)
        heads = [part.split(b'\r\n\r\n') for part in data.split(b'HTTP/1.1 ')[1:]]
        self.assertEqual(heads[0][1], b'')
        self.assertIn(b'Content-Length: ', heads[0][0])
        self.assertNotIn(b'Content-Length', self.raw(request('OPTIONS', '/v1/logs')))

    def raw(self, data):
        sock = self.connect()
        sock.sendall(data)
        return sock.recv(65536)

    # ---- 4. body size and compression

    def test_Z1_limits(self):
        for kind in KINDS:
            whole = b'\x7a' + varint(LIMIT - 4) + b'y' * (LIMIT - 4)  # an unknown field
            if kind == JSON:
                whole = b'{"x":"' + b'y' * (LIMIT - 8) + b'"}'
            self.assertEqual(len(whole), LIMIT)
            self.assertEqual(self.put(LOGS, kind, whole).status, 200)
            zipped = gzip.compress(whole, 1)
            self.assertEqual(self.put(LOGS, kind, zipped, Content_Encoding='gzip').status, 200)
            zipped = gzip.compress(whole + b' ', 1)
            answer = self.put(LOGS, kind, zipped, Content_Encoding='gzip')
            self.assertEqual(answer.status, 413)
            self.assert_status_body(answer, kind, 8)

    def test_Z2_Z3_too_long_is_told_at_once(self):
        for signal, kind in self.each():
            sock = self.connect()
            sock.sendall(request('POST', signal.path, b'', {
                'Content-Type': kind, 'Content-Length': str(LIMIT + 1), 'Expect': '100-continue'}))
            answer = read_answer(sock)
            self.assertEqual(answer.status, 413)
            sock.sendall(b'x' * (1 << 20))  # one that goes on still reads its answer
            self.assertIsNone(read_answer(sock))

    def test_Z4_codings(self):
        for signal, kind in self.each():
            body = signal.body(kind)
            for name in ('gzip', 'GZIP', 'x-gzip', 'X-GZip'):
                self.assert_taken(self.put(signal, kind, gzip.compress(body), Content_Encoding=name), kind)
            for name in ('identity', 'Identity', ''):
                self.assert_taken(self.put(signal, kind, body, Content_Encoding=name), kind)

    def test_Z5_bombs(self):
        bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
        data = b''.join(bomb.compress(bytes(1 << 20)) for _ in range(100)) + bomb.flush()
        for kind in KINDS:
            self.assertEqual(self.put(LOGS, kind, data, Content_Encoding='gzip').status, 413)
            lying = data[:-4] + b'\x10\0\0\0'  # claims 16 bytes
            self.assertEqual(self.put(LOGS, kind, lying, Content_Encoding='gzip').status, 413)

    def test_Z6_members(self):
        for signal, kind in self.each():
            body = signal.body(kind)
            two = gzip.compress(body[:5]) + gzip.compress(b'') + gzip.compress(body[5:])
            self.assert_taken(self.put(signal, kind, two, Content_Encoding='gzip'), kind)
            plain = gzip.compress(body)
            named = plain[:3] + b'\x1c' + plain[4:10] + b'\x03\0abcname\0comment\0' + plain[10:]
            self.assert_taken(self.put(signal, kind, named, Content_Encoding='gzip'), kind)
            for wrong in (plain[:-8] + bytes(4) + plain[-4:], plain[:-4] + b'\xff' * 4):
                self.assert_bad(signal, kind, wrong, Content_Encoding='gzip')

    def test_Z7_broken_gzip(self):
        for signal, kind in self.each():
            whole = gzip.compress(signal.body(kind))
            for body in (whole[:-1], whole[:10], whole[:1], whole + b'x', whole + bytes(8), signal.body(kind), b''):
                self.assert_bad(signal, kind, body, Content_Encoding='gzip')

    def test_Z8_Z9_Z10_other_codings(self):
        for signal, kind in self.each():
            for name in ('br', 'zstd', 'deflate', 'snappy', 'gzip, gzip', 'gzip, identity', 'nonsense'):
                answer = self.put(signal, kind, signal.body(kind), Content_Encoding=name)
                self.assertEqual((answer.status, answer.fields['accept-encoding']), (415, 'gzip'), name)
                self.assert_status_body(answer, kind)

    # ---- 5. framing

    HEAD = b'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'

    def assert_refused(self, data, *statuses):
        answer = self.send(data)
        self.assertIn(answer.status, statuses, data[:120])
        self.assertEqual(answer.fields['connection'], 'close')

    def test_H1_versions(self):
        for version in (b'HTTP/0.9', b'HTTP/2.0', b'HTTP/1.2', b'HTTP/3.0', b'ICE/1.0', b'http/1.1'):
            self.assert_refused(b'GET /health ' + version + b'\r\nHost: localhost\r\n\r\n', 400, 505)

    def test_H2_http_1_0(self):
        for signal, kind in self.each():
            body = signal.body(kind)
            head = 'POST %s HTTP/1.0\r\nContent-Type: %s\r\nContent-Length: %d\r\n' % (signal.path, kind, len(body))
            answer = self.send(head.encode() + b'\r\n' + body)
            self.assertEqual((answer.status, answer.fields['connection']), (200, 'close'))
            sock = self.connect()
            for _ in range(2):
                sock.sendall(head.encode() + b'Connection: keep-alive\r\n\r\n' + body)
                self.assertEqual(read_answer(sock).status, 200)

    def test_H3_host(self):
        for fields in (b'', b'Host: localhost\r\nHost: localhost\r\n', b'Host: a b\r\n', b'Host: user@localhost\r\n',
                       b'Host: localhost:x\r\n'):
            self.assert_refused(b'GET /health HTTP/1.1\r\n' + fields + b'\r\n', 400)

    def test_H4_H5_lengths(self):
        for fields in (b'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', b'Content-Length: +2\r\n',
                       b'Content-Length: 2, 2\r\n', b'Content-Length: 2\r\nContent-Length: 2\r\n', b'Content-Length: -1\r\n',
                       b'Content-Length: 2\r\nContent-Length: 3\r\n', b'Content-Length: 0x2\r\n', b'Content-Length: \r\n',
                       b'Content-Length: 9223372036854775808\r\n', b'Content-Length: 18446744073709551618\r\n'):
            self.assert_refused(self.HEAD + fields + b'\r\n{}', 400)

    def test_H6_transfer_codings(self):
        for coding in (b'gzip', b'gzip, chunked', b'chunked, gzip', b'chunked, chunked', b'xchunked', b'identity'):
            self.assert_refused(self.HEAD + b'Transfer-Encoding: ' + coding + b'\r\n\r\n', 400, 501)
        self.assert_refused(self.HEAD.replace(b'1.1', b'1.0') + b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400)

    def test_H7_chunks(self):
        for signal, kind in self.each():
            body = signal.body(kind)
            head = request('POST', signal.path, b'', {'Content-Type': kind, 'Transfer-Encoding': 'chunked'})
            for ext in (b'', b';a', b';a=b', b';a="b c"', b';a=b;c=d', b' ;a=b', b';a = b', b';a="\\""',
                        b';ext=1;q="a b"', b';a="b;c"'):
                data = b''.join(b'%03X%s\r\n%s\r\n' % (len(body[i:i + 11]), ext, body[i:i + 11])
                                for i in range(0, len(body), 11))
                self.assert_taken(self.send(head + data + b'0' + ext + b'\r\nX-Trailer: 1\r\nY: 2\r\n\r\n'), kind)
        chunked = self.HEAD + b'Transfer-Encoding: chunked\r\n\r\n'
        for rest in (b'x\r\n', b'-1\r\n', b'0x2\r\n{}\r\n0\r\n\r\n', b'2\r\n{}0\r\n\r\n', b'2\n{}\n0\n\n', b'2\r\n{}}\r\n0\r\n\r\n',
                     b'fffffffffffffffff\r\n', b' 2\r\n{}\r\n0\r\n\r\n', b'2;\x01\r\n{}\r\n0\r\n\r\n'):
            self.assert_refused(chunked + rest, 400)
        for rest in (b'2;' + b'x' * 20000 + b'\r\n{}\r\n0\r\n\r\n', b'2\r\n{}\r\n0\r\nX: ' + b'y' * 20000 + b'\r\n\r\n'):
            self.assert_refused(chunked + rest, 400, 431)

    def test_H8_fields(self):
        for line in (b'X : a', b': a', b'X\x01: a', b'X: a\0b', b'X: a\rb', b'X: a\r\n b', b'X'):
            self.assert_refused(b'GET /health HTTP/1.1\r\nHost: localhost\r\n' + line + b'\r\n\r\n', 400)

    def test_H9_bare_line_feeds(self):
        self.assert_refused(b'GET /health HTTP/1.1\nHost: localhost\n\n', 400)

    def test_H10_empty_lines(self):
        self.assertEqual(self.status(b'\r\n' + request('GET', '/health')), 200)

    def test_H11_expect(self):
        for signal, kind in self.each():
            body = signal.body(kind)
            data = request('POST', signal.path, body, {'Content-Type': kind, 'Expect': '100-continue'})
            sock = self.connect()
            sock.sendall(data[:-len(body)])
            self.assertEqual(sock.recv(100), b'HTTP/1.1 100 Continue\r\n\r\n')
            sock.sendall(body)
            self.assert_taken(read_answer(sock), kind)
            self.assert_taken(self.send(data.replace(b'HTTP/1.1', b'HTTP/1.0')), kind)
        self.assertEqual(self.status(request('POST', '/v1/logs', b'{}', {'Content-Type': JSON, 'Expect': 'tea'})), 417)

    def test_H12_keep_alive(self):
        for signal, kind in self.each():
            sock = self.connect()
            for _ in range(3):
                self.assert_taken(self.post(signal.path, signal.body(kind), kind, sock=sock), kind)
            answer = self.post(signal.path, signal.body(kind), kind, sock=sock, Connection='close')
            self.assertEqual(answer.fields['connection'], 'close')
            self.assertIsNone(read_answer(sock))

    def test_H13_H17_pipelining(self):
        """In order, one answer each."""
        sock = self.connect()
        sock.sendall(b''.join(request('POST', s.path, s.body(k) if good else b'\x0f', {'Content-Type': k})
                              for s in SIGNALS for k in KINDS for good in (True, False)))
        self.assertEqual([read_answer(sock).status for _ in range(12)], [200, 400] * 6)
        sock.shutdown(socket.SHUT_WR)
        self.assertIsNone(read_answer(sock))

    def test_H14_refused_bodies(self):
        for signal, kind in self.each():
            sock = self.connect()
            self.assertEqual(self.post('/v1/none', signal.body(kind), kind, sock=sock).status, 404)
            self.assert_taken(self.post(signal.path, signal.body(kind), kind, sock=sock), kind)

    def test_H15_half_closed(self):
        for signal, kind in self.each():
            data = request('POST', signal.path, signal.body(kind), {'Content-Type': kind})
            sock = self.connect()
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            self.assert_taken(read_answer(sock), kind)
            sock = self.connect()
            sock.sendall(data[:-1])
            sock.shutdown(socket.SHUT_WR)
            self.assertEqual(read_answer(sock).status, 400)

    def test_H16_any_cut(self):
        for signal, kind in self.each():
            data = request('POST', signal.path, gzip.compress(signal.body(kind)), {
                'Content-Type': kind, 'Content-Encoding': 'gzip'})
            sock = self.connect()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in data:
                sock.sendall(bytes([byte]))
            self.assert_taken(read_answer(sock), kind)

    def test_H18_strict(self):
        """No lenience of the parser's is on: what only those forms allow is refused."""
        for data in (b'GET /health HTTP/1.1\r\nHost: localhost\r\n\n', b'GET /health  HTTP/1.1\r\nHost: localhost\r\n\r\n',
                     b'GET /health HTTP/1.1 \r\nHost: localhost\r\n\r\n', b'GET\t/health HTTP/1.1\r\nHost: localhost\r\n\r\n'):
            self.assert_refused(data, 400, 505)

    # ---- 6. JSON

    def json_statuses(self, texts, status, signals=SIGNALS):
        for signal in signals:
            for text in texts:
                with self.subTest(signal=signal.name, text=text[:60]):
                    answer = self.put(signal, JSON, text if isinstance(text, bytes) else text.encode())
                    self.assertEqual(answer.status, status)
                    if status == 200:
                        self.assertEqual(answer.body, b'{}')
                    else:
                        self.assert_status_body(answer, JSON, 3)

    def item_statuses(self, members, status):
        """Items with these members, given as text."""
        for signal in SIGNALS:
            for text in members:
                with self.subTest(signal=signal.name, text=text[:60]):
                    answer = self.put(signal, JSON, signal.json_of(signal.item_json[:-1] + ',' + text + '}'))
                    self.assertEqual(answer.status, status)
                    if status == 200:
                        self.assertEqual(answer.body, b'{}')

    @staticmethod
    def attribute(value):
        return '"attributes":[{"key":"k","value":%s}]' % value

    def test_J1_one_object(self):
        self.json_statuses(['', '[]', '1', '"x"', 'null', '{} {}', '{}x', '{', '{"a":}', "{'a':1}", '{"a":1,}', '{"a":NaN}'], 400)
        self.json_statuses([b'\xef\xbb\xbf{}', ' \t\r\n{} '], 200)

    def test_J2_J3_names(self):
        self.json_statuses(['{"resource_logs":1,"resource_spans":{},"resource_metrics":"x"}', '{"more":[1,{"a":[null]}]}'], 200)
        self.item_statuses(['"trace_id":5', '"x":{"y":[[],{}]}', '"time_unix_nano":{}'], 200)

    def test_J4_null(self):
        self.json_statuses(['{"%s":null}' % s.outer for s in SIGNALS], 200)
        self.item_statuses(['"attributes":null', '"flags":null', self.attribute('null'), self.attribute('{"intValue":null}'),
                            self.attribute('{"arrayValue":null}'), '"startTimeUnixNano":null'], 200)

    def test_J5_integers(self):
        values = ['"9223372036854775807"', '-9223372036854775808', '1e3', '1.0', '"5"', '0']
        self.item_statuses([self.attribute('{"intValue":%s}' % v) for v in values], 200)
        values = ['9223372036854775808', '1.5', '"x"', '""', 'true', '{}', '"1 "']
        self.item_statuses([self.attribute('{"intValue":%s}' % v) for v in values], 400)

    def test_J6_doubles(self):
        values = ['1', '1.5e-3', '"1.5"', '"NaN"', '"Infinity"', '"-Infinity"']
        self.item_statuses([self.attribute('{"doubleValue":%s}' % v) for v in values], 200)
        values = ['NaN', '"nan"', 'true', '"x"', '[]']
        self.item_statuses([self.attribute('{"doubleValue":%s}' % v) for v in values], 400)

    def test_J7_ids_and_bytes(self):
        self.json_statuses([TRACES.json(traceId=TRACE.hex().upper(), parentSpanId='')], 200, [TRACES])
        self.json_statuses([LOGS.json(traceId=TRACE.hex(), spanId=''), LOGS.json(traceId='')], 200, [LOGS])
        answer = self.put(TRACES, JSON, TRACES.json(traceId=base64.b64encode(TRACE).decode()))
        self.assertEqual(answer.json()['partialSuccess']['rejectedSpans'], '1')
        values = ['"AQI="', '"AQI"', '"-_8"', '"+/8="', '""']
        self.item_statuses([self.attribute('{"bytesValue":%s}' % v) for v in values], 200)
        self.item_statuses([self.attribute('{"bytesValue":%s}' % v) for v in ('"A"', '"!!"', '5')], 400)

    def test_J8_enums(self):
        self.json_statuses([LOGS.json(severityNumber=n) for n in (9, 999, -1)], 200, [LOGS])
        self.json_statuses([TRACES.json(kind=n) for n in (1, 77)], 200, [TRACES])

    def test_J9_values(self):
        values = ['{}', '{"stringValue":""}', '{"boolValue":false}', '{"intValue":"1"}', '{"doubleValue":1}', '{"bytesValue":""}',
                  '{"arrayValue":{}}', '{"arrayValue":{"values":[{},{"intValue":1}]}}',
                  '{"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":[]}}}]}}']
        self.item_statuses([self.attribute(v) for v in values], 200)

    def test_J10_duplicates(self):
        """The last one counts, or they are refused; never a fault of ours."""
        for text in ('"attributes":[],"attributes":[]', self.attribute('{"intValue":1,"stringValue":"x"}')):
            for signal in SIGNALS:
                body = signal.json_of(signal.item_json[:-1] + ',' + text + '}')
                self.assertIn(self.put(signal, JSON, body).status, (200, 400))

    def test_J11_escapes(self):
        body = prompt('escaped').replace(b'session.id', b'session\\u002eid').replace(b'escaped', b'\\ud83d\\ude00 \\u0041')
        self.assertEqual(self.put(LOGS, JSON, body).status, 200)
        self.assertIn('\U0001f600 A', self.sessions())
        self.item_statuses([self.attribute('{"stringValue":"a\\u0000b"}')], 200)
        for signal in SIGNALS:
            body = signal.json_of(signal.item_json[:-1] + ',' + self.attribute('{"stringValue":"\\ud800"}') + '}')
            self.assertIn(self.put(signal, JSON, body).status, (200, 400))

    def test_J12_P9_invalid_utf8(self):
        self.assertEqual(self.put(LOGS, JSON, prompt('BAD').replace(b'BAD', b'b\xffd')).status, 200)
        self.assertIn('b\ufffdd', self.sessions())

    def test_J13_wrong_types(self):
        for signal in SIGNALS:
            for text in ('{"%s":{}}', '{"%s":"x"}', '{"%s":[1]}', '{"%s":[{"resource":[]}]}'):
                self.assert_bad(signal, JSON, (text % signal.outer).encode())
        self.item_statuses(['"attributes":{}', '"attributes":[1]', '"flags":"x"', self.attribute('[]'),
                            self.attribute('{"stringValue":5}'), self.attribute('{"boolValue":1}')], 400)

    def test_J14_long_numbers(self):
        self.item_statuses([self.attribute('{"intValue":%s}' % ('9' * 1000000))], 400)
        self.item_statuses([self.attribute('{"doubleValue":0.%s}' % ('1' * 1000000))], 200)

    # ---- 7. protobuf

    def pb_statuses(self, bodies, status, signals=SIGNALS):
        for signal in signals:
            for make in bodies:
                body = make(signal) if callable(make) else make
                with self.subTest(signal=signal.name, body=body[:40]):
                    answer = self.put(signal, PROTOBUF, body)
                    self.assertEqual(answer.status, status)
                    if status == 400:
                        self.assert_status_body(answer, PROTOBUF, 3)

    def test_P1_nothing(self):
        self.pb_statuses([b''], 200)

    def test_P2_unknown_fields(self):
        group = varint(1000 << 3 | 3) + field(5, b'x') + varint(7 << 3 | 3) + varint(7 << 3 | 4) + varint(1000 << 3 | 4)
        unknown = number(1001, 5) + fixed64(1002, 5) + field(1003, b'x') + varint(1004 << 3 | 5) + bytes(4) + group
        self.pb_statuses([unknown, lambda s: s.pb(unknown), lambda s: unknown + s.pb() + unknown], 200)

    def test_P3_P4_broken(self):
        self.pb_statuses([
            b'\x0a', b'\x0a\x05x', b'\x0a\x80', b'\x0a' + b'\xff' * 11, b'\x00\x01', b'\x80\x00\x01', b'\x0e', b'\x0f', b'\x0c',
            b'\x09\x01', b'\x0d\x01', b'\x0a\xff\xff\xff\xff\x0f', b'\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01',
            b'\x0a\x80\x80\x80\x80\x10', varint(7 << 3 | 3), varint(7 << 3 | 3) + varint(8 << 3 | 4),
            lambda s: s.pb()[:-1], lambda s: s.pb(b'\x0a\x7f')], 400)

    def test_P5_forms(self):
        self.pb_statuses([
            lambda s: field(1, field(2, b'') + field(1, b'')) + s.pb(),  # any order
            lambda s: b'\x8a\x00' + s.pb()[1:],  # a tag that is longer than it need be
            lambda s: field(1, field(1, b'') + field(1, field(1, pair(b'a', b''))) + field(2, b''))], 200)
        packed = field(6, struct.pack('<QQ', 1, 2))  # bucket_counts of a histogram point
        histogram = field(1, field(2, field(2, field(1, b'h') + field(9, field(1, packed + fixed64(6, 3))))))
        self.pb_statuses([histogram], 200, [METRICS])

    def test_P6_wrong_wire_types(self):
        self.pb_statuses([number(1, 5), fixed64(1, 5)], 400)

    def test_P7_absent_parts(self):
        self.pb_statuses([field(1, field(2, field(2, b''))), field(1, field(1, field(1, b''))), lambda s: s.attributes(b''),
                          lambda s: field(1, field(2, field(1, b'')))], 200)

    def test_P8_depth(self):
        def nested(levels):
            value = b''
            for _ in range(levels):
                value = field(5, field(1, value))
            return value
        self.pb_statuses([lambda s: s.attributes(nested(64)), lambda s: s.attributes(nested(100))], 200)
        self.pb_statuses([lambda s: s.attributes(nested(101)), lambda s: s.attributes(nested(5000))], 400)
        deep = '{"x":' + '[' * 511 + ']' * 511 + '}'
        self.json_statuses([deep], 200)
        self.json_statuses([deep.replace('[', '[[', 1).replace(']', ']]', 1)], 400)

    def test_P9_nul(self):
        for _ in range(2):
            self.put(LOGS, JSON, prompt('a\0b'))
        self.assertEqual(list(self.sessions()), ['a\ufffdb'])

    # ---- 8. meaning

    def test_D1_event_name(self):
        body = json.loads(prompt('by-field', name=''))
        body['resourceLogs'][0]['scopeLogs'][0]['logRecords'][0]['eventName'] = 'claude_code.user_prompt'
        self.put(LOGS, JSON, json.dumps(body).encode())
        self.put(LOGS, JSON, prompt('by-attribute'))
        self.assertEqual({'by-field', 'by-attribute'}, set(self.sessions()))

    def test_D2_time(self):
        for name in ('timeUnixNano', 'observedTimeUnixNano', 'none'):
            self.put(LOGS, JSON, prompt(name).replace(b'timeUnixNano', name.encode()))
            self.assertEqual(self.sessions()[name]['state'], 'working')

    def test_D3_bad_ids_of_logs(self):
        for ids in ({'traceId': '00'}, {'spanId': '0' * 16}, {'traceId': 'ff'}):
            body = json.loads(prompt('kept'))
            body['resourceLogs'][0]['scopeLogs'][0]['logRecords'][0].update(ids)
            self.assertEqual(self.put(LOGS, JSON, json.dumps(body).encode()).status, 200)
        self.pb_statuses([field(1, field(2, field(2, fixed64(1, 5) + field(9, b'xx'))))], 200, [LOGS])
        self.assertIn('kept', self.sessions())

    def test_D4_spans_without_ids(self):
        good = json.loads(TRACES.item_json)
        spans = ','.join(json.dumps(x) for x in (good, {**good, 'spanId': ''}, {**good, 'traceId': '0' * 32}, {}))
        answer = self.put(TRACES, JSON, TRACES.json_of(spans))
        self.assertEqual(answer.json()['partialSuccess']['rejectedSpans'], '3')

    def test_D5_string_indexes(self):
        for signal in SIGNALS:
            answer = self.put(signal, PROTOBUF, signal.attributes(number(8, 3)))
            self.assertEqual(answer.status, 200)
            self.assertIn(b'string index', answer.body)

    def test_D6_duplicate_keys(self):
        body = prompt('first', more=[('session.id', 'last')])
        self.put(LOGS, JSON, body)
        self.assertEqual(list(self.sessions()), ['last'])

    def test_D7_flags(self):
        self.item_statuses(['"flags":4294967295', '"flags":0'], 200)
        self.json_statuses([LOGS.json(severityNumber=25)], 200, [LOGS])

    def test_D8_the_same_again(self):
        body = prompt('twice', name='api_request', more=[('input_tokens', '10'), ('query_source', 'repl_main_thread')])
        for _ in range(3):
            self.put(LOGS, JSON, body)
        self.assertEqual(self.sessions()['twice']['metrics']['input_tokens'], 10)

    def test_D9_metrics_without_data(self):
        bodies = [b'{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m"},{"name":"n","sum":{}}]}]}]}',
                  METRICS.json_of('{"timeUnixNano":"5"}'), METRICS.json(flags=1)]
        self.json_statuses(bodies, 200, [METRICS])

    # ---- 10. access

    def test_S1_addresses(self):
        with open('/proc/net/tcp', encoding='ascii') as f:
            listening = [line.split()[1] for line in f if line.split()[3] == '0A']
        ours = [address for address in listening if address.endswith(':%04X' % self.port)]
        self.assertEqual(ours, ['0100007F:%04X' % self.port])

    def test_S2_hosts(self):
        for host in ('localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '[::1]', 'localhost:4318', '10.0.0.1', 'localhost.'):
            self.assertEqual(self.status(request('GET', '/health', host=host)), 200, host)
        for host in ('evil.test', 'localhost.evil.test', '127.0.0.1.nip.io', 'xlocalhost', 'host.docker.internal'):
            self.assertIn(self.status(request('GET', '/health', host=host)), (403, 421), host)

    def test_S3_S5_origins(self):
        for path in ('/v1/logs', '/health', '/none', '/api/sessions'):
            for origin in ('http://evil.test', 'null', 'http://localhost:3000', 'file://', 'http://app.example.evil.test'):
                answer = self.send(request('POST', path, b'{}', {'Content-Type': JSON, 'Origin': origin}))
                self.assertEqual(answer.status, 403)
                self.assertFalse([name for name in answer.fields if name.startswith('access-control')])
        answer = self.send(request('POST', '/v1/logs', b'{}', {'Content-Type': JSON, 'Origin': 'http://app.example'}))
        self.assertEqual((answer.status, answer.fields['access-control-allow-origin']), (200, 'http://app.example'))
        for words in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'):  # without a preflight
            self.assertEqual(self.status(request('POST', '/v1/logs', b'{}', {'Content-Type': words})), 415)
        for site in ('cross-site', 'same-site'):  # nor is anything loaded into somebody else's page
            fields = {'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'object'}
            self.assertEqual(self.status(request('GET', '/api/sessions', fields=fields)), 403)
        fields = {'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document'}
        self.assertEqual(self.status(request('GET', '/health', fields=fields)), 200)

    def test_S4_preflight(self):
        asked = {'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Private-Network': 'true'}
        for signal in SIGNALS:
            answer = self.send(request('OPTIONS', signal.path, fields={'Origin': 'http://app.example', **asked}))
            self.assertEqual(answer.status, 204)
            self.assertEqual({k: v for k, v in answer.fields.items() if k.startswith('access-control') or k == 'vary'}, {
                'access-control-allow-origin': 'http://app.example', 'access-control-allow-methods': 'POST',
                'access-control-allow-headers': 'content-type, content-encoding',
                'access-control-allow-private-network': 'true', 'vary': 'Origin'})
            answer = self.send(request('OPTIONS', signal.path, fields={'Origin': 'http://evil.test', **asked}))
            self.assertIn(answer.status, (204, 403))
            self.assertFalse([name for name in answer.fields if name.startswith('access-control')])

    def test_S6_unix_socket(self):
        path = self.run_dir + '/otel-ai-monitor.sock'
        self.assertEqual(stat.S_IMODE(os.lstat(path).st_mode), 0o600)
        for signal, kind in self.each():
            with socket.socket(socket.AF_UNIX) as sock:
                sock.connect(path)
                sock.sendall(request('POST', signal.path, signal.body(kind), {'Content-Type': kind}, 'any.thing'))
                self.assert_taken(read_answer(sock), kind)
                sock.sendall(request('GET', '/health', fields={'Origin': 'http://evil.test'}))
                self.assertEqual(read_answer(sock).status, 403)

    def test_S7_socket_activation(self):
        with socket.create_server(('127.0.0.1', 0)) as listener:
            listener.set_inheritable(True)
            log = self.path('activated')
            with open(log, 'wb') as stderr:
                daemon = subprocess.Popen(
                    ['sh', '-c', 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3<&%d' % listener.fileno(), 'sh', PROGRAM,
                     'serve', '--no-notifications', '--no-pipe', '--socket', self.path('s')],
                    pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr,
                    env=self.environment)
            self.addCleanup(self.end, daemon)
            self.port = listener.getsockname()[1]
            for signal, kind in self.each():
                self.assert_taken(self.post(signal.path, signal.body(kind), kind), kind)

    def test_S8_nothing_is_given_away(self):
        for data in (request('GET', '/health'), request('GET', '/mark-in-the-path'), b'nonsense\r\n\r\n'):
            answer = self.send(data)
            self.assertNotIn('server', answer.fields)
            self.assertNotIn('html', answer.fields['content-type'])
            self.assertNotIn('mark', str(answer.fields))

    def test_S9_both_loopback_addresses(self):
        for signal, kind in self.each():
            self.assert_taken(self.post(signal.path, signal.body(kind), kind, sock=self.connect('::1')), kind)


class Limits(DaemonTest):
    """Section 9; times are tested without a daemon (tests/http)."""

    def test_heads(self):
        answer = self.ask('GET', '/' + 'x' * 8190)
        self.assertEqual(answer.status, 404)
        sock = self.connect()
        sock.sendall(request('GET', '/' + 'x' * 8192))
        self.assertEqual(read_answer(sock).status, 414)
        fields = ''.join('X%d: y\r\n' % i for i in range(127))
        sock = self.connect()
        sock.sendall(('GET /health HTTP/1.1\r\nHost: localhost\r\n' + fields + '\r\n').encode())
        self.assertEqual(read_answer(sock).status, 200)
        sock = self.connect()
        sock.sendall(('GET /health HTTP/1.1\r\nHost: localhost\r\nZ: z\r\n' + fields + '\r\n').encode())
        self.assertEqual(read_answer(sock).status, 431)


if __name__ == '__main__':
    unittest.main()
