"""A client made with python-socketio: prints every event as a line of JSON, and what becomes of the connection,
with '#' before its name. Its one argument is JSON: {url, namespace, options, emit}."""

import json
import sys

import socketio

arguments = json.loads(sys.argv[1])
namespace = arguments['namespace']
client = socketio.Client(reconnection=False)


def say(name, data=None):
    print(json.dumps([name, data]), flush=True)


def on_any(name, data=None):
    say(name, data)
    if name == 'connection_ack':
        for what in arguments.get('emit', []):
            client.emit(what[0], what[1] if len(what) > 1 else None, namespace=namespace)


client.on('*', on_any, namespace=namespace)
client.on('connect', lambda: say('#connect', client.transport()), namespace=namespace)
client.on('disconnect', lambda *reason: say('#disconnect', *map(str, reason)), namespace=namespace)
try:
    client.connect(arguments['url'], namespaces=[namespace], **arguments['options'])
    sys.stdin.read()
    client.disconnect()
except socketio.exceptions.ConnectionError as error:
    say('#error', str(error))
