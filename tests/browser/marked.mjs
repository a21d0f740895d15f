// Bodies of clients with a mark in every text that must not outlive its request: prompts, answers, what tools take and
// give, e-mails, accounts. Names, ids and figures stay as they are.

export const MARK = 'MaRkEd7';

/** Attributes that are names, ids or figures, and may be shown. */
const SHOWN = new Set(['service.name', 'service.version', 'event.name', 'session.id', 'conversation.id', 'thread.id', 'gen_ai.conversation.id',
	'session_id', 'model', 'gen_ai.request.model', 'gen_ai.response.model', 'gen_ai.operation.name', 'gen_ai.tool.name', 'gen_ai.tool.call.id', 'gen_ai.provider.name',
	'gen_ai.agent.name', 'tool_name', 'function_name', 'tool_use_id', 'call_id', 'project.name', 'project.path', 'cwd', 'event.timestamp', 'event.sequence', 'turn.id', 'prompt.id', 'prompt_id',
	'request_id', 'query_source', 'decision', 'decision_type', 'decision_source', 'source', 'success', 'type', 'kind', 'event.kind', 'agent_id', 'duration_ms', 'cost_usd', 'status_code', 'speed']);
const SHOWN_BY_HOOKS = new Set(['hook_event_name', 'session_id', 'sessionId', 'thread-id', 'turn_id', 'turn-id', 'prompt_id', 'cwd', 'new_cwd', 'tool_name', 'tool_use_id',
	'agent_id', 'agent_type', 'notification_type', 'type', 'model', 'source', 'reason', 'error', 'status', 'timestamp']);

let count = 0;

/** How many texts have been marked so far. */
export const marked = () => count;

/** @param {string} text @param {string} where */
function mark(text, where) {
	count++;
	return text + ' ' + MARK + ' in ' + where;
}

/** @param {any} value of a hook @param {string} name */
function markHook(value, name) {
	if (typeof value === 'string') {
		return SHOWN_BY_HOOKS.has(name) ? value : mark(value, name);
	}
	return mapped(value, markHook, name);
}

/** @param {any} value @param {(value: any, name: string) => any} map @param {string} name */
function mapped(value, map, name) {
	if (Array.isArray(value)) {
		return value.map((v) => map(v, name));
	}
	return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, map(v, k)])) : value;
}

/** @param {any} value of OTLP in JSON @param {string} name */
function markJson(value, name) {
	if (value && typeof value === 'object' && typeof value.key === 'string' && value.value) {
		return {...value, value: markValue(value.value, value.key)};
	}
	return name === 'body' ? markValue(value, name) : mapped(value, markJson, name);
}

/** @param {any} value an AnyValue @param {string} key */
function markValue(value, key) {
	if (value && typeof value.stringValue === 'string') {
		return SHOWN.has(key) ? value : {stringValue: mark(value.stringValue, key)};
	}
	return mapped(value, (v, name) => name === 'kvlistValue' ? markJson(v, name) : name === 'arrayValue' ? {values: (v.values || []).map((/** @type {any} */ e) => markValue(e, key))} : v, key);
}

/* ---- protobuf: a message is a list of fields; of those in a schema, the bytes are changed */

/** @param {Buffer} bytes @param {number} at @returns {[number, number]} the value, and where it ends */
function varint(bytes, at) {
	let value = 0, factor = 1;
	for (;; factor *= 128) {
		const byte = bytes.readUInt8(at++);
		value += (byte & 127) * factor;
		if (byte < 128) {
			return [value, at];
		}
	}
}

/** @param {number} value */
function varintOf(value) {
	const bytes = [];
	for (; value >= 128; value = Math.floor(value / 128)) {
		bytes.push(value % 128 + 128);
	}
	return Buffer.from([...bytes, value]);
}

/** @typedef {Record<number, (bytes: Buffer) => Buffer>} Schema */

/** @param {Buffer} bytes @param {(number: number, content: Buffer) => Buffer | null} visit of fields with a length; null: as it is */
function rewrite(bytes, visit) {
	const parts = [];
	for (let at = 0; at < bytes.length;) {
		const [tag, begin] = varint(bytes, at), wire = tag % 8;
		if (wire === 2) {
			const [length, content] = varint(bytes, begin), end = content + length;
			const now = visit(Math.floor(tag / 8), bytes.subarray(content, end));
			parts.push(now ? Buffer.concat([bytes.subarray(at, begin), varintOf(now.length), now]) : bytes.subarray(at, end));
			at = end;
		} else {
			const end = wire === 0 ? varint(bytes, begin)[1] : begin + (wire === 1 ? 8 : 4);
			parts.push(bytes.subarray(at, end));
			at = end;
		}
	}
	return Buffer.concat(parts);
}

/** @param {Schema} schema @returns {(bytes: Buffer) => Buffer} */
const message = (schema) => (bytes) => rewrite(bytes, (number, content) => schema[number] ? schema[number](content) : null);

/** @param {Buffer} bytes an AnyValue @param {string} key @returns {Buffer} */
function anyValue(bytes, key) {
	return rewrite(bytes, (number, content) => {
		switch (number) {
		case 1: return SHOWN.has(key) ? null : Buffer.from(mark(content.toString(), key));
		case 5: return message({1: (v) => anyValue(v, key)})(content);
		case 6: return message({1: keyValue})(content);
		default: return null;
		}
	});
}

/** @param {Buffer} bytes */
function keyValue(bytes) {
	let key = '';
	return rewrite(bytes, (number, content) => {
		key = number === 1 ? content.toString() : key;
		return number === 2 ? anyValue(content, key) : null;
	});
}

const resource = message({1: keyValue});
const points = message({1: message({7: keyValue})}), histogram = message({1: message({9: keyValue})});
/** @type {Record<string, (bytes: Buffer) => Buffer>} */
const bodies = {
	'/v1/logs': message({1: message({1: resource, 2: message({2: message({5: (v) => anyValue(v, 'body'), 6: keyValue})})})}),
	'/v1/traces': message({1: message({1: resource, 2: message({2: message({9: keyValue, 11: message({3: keyValue})})})})}),
	'/v1/metrics': message({1: message({1: resource, 2: message({2: message({5: points, 7: points, 9: histogram})})})}),
};

/**
 * @param {Buffer} body as it is, unpacked
 * @param {{path: string, content_type: string}} request
 */
export function markBody(body, request) {
	if (request.content_type !== 'application/json') {
		return bodies[request.path](body);
	}
	const data = JSON.parse(body.toString());
	return Buffer.from(JSON.stringify(request.path.startsWith('/hooks/') ? markHook(data, '') : markJson(data, '')));
}
