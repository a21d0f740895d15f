// Server-sent events by fetch: EventSource cannot send a token, and does not tell why it ended.

import {TYPES} from './data.js';

const PATH = '/api/stream?types=' + TYPES + ',ping';

/**
 * @typedef {{
 *   message: (kind: string, data: any, sequence: number | null) => void,
 *   heard: () => void,
 *   closed: (reason: string, refused: boolean) => void,
 * }} LinkHandlers refused: there is no such way to the daemon, though the daemon may be there
 */

/**
 * One message of a stream, which ends at an empty line.
 * @param {string} text
 * @param {LinkHandlers} on
 */
export function readMessage(text, on) {
	let kind = 'message', data = '', id = '';
	for (const line of text.split('\n')) {
		const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line) || [];
		if (name === 'event') {
			kind = value;
		} else if (name === 'data') {
			data += (data ? '\n' : '') + value;
		} else if (name === 'id') {
			id = value;
		}
	}
	if (data) {
		on.message(kind, JSON.parse(data), id ? Number(id) : null);
	}
}

/**
 * @param {Api} api
 * @param {LinkHandlers} on
 * @param {string} [path]
 * @returns {{stop(): void}}
 */
export function openStream(api, on, path = PATH) {
	const control = new AbortController();

	async function run() {
		let refused = false;
		try {
			const answer = await fetch(path, {headers: api.fields(), signal: control.signal});
			if (!answer.ok || !answer.body) {
				refused = true;
				throw new Error('the daemon answers ' + answer.status);
			}
			const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
			let rest = '';
			for (;;) {
				const {done, value} = await reader.read();
				if (done) {
					throw new Error('the daemon has closed the stream');
				}
				on.heard();
				const messages = (rest + value).split('\n\n');
				rest = messages.pop() || '';
				for (const message of messages) {
					readMessage(message, on);
				}
			}
		} catch (e) {
			if (!control.signal.aborted) {
				control.abort();
				on.closed(e instanceof Error ? e.message : String(e), refused);
			}
		}
	}

	run();
	return {stop: () => control.abort()};
}
