// One day, a strip for each session: when it worked, when it waited for its user, when it was idle.

import {hours, strip} from '../chart/strip.js';
import {el, outside, replace} from '../core/dom.js';
import {assistantName, day, duration, money, shortModel, time, usd} from '../core/format.js';
import {icon} from '../core/icons.js';
import {createPanel} from '../core/panel.js';
import {sessionAddress} from '../core/router.js';
import {laneOf, nameOf} from '../core/session.js';
import {dateOf, dayName, isDay, plusDays} from './days.js';

const REFRESH_MS = 5000, HOUR_MS = 3600000, LEAST_MS = 5 * HOUR_MS;

/** @typedef {{kind: 'working' | 'waiting', begin: number, end: number, turn?: number}} Span */

/**
 * How long at least one of them was open.
 * @param {Span[]} spans
 */
export function covered(spans) {
	let sum = 0, until = -Infinity;
	for (const s of [...spans].sort((a, b) => a.begin - b.begin)) {
		sum += Math.max(0, s.end - Math.max(s.begin, until));
		until = Math.max(until, s.end);
	}
	return sum;
}

/**
 * Within these bounds, with what a live session does at the moment.
 * @param {any} row of /api/timeline
 * @param {Session | undefined} live
 * @param {number} begin
 * @param {number} end
 * @returns {Span[]}
 */
export function spansOf(row, live, begin, end) {
	/** @type {Span[]} */
	const spans = [...row.spans];
	const lane = live && laneOf(live);
	if (live && (lane === 'working' || lane === 'needs')) {
		spans.push({kind: lane === 'needs' ? 'waiting' : 'working', begin: live.since, end: Date.now()});
	}
	return spans.map((s) => ({...s, begin: Math.max(begin, s.begin), end: Math.min(end, s.end)})).filter((s) => s.end >= s.begin);
}

/** @typedef {{begin: number, end: number}} Bounds */

/**
 * The hours of the day in which anything happened, and not fewer than a few.
 * @param {{s: any, spans: Span[]}[]} rows
 * @param {Bounds} whole
 * @returns {Bounds}
 */
export function boundsOf(rows, whole) {
	const first = Math.max(whole.begin, Math.min(...rows.map((r) => r.s.first_seen)));
	const last = Math.min(whole.end, Math.max(...rows.flatMap((r) => [r.s.last_seen, ...r.spans.map((x) => x.end)])));
	const spare = Math.max(0, LEAST_MS - (last - first)) / 2;
	return {begin: Math.max(whole.begin, Math.floor((first - spare) / HOUR_MS) * HOUR_MS), end: Math.min(whole.end, Math.ceil((last + spare) / HOUR_MS) * HOUR_MS)};
}

/** @type {View} */
export const view = {
	name: 'day',
	title: 'Day',
	mount(root, app) {
		let date = day(), loaded = 0;
		/** @type {ReturnType<typeof setTimeout> | undefined} */
		let timer;
		const head = el('div', {class: 'toolbar'});
		const panel = createPanel({title: 'Sessions', className: 'day-panel',
			load: (signal) => app.api.get('/api/timeline?from=' + date + '&to=' + date, {signal}), render: draw,
			isEmpty: (d) => d.sessions.length === 0, empty: {text: 'No session on this day'}});
		replace(root, head, panel.element);

		function drawHead() {
			const today = day();
			/** @param {string} to @param {string} words @param {string} name */
			const link = (to, words, name) => el('a', {class: 'button', href: '#/day/' + to, rel: words}, icon('next', 'is-' + words), el('span', {class: 'unseen'}, name));
			replace(head, el('h2', {class: 'day-title'}, dateOf(date).toLocaleDateString('en-GB', {weekday: 'long', day: 'numeric', month: 'long', year: 'numeric'})),
				link(plusDays(date, -1), 'prev', 'The day before, ' + dayName(plusDays(date, -1))),
				date < today ? link(plusDays(date, 1), 'next', 'The next day, ' + dayName(plusDays(date, 1))) : null,
				date !== today ? el('a', {class: 'button', href: '#/day/' + today}, 'Today') : null,
				el('a', {class: 'button quiet', href: '#/cost?from=' + date + '&to=' + date}, 'Cost of this day'));
		}

		/** @param {HTMLElement} body @param {any} data */
		function draw(body, data) {
			/** @type {Map<string, Session>} */
			const live = app.store.get('sessions') || new Map();
			const rows = data.sessions.map((/** @type {any} */ s) => ({s, spans: spansOf(s, live.get(s.session_id), data.begin, data.end)}))
				.sort((/** @type {any} */ a, /** @type {any} */ b) => a.s.first_seen - b.s.first_seen);
			/** @param {Span[]} spans @param {string} kind */
			const lengthOf = (spans, kind) => covered(spans.filter((x) => x.kind === kind));
			const seen = boundsOf(rows, data);
			const all = rows.flatMap((/** @type {any} */ r) => r.spans);
			const cost = data.sessions.reduce((/** @type {number} */ sum, /** @type {any} */ s) => sum + s.cost_usd, 0);
			panel.setTitle(rows.length + (rows.length === 1 ? ' session' : ' sessions'));
			replace(body,
				el('p', {class: 'day-sum'}, usd(cost) + ' · at work ' + duration(lengthOf(all, 'working')) + ' · waited for you ' + duration(lengthOf(all, 'waiting')),
					data.truncated ? ' · only the last ' + rows.length + ' sessions' : null),
				el('ul', {class: 'legend'}, [['working', 'working'], ['waiting', 'waits for you'], ['idle', 'idle']].map(([kind, words]) => el('li', {}, el('span', {class: 'swatch is-' + kind}), words))),
				el('table', {class: 'strips'},
					el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Session'), el('td', {class: 'strip-cell'}, hours(seen.begin, seen.end)),
						['Worked', 'Waited', 'Cost'].map((h) => el('th', {scope: 'col'}, h)))),
					el('tbody', {}, rows.map(({s, spans}) => rowOf(s, spans, data, seen)))));
		}

		/** @param {any} s @param {Span[]} spans @param {Bounds} data @param {Bounds} seen */
		function rowOf(s, spans, data, seen) {
			const waited = covered(spans.filter((x) => x.kind === 'waiting'));
			const worked = Math.max(0, covered(spans) - waited);
			const from = Math.max(data.begin, s.first_seen), to = Math.min(data.end, Math.max(s.last_seen, ...spans.map((x) => x.end)));
			const words = nameOf(s) + ', ' + time(from) + ' to ' + time(to) + ': worked ' + duration(worked) + (waited ? ', waited ' + duration(waited) : '');
			const cost = money({cost_usd: s.cost_usd, unpriced_calls: s.unpriced_calls, cost_source: s.is_estimated ? 'estimated' : 'reported'});
			return el('tr', {},
				el('th', {scope: 'row'}, el('a', {href: sessionAddress(s.session_id), 'data-walk': true}, outside(nameOf(s))),
					el('span', {class: 'muted'}, assistantName(s.tool) + (s.model ? ' · ' : ''), s.model ? outside(shortModel(s.model)) : null)),
				el('td', {class: 'strip-cell'}, strip(seen.begin, seen.end, [
					{kind: 'idle', begin: from, end: to, words: time(from) + ' to ' + time(to)},
					...spans.filter((x) => x.kind === 'working'), ...spans.filter((x) => x.kind === 'waiting')].map((x) => ({words: (x.kind === 'working' ? 'turn ' + (x.turn || '') : 'waits for you')
					+ ' · ' + duration(x.end - x.begin) + ' from ' + time(x.begin), ...x})), words)),
				el('td', {}, duration(worked)), el('td', {}, waited ? duration(waited) : '–'), el('td', {title: cost.title}, cost.text));
		}

		function refresh() {
			clearTimeout(timer);
			timer = undefined;
			loaded = Date.now();
			panel.reload();
		}
		const unsubscribe = app.store.subscribe(['sessions'], () => {
			if (loaded && !timer && date === day()) {
				timer = setTimeout(refresh, Math.max(0, loaded + REFRESH_MS - Date.now()));
			}
		});

		return {
			show(route) {
				date = route.parts[0] && isDay(route.parts[0]) ? route.parts[0] : day();
				drawHead();
				refresh();
			},
			stop() {
				unsubscribe();
				clearTimeout(timer);
				panel.stop();
			},
		};
	},
};
