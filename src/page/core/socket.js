// The WebSocket: Socket.IO 5 on Engine.IO 4, as far as one namespace needs it.

import {TYPES} from './data.js';

const PATH = '/socket.io/?EIO=4&transport=websocket&types=' + TYPES;
const NAMESPACE = '/dashboard';
const OPEN_MS = 4000;

/**
 * @param {Api} api
 * @param {import('./stream.js').LinkHandlers} on
 * @returns {{stop(): void}}
 */
export function openSocket(api, on) {
	const address = (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + PATH;
	const token = api.token();
	const socket = token ? new WebSocket(address, ['otel-ai-monitor', 'bearer.' + encodeURIComponent(token)]) : new WebSocket(address);
	let acknowledged = false, over = false;
	const timer = setTimeout(() => end('no answer to the WebSocket'), OPEN_MS);

	/** @param {string} reason */
	function end(reason) {
		if (!over) {
			over = true;
			clearTimeout(timer);
			socket.close();
			on.closed(reason, !acknowledged);
		}
	}

	/** @param {string} text behind "42/dashboard," */
	function take(text) {
		const [name, data] = JSON.parse(text);
		if (name === 'connection_ack') {
			acknowledged = true;
			clearTimeout(timer);
		}
		on.message(name, data, data && typeof data.seq === 'number' ? data.seq : null);
	}

	socket.onmessage = (event) => {
		const text = String(event.data);
		on.heard();
		if (text.startsWith('0')) {
			socket.send('40' + NAMESPACE + ',');
		} else if (text === '2') {
			socket.send('3');
		} else if (text.startsWith('42' + NAMESPACE + ',')) {
			take(text.slice(3 + NAMESPACE.length));
		} else if (text.startsWith('44')) {
			end('the daemon refuses the WebSocket');
		}
	};
	socket.onclose = (event) => end(event.code === 1001 ? 'the daemon is stopping' : 'the WebSocket has closed');
	return {
		stop() {
			over = true;
			clearTimeout(timer);
			socket.close();
		},
	};
}
