// A client made with socket.io-client: prints every event as a line of JSON, and what becomes of the
// connection, with '#' before its name. Its one argument is JSON: {url, options, emit}.
import {createRequire} from 'node:module';

const {url, options, emit} = JSON.parse(process.argv[2]);
const {io} = createRequire(process.env.CLIENT_MODULES + '/x.js')('socket.io-client');
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));
const socket = io(url, {reconnection: false, forceNew: true, ...options});

socket.on('connect', () => say('#connect', socket.io.engine.transport.name));
socket.on('connect_error', (error) => {
	say('#error', error.message);
	socket.close();
});
socket.on('disconnect', (reason) => say('#disconnect', reason));
socket.onAny((name, data) => {
	say(name, data);
	if (name === 'connection_ack') {
		for (const what of emit ?? []) {
			socket.emit(...what);
		}
	}
});
process.stdin.on('end', () => socket.close()).resume();
