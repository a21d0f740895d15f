"""Socket.IO over WebSocket: what clients hear, and what is refused."""

import json
import os
import signal
import socket
import unittest

from fixture import PATIENCE_S, DaemonTest, prompt, request, read_answer
from raw_websocket import BINARY, CLOSE, PING, PONG, SOCKETIO, WebSocket, frame, handshake_fields

NOBODY = 65534
WAIT = json.dumps({'hook_event_name': 'Notification', 'session_id': 'one', 'notification_type': 'permission_prompt',
                   'message': 'Claude needs your permission to use Bash'}).encode()


def call(session, request_id, usd):
    return prompt(session, name='api_request', more=[
        ('model', 'claude-opus-4-5'), ('cost_usd', str(usd)), ('input_tokens', '100'), ('output_tokens', '20'),
        ('duration_ms', '900'), ('request_id', request_id)])


class SocketIo(DaemonTest):
    ARGUMENTS = ['--broadcast-interval', '0']

    def open(self, path=SOCKETIO, **fields):
        return WebSocket(self.connect(), path, **fields)

    def joined(self, path=SOCKETIO):
        """A client that has heard all that is true now."""
        client = self.open(path)
        client.join()
        client.event('cost.update' if path == SOCKETIO else 'session_list')
        return client


class Clients(SocketIo):
    def test_opening(self):
        client = self.open(Sec_WebSocket_Extensions='permessage-deflate')
        self.assertEqual(client.answer.status, 101)
        self.assertNotIn('sec-websocket-extensions', client.answer.fields)
        self.assertNotIn('sec-websocket-protocol', client.answer.fields)
        text = client.text()
        self.assertEqual(text[0], '0')
        opening = json.loads(text[1:])
        self.assertEqual({k: v for k, v in opening.items() if k != 'sid'},
                         {'upgrades': [], 'pingInterval': 5000, 'pingTimeout': 10000, 'maxPayload': 16384})
        client.send('40/dashboard,{}')
        self.assertRegex(client.text(), r'^40/dashboard,\{"sid":"[^"]+"\}$')
        name, ack = client.event()
        self.assertEqual((name, ack['message']), ('connection_ack', 'Connected to dashboard'))
        self.assertRegex(ack['timestamp'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$')
        name, sessions = client.event()
        self.assertEqual((name, sessions['sessions'], sessions['seq']), ('session_list', [], ack['seq']))
        self.assertEqual({client.event()[0], client.event()[0]}, {'stats', 'cost.update'})

    def test_namespaces_events_and_the_end(self):
        client = self.open()
        self.assertEqual(client.join('40/admin,'), '44/admin,{"message":"Invalid namespace"}')
        client.send('40')
        self.assertRegex(client.text(), r'^40\{"sid":"[^"]+"\}$')
        client.send('42/dashboard,1["ping"]')  # not joined: ignored
        client.send('40/dashboard?a=b,')
        self.assertRegex(client.text(), r'^40/dashboard,\{"sid"')
        client.event('cost.update')
        client.send('42/dashboard,["ping"]')
        name, pong = client.event()
        self.assertEqual((name, sorted(pong)), ('pong', ['seq', 'timestamp']))
        client.send('42/dashboard,["unknown",{}]')
        client.send('42/dashboard,7["unknown"]')
        self.assertEqual(client.text(), '43/dashboard,7[]')
        client.send(b'hello', opcode=PING)
        self.assertEqual(client.frame(), (PONG, b'hello'))
        client.send('41/dashboard,')
        self.post('/v1/logs', prompt('one'))
        client.send(b'\x03\xe8bye', opcode=CLOSE)
        self.assertEqual(client.frame(), (CLOSE, b'\x03\xe8bye'))
        with self.assertRaises(EOFError):
            client.frame()
        self.assertNotIn('WebSocket', self.log(self.daemon))

    def test_what_happens_is_heard(self):
        client = self.joined()
        self.post('/v1/logs', prompt('one'))
        name, update = client.event()
        self.assertEqual((name, update['session_id'], update['state']), ('session_update', 'one', 'working'))
        self.post('/v1/logs', call('one', 'r1', 0.08))
        name, telemetry = client.event()
        self.assertEqual(name, 'telemetry.update')
        made = telemetry['invocation']
        self.assertEqual((made['model_name'], made['tool_name'], made['total_tokens'], made['cost_usd'], made['status']),
                         ('claude-opus-4-5', 'claude-code', 120, 0.08, 'success'))
        stats = client.event('stats')[1]
        self.assertEqual((stats['today']['calls'], stats['costs']['today']), (1, 0.08))
        self.assertNotIn('plan', stats)  # has not changed
        costs = client.event('cost.update')[1]
        self.assertEqual((costs['costs'], len(costs['trends']), costs['models'][0]['model_name']),
                         ({'today': 0.08, 'month': 0.08, 'total': 0.08}, 30, 'claude-opus-4-5'))
        self.assertEqual(costs['active_operations'][0]['invocation_id'], made['invocation_id'])
        self.post('/hooks/claude-code', WAIT)
        event = client.event('event')[1]
        self.assertEqual((event['kind'], event['session_id'], event['tool']), ('needs_you', 'one', 'claude-code'))
        rows = self.wait_for('the row', lambda: self.ask('GET', '/api/events').json()['events'])
        self.assertEqual({k: v for k, v in rows[0].items() if k != 'id'},
                         {k: v for k, v in event.items() if k not in ('type', 'v', 'seq')})

    def test_stats_together_are_the_answer(self):
        client = self.joined()
        known = self.ask('GET', '/api/stats').json()
        for i in range(5):
            self.post('/v1/logs', call('one', 'r%d' % i, 0.01))
        while known['today']['calls'] < 5:
            known.update(client.event('stats')[1])
        asked = self.ask('GET', '/api/stats').json()
        ignored = ('type', 'v', 'seq', 'timestamp', 'projected_today')
        self.assertEqual(*({k: v for k, v in answer.items() if k not in ignored} for answer in (known, asked)))

    def test_numbers_have_no_gap_and_are_those_of_the_stream(self):
        client = self.joined()
        stream = self.connect()
        stream.sendall(b'GET /api/stream?types=session_list,session_update,stats,event HTTP/1.0\r\nHost: localhost\r\n\r\n')
        seen = []
        self.post('/v1/logs', prompt('one'))
        self.post('/v1/logs', call('one', 'r1', 0.08))
        self.post('/hooks/claude-code', WAIT)
        kinds = set()
        while not kinds >= {'session_update', 'stats', 'event'}:
            name, data = client.event()
            if name in ('session_update', 'stats', 'event'):
                kinds.add(name)
                seen.append((name, data['seq']))
        self.assertEqual([n for _, n in seen], list(range(seen[0][1], seen[0][1] + len(seen))))
        reader = stream.makefile('r', encoding='utf-8', newline='\n')
        self.addCleanup(reader.close)
        heard, name = [], ''
        while not heard or heard[-1] != seen[-1]:
            key, _, value = reader.readline().rstrip('\n').partition(': ')
            name = value if key == 'event' else name
            heard += [(name, int(value))] if key == 'id' and name != 'session_list' else []
        self.assertEqual([h for h in heard if h in seen], seen)

    def test_types_choose(self):
        client = self.joined(SOCKETIO + '&types=session_list,event')
        self.post('/v1/logs', prompt('one'))
        self.post('/hooks/claude-code', WAIT)
        self.assertEqual(client.event()[0], 'event')

    def test_slow_reader_is_not_waited_for(self):
        other = self.joined(SOCKETIO + '&types=session_list')
        slow = socket.socket()
        self.addCleanup(slow.close)
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(PATIENCE_S)
        slow.connect(('127.0.0.1', self.port))
        slow = WebSocket(slow, SOCKETIO + '&types=session_list')
        slow.join()
        keep = self.connect()
        for i in range(300):
            self.post('/v1/logs', prompt('a-session-with-a-long-name-%d' % i, name='user_prompt'), sock=keep)
        lists = 120
        for i in range(lists):
            self.assertEqual(self.ask('POST', '/api/pause?duration=%d' % (60 + i), sock=keep).status, 200)
            self.assertEqual(len(other.event('session_list')[1]['sessions']), 300)
        newest = self.ask('GET', '/api/sessions').json()['paused_until']
        heard = 0
        while True:
            text = slow.text()
            if text == 1013:  # on a machine that is slower than two pings
                break
            heard += text.startswith('42/dashboard,["session_list"')
            if '"paused_until":%d' % newest in text:
                break
        self.assertLess(heard, lists)
        self.assert_alive()

    def test_stop_says_going_away(self):
        clients = [self.joined(), self.open()]
        self.daemon.send_signal(signal.SIGTERM)
        self.assertEqual([c.close_code() for c in clients], [1001, 1001])
        for client in clients:
            client.sock.close()
        self.assertEqual(self.daemon.wait(PATIENCE_S), 0)

    def readers(self):
        return self.ask('GET', '/health').json()['dashboard']['readers']['websocket']

    def test_leaving_without_a_word(self):
        clients = [self.joined() for _ in range(20)]
        self.assertEqual(self.readers(), 20)
        for client in clients:
            client.sock.close()
        self.wait_for('nobody is connected', lambda: self.readers() == 0)

    def test_no_more_than_256(self):
        clients = [self.open() for _ in range(256)]
        self.assertEqual({c.answer.status for c in clients}, {101})
        answer = self.open().answer
        self.assertEqual((answer.status, answer.fields['retry-after']), (503, '5'))
        clients[0].sock.close()
        self.wait_for('there is room again', lambda: self.open().answer.status == 101)


class Refusals(SocketIo):
    def refused(self, method='GET', path=SOCKETIO, host='localhost', drop=(), **fields):
        sent = {k: v for k, v in handshake_fields(**fields).items() if k not in drop}
        answer = self.ask(method, path, fields=sent, host=host)
        return answer.status, json.loads(answer.body)

    def test_handshakes(self):
        unknown = (400, {'code': 0, 'message': 'Transport unknown'})
        self.assertEqual(self.refused(path='/socket.io/?EIO=4&transport=polling'), unknown)
        self.assertEqual(self.refused(path='/socket.io/'), unknown)
        self.assertEqual(self.refused(drop=('Upgrade', 'Connection')), unknown)
        self.assertEqual(self.refused(path='/socket.io/?EIO=3&transport=websocket'),
                         (400, {'code': 5, 'message': 'Unsupported protocol version'}))
        self.assertEqual(self.refused(path=SOCKETIO + '&sid=abc'), (400, {'code': 1, 'message': 'Session ID unknown'}))
        self.assertEqual(self.refused('POST'), (400, {'code': 2, 'message': 'Bad handshake method'}))
        self.assertEqual(self.refused(key='c2hvcnQ=')[0], 400)
        self.assertEqual(self.refused(drop=('Sec-WebSocket-Key',))[0], 400)
        status, error = self.refused(path=SOCKETIO + '&types=session_list,tea')
        self.assertEqual((status, error['code']), (400, 3))
        self.assertIn('session_update', error['message'])
        answer = self.ask('GET', SOCKETIO, fields=handshake_fields(Sec_WebSocket_Version='8'))
        self.assertEqual((answer.status, answer.fields['sec-websocket-version']), (426, '13'))
        self.assert_alive()

    def test_host_and_origin(self):
        forbidden = (403, {'code': 4, 'message': 'Forbidden'})
        self.assertEqual(self.refused(host='evil.example'), forbidden)
        for origin in ('http://evil.example', 'null', 'https://localhost', 'http://localhost:1', ''):
            self.assertEqual(self.refused(Origin=origin), forbidden, origin)
        self.wait_log(r'Origin not allowed: "http://evil\.example"; .*allowed-origins')
        own = 'localhost:%d' % self.port
        self.assertEqual(WebSocket(self.connect(), host=own, Origin='http://' + own).answer.status, 101)

    def test_frames(self):
        rows = [
            (1002, frame('40', mask=None)), (1002, frame('40', reserved=4)), (1002, frame('40', reserved=1)),
            (1002, frame('40', opcode=3)), (1002, frame('40', opcode=0)), (1002, frame('', opcode=PING, final=False)),
            (1002, frame('40', final=False) + frame('40')), (1002, b'\x89\xfe\x00\x7e'),
            (1007, frame(b'40/\xff')), (1007, frame(b'40/\xc3')), (1003, frame(b'x', opcode=BINARY)),
            (1003, frame('451-["x",{"_placeholder":true,"num":0}]')), (1008, frame('hello')), (1008, frame('')),
            (1009, frame('4' * 16385)), (1009, frame('4' * 16000, final=False) + frame('2' * 400, opcode=0)),
            (1009, b'\x81\xff\x7f' + b'\xff' * 7 + b'1234!'), (1008, frame('3') * 51)]
        for code, data in rows:
            client = self.open()
            client.sock.sendall(data)
            self.assertEqual(client.close_code(), code, data[:40])
            with self.assertRaises(EOFError):
                client.frame()
        self.assert_alive()
        self.wait_log(r'WebSocket closed: \S')

    def test_largest_message(self):
        client = self.joined()
        text = '42/dashboard,7["x","%s"]'
        client.send(text % ('y' * (16384 - len(text % ''))))
        self.assertEqual(client.text(), '43/dashboard,7[]')


@unittest.skipUnless(os.geteuid() == 0, 'needs another user')
class Token(SocketIo):
    """Another user of this machine, who needs the token: its connections are made in that user's name."""
    ARGUMENTS = ['--token', 'abcdefgh/ijklmnop=', '--broadcast-interval', '0']

    def open_as_nobody(self, **fields):
        os.seteuid(NOBODY)
        try:
            sock = self.connect()
        finally:
            os.seteuid(0)
        return WebSocket(sock, **fields)

    def test_ways_to_give_it(self):
        self.assertEqual(self.open_as_nobody(Authorization='Bearer abcdefgh/ijklmnop=').answer.status, 101)
        offered = 'otel-ai-monitor, bearer.abcdefgh%2Fijklmnop%3D'
        client = self.open_as_nobody(Sec_WebSocket_Protocol=offered)
        self.assertEqual((client.answer.status, client.answer.fields['sec-websocket-protocol']), (101, 'otel-ai-monitor'))
        self.assertRegex(client.join(), r'^40/dashboard,\{"sid"')
        self.assertEqual(client.event()[0], 'connection_ack')
        client = self.open_as_nobody()
        self.assertEqual(client.join(), '44/dashboard,{"message":"Unauthorized"}')
        client.send('40/dashboard,{"token":"abcdefgh/ijklmnop="}')
        self.assertRegex(client.text(), r'^40/dashboard,\{"sid"')
        self.assertEqual(client.event()[0], 'connection_ack')

    def test_wrong_ones(self):
        for fields in ({'Authorization': 'Bearer wrong'}, {'Sec_WebSocket_Protocol': 'otel-ai-monitor, bearer.wrong'}):
            self.assertEqual(self.open_as_nobody(**fields).answer.status, 401)
        os.seteuid(NOBODY)
        try:
            sock = self.connect()
        finally:
            os.seteuid(0)
        sock.sendall(request('GET', '/socket.io/?EIO=4&transport=websocket&token=abcdefgh/ijklmnop=',
                             fields=handshake_fields()))
        self.assertEqual(read_answer(sock).status, 101)
        sock.settimeout(PATIENCE_S)
        sock.sendall(frame('40/dashboard,'))
        data = b''
        while b'Unauthorized' not in data:
            data += sock.recv(4096)

    def test_others_without_one_are_refused(self):
        self.end(self.daemon)
        self.daemon = self.start()
        self.port = self.port_of(self.daemon)
        self.assertEqual(self.open_as_nobody().answer.status, 403)


if __name__ == '__main__':
    unittest.main()
