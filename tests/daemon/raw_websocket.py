"""A WebSocket made by hand, and a Socket.IO client on it, for what no library would send."""

import base64
import hashlib
import json
import os
import struct

from fixture import read_answer, request

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
GUID = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
SOCKETIO = '/socket.io/?EIO=4&transport=websocket'


def handshake_fields(key=None, **fields):
    key = key or base64.b64encode(os.urandom(16)).decode()
    named = {k.replace('_', '-'): v for k, v in fields.items()}
    return {'Connection': 'Upgrade', 'Upgrade': 'websocket', 'Sec-WebSocket-Version': '13',
            'Sec-WebSocket-Key': key, **named}


def frame(payload, opcode=TEXT, final=True, reserved=0, mask=b'\x12\x34\x56\x78'):
    """One frame of a client; mask None: none, as only servers may."""
    payload = payload.encode() if isinstance(payload, str) else payload
    bit = 0x80 if mask else 0
    size = bytes([bit | len(payload)]) if len(payload) < 126 else bytes([bit | 126]) + struct.pack('>H', len(payload))
    body = bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if mask else payload
    return bytes([(0x80 if final else 0) | reserved << 4 | opcode]) + size + (mask or b'') + body


class WebSocket:
    """An open one. Pings of Engine.IO are answered while something else is waited for."""

    def __init__(self, sock, path=SOCKETIO, host='localhost', **fields):
        sent = handshake_fields(**fields)
        sock.sendall(request('GET', path, fields=sent, host=host))
        self.sock, self.answer, self.pings = sock, read_answer(sock), 0
        self.bytes = b''
        if self.answer.status == 101:
            digest = hashlib.sha1(sent['Sec-WebSocket-Key'].encode() + GUID).digest()
            assert self.answer.fields['sec-websocket-accept'] == base64.b64encode(digest).decode()

    def send(self, payload, **how):
        self.sock.sendall(frame(payload, **how))

    def _take(self, size):
        while len(self.bytes) < size:
            more = self.sock.recv(65536)
            if not more:
                raise EOFError
            self.bytes += more
        taken, self.bytes = self.bytes[:size], self.bytes[size:]
        return taken

    def frame(self):
        """The next frame: its opcode and payload."""
        first, size = self._take(2)
        assert first & 0xf0 == 0x80, 'in fragments, or with reserved bits'
        assert size & 0x80 == 0, 'masked'
        if size >= 126:
            size = int.from_bytes(self._take(2 if size == 126 else 8), 'big')
        return first & 15, self._take(size)

    def text(self):
        """The next text; the code of a close as a number."""
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], 'big') if payload else 1005
            assert opcode == TEXT, opcode
            if payload != b'2':
                return payload.decode()
            self.pings += 1
            self.send('3')

    def close_code(self):
        """The code of the close, whatever comes before it."""
        while True:
            text = self.text()
            if isinstance(text, int):
                return text

    def join(self, packet='40/dashboard,'):
        self.opening = json.loads(self.text()[1:])
        self.send(packet)
        return self.text()

    def event(self, name=None):
        """The next event, or the next of that name: its name and object."""
        while True:
            text = self.text()
            assert isinstance(text, str), text
            assert text.startswith('42/dashboard,'), text
            got, data = json.loads(text[len('42/dashboard,'):])
            if name in (None, got):
                return got, data
