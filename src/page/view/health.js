// What the daemon received, rejected and could not understand, and how it is itself.

import {bytes, count, duration, shortDuration} from '../core/format.js';
import {commandLine, createPanel} from '../core/panel.js';
import {el, outside, replace} from '../core/dom.js';

const WAYS = {socket: 'live by WebSocket', stream: 'live by event stream', poll: 'asks every 30 s'};
const EVERY_MS = 5000;

/** @type {View} */
export const view = {
	name: 'health',
	title: 'Health',
	mount(root, app) {
		const panels = [
			createPanel({title: 'Daemon', load, render: daemon}),
			createPanel({title: 'Received', load, render: received}),
			createPanel({title: 'History', load, render: history}),
			createPanel({title: 'Prices', load, render: prices}),
			createPanel({title: 'Not understood', load, render: notUnderstood, isEmpty: (h) => h.not_understood.length === 0,
				empty: {text: 'Everything that came was understood'}}),
		];
		root.append(el('div', {class: 'grid'}, panels.map((p) => p.element)),
			el('p', {class: 'muted'}, 'What is wrong, and what to do about it: '), commandLine('otel-ai-monitor doctor'));

		/** One question for all of them. */
		let asked = /** @type {Promise<any> | null} */ (null);
		function load() {
			if (!asked) {
				asked = app.api.get('/health').finally(() => {
					asked = null;
				});
			}
			return asked.then((health) => {
				app.store.set('health', health);
				return health;
			});
		}

		function reload() {
			if (!document.hidden) {
				for (const p of panels) {
					p.reload();
				}
			}
		}

		/** @param {HTMLElement} body @param {any} h */
		function daemon(body, h) {
			const link = app.store.get('link');
			list(body, [['Version', h.version], ['Running for', duration(h.uptime_s * 1000)],
				['This page', link.state === 'live' ? WAYS[/** @type {Link['way'] & string} */ (link.way)] : link.state],
				['Connections', count(h.connections)], ['Sessions', h.sessions.working + ' working, ' + h.sessions.completed + ' done, ' + h.sessions.idle + ' idle']]);
		}

		const timer = setInterval(reload, EVERY_MS);
		reload();
		return {
			show() {},
			stop() {
				clearInterval(timer);
				panels.forEach((p) => p.stop());
			},
		};
	},
};

/**
 * @param {HTMLElement} body
 * @param {[string, string | Node, string?][]} rows name, value, class
 */
function list(body, rows) {
	replace(body, el('dl', {class: 'pairs'}, rows.map(([name, value, className]) =>
		el('div', {}, el('dt', {}, name), el('dd', {class: className}, value)))));
}

/** @param {HTMLElement} body @param {any} h */
function received(body, h) {
	/** @param {string} name */
	const row = (name) => /** @type {[string, string]} */ ([{logs: 'Log records', traces: 'Spans', metrics: 'Data points', hooks: 'Hooks'}[name] || name,
		count(h.received[name]) + (h.age_ms[name] === null ? '' : ', last ' + duration(h.age_ms[name]) + ' ago')]);
	const bad = Object.entries({requests: 'requests', records: 'records', http: 'by HTTP', http2: 'tries with gRPC, which is not spoken here'})
		.filter(([key]) => h.rejected[key] > 0).map(([key, words]) => count(h.rejected[key]) + ' ' + words).join(', ');
	list(body, [row('logs'), row('traces'), row('metrics'), row('hooks'),
		['Rejected', bad || 'nothing', bad ? 'is-warning' : ''],
		['Clock of the senders', h.clock_ahead_ms === null ? '—' : Math.abs(h.clock_ahead_ms) < 1000 ? 'like ours'
			: shortDuration(Math.abs(h.clock_ahead_ms)) + (h.clock_ahead_ms > 0 ? ' ahead' : ' behind')]]);
}

/** @param {HTMLElement} body @param {any} h */
function history(body, h) {
	if (!h.store) {
		replace(body, el('p', {class: 'muted'}, 'Built without a history'));
		return;
	}
	const s = h.store, good = s.status === 'ok' || s.status === 'off';
	list(body, [['State', s.status === 'ok' ? 'written' : s.status + (s.reason ? ': ' + s.reason : ''), good ? '' : 'is-error'],
		['File', bytes(s.file_bytes)], ['Rows written', count(s.written)], ['Waiting', bytes(s.queued_bytes)], ['Lost', count(s.dropped), s.dropped ? 'is-error' : '']]);
}

/** @param {HTMLElement} body @param {any} h */
function prices(body, h) {
	const p = h.prices;
	list(body, [['List of', p.as_of || '—'], ['Your own models', count(p.own_models)],
		['Differ by more than 5 %', p.mismatched_calls === 0 ? 'no call' : count(p.mismatched_calls) + ' calls', p.mismatched_calls ? 'is-warning' : '']]);
	for (const m of p.mismatched.slice(0, 5)) {
		body.append(commandLine('otel-ai-monitor prices ' + m.model));
	}
}

/** @param {HTMLElement} body @param {any} h */
function notUnderstood(body, h) {
	replace(body, el('p', {class: 'muted'}, 'Nothing that these services sent led to a session:'),
		el('dl', {class: 'pairs'}, h.not_understood.map((/** @type {any} */ s) => el('div', {}, el('dt', {}, outside(s.service || 'without a name')),
			el('dd', {}, ['logs', 'traces', 'metrics'].filter((n) => s[n] > 0).map((n) => count(s[n]) + ' ' + n).join(', '))))));
}
