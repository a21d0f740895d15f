// One day, a strip for each session: when it worked, when it waited for its user, when it was idle.

import {coveredMs} from '../chart/fold.js';
import {hours, strip} from '../chart/strip.js';
import {el, outside, replace} from '../core/dom.js';
import {assistantName, day, duration, money, shortModel, time, usd} from '../core/format.js';
import {icon} from '../core/icons.js';
import {createPanel} from '../core/panel.js';
import {sessionAddress} from '../core/router.js';
import {laneOf, nameOf} from '../core/session.js';
import {dateOf, dayName, isDay, plusDays} from './days.js';
import {refreshing} from './refreshing.js';

const HOUR_MS = 3600000, LEAST_MS = 5 * HOUR_MS, GROW_MS = 15000;

/** @typedef {{begin: number, end: number}} Bounds */
/** @typedef {Bounds & {kind: 'working' | 'waiting', turn?: number}} Span */
/** @typedef {{s: any, spans: Span[], from: number, to: number}} Row s: as /api/timeline has it */

/**
 * A session within these bounds, with what it does at the moment.
 * @param {any} s
 * @param {Session | undefined} live
 * @param {Bounds} bounds
 * @returns {Row}
 */
export function rowOf(s, live, bounds) {
	const lane = live ? laneOf(live) : 'idle', now = Date.now();
	/** @type {Span[]} */
	const all = [...s.spans, ...live && (lane === 'working' || lane === 'needs') ? [{kind: lane === 'needs' ? 'waiting' : 'working', begin: live.since, end: now}] : []];
	const spans = all.map((x) => ({...x, begin: Math.max(bounds.begin, x.begin), end: Math.min(bounds.end, x.end)})).filter((x) => x.end >= x.begin);
	return {s, spans, from: Math.max(bounds.begin, s.first_seen), to: Math.min(bounds.end, spans.reduce((max, x) => Math.max(max, x.end), s.last_seen))};
}

/**
 * The hours in which anything happened, and not fewer than a few.
 * @param {Row[]} rows
 * @param {Bounds} day
 * @returns {Bounds}
 */
export function boundsOf(rows, day) {
	const spans = rows.flatMap((r) => r.spans), all = spans.length > 0 ? spans : rows.map((r) => ({begin: r.from, end: r.to}));
	const first = all.reduce((min, x) => Math.min(min, x.begin), Infinity), last = all.reduce((max, x) => Math.max(max, x.end), 0);
	const spare = Math.max(0, LEAST_MS - (last - first)) / 2; // of what has not come yet there is nothing to see
	const end = Math.ceil(Math.min(day.end, Date.now(), last + spare) / HOUR_MS) * HOUR_MS;
	return {begin: Math.max(day.begin, Math.floor(Math.min(first - spare, end - LEAST_MS) / HOUR_MS) * HOUR_MS), end};
}

/** @param {Row} row @param {Bounds} seen */
function drawRow({s, spans, from, to}, seen) {
	const working = spans.filter((x) => x.kind === 'working'), waiting = spans.filter((x) => x.kind === 'waiting');
	const waited = coveredMs(waiting), worked = coveredMs(spans) - waited;
	const cost = money({...s, cost_source: s.is_estimated ? 'estimated' : 'reported'});
	/** @param {string} name @returns {(x: Span) => import('../chart/strip.js').Stretch} */
	const stretch = (name) => (x) => ({...x, words: name + ' · ' + duration(x.end - x.begin) + ' from ' + time(x.begin)});
	return el('tr', {},
		el('th', {scope: 'row'}, el('a', {href: sessionAddress(s.session_id), 'data-walk': true}, outside(nameOf(s))),
			el('span', {class: 'muted'}, assistantName(s.tool), s.model && [' · ', outside(shortModel(s.model))])),
		el('td', {class: 'strip-cell'}, strip(seen.begin, seen.end, [{kind: 'idle', begin: from, end: to, words: time(from) + ' to ' + time(to)},
			...working.map((x) => stretch('turn ' + (x.turn || ''))(x)), ...waiting.map(stretch('waits for you'))],
		nameOf(s) + ', ' + time(from) + ' to ' + time(to) + ': worked ' + duration(worked) + (waited < 1000 ? '' : ', waited ' + duration(waited)))),
		[spans.length > 0 ? duration(worked) : '–', waited < 1000 ? '–' : duration(waited)].map((words) => el('td', {}, words)), el('td', {title: cost.title}, s.cost_usd > 0 || s.unpriced_calls > 0 ? cost.text : '–'));
}

/** @type {View} */
export const view = {
	name: 'day',
	tab: null,
	title: 'Day',
	mount(root, app) {
		let date = day();
		/** @type {any} */
		let known = null; // of that day
		let withIdle = false;
		const head = el('div', {class: 'toolbar'});
		const panel = createPanel({title: 'Sessions', load: (signal) => app.api.get('/api/timeline?from=' + date + '&to=' + date, {signal}), render: draw,
			isEmpty: (d) => d.sessions.length === 0, empty: {text: 'No session on this day'}});
		replace(root, head, panel.element);

		function drawHead() {
			const today = day();
			/** @param {'prev' | 'next'} way */
			const link = (way) => {
				const to = plusDays(date, way === 'prev' ? -1 : 1);
				return to <= today && el('a', {class: 'button', href: '#/day/' + to}, icon('next', 'is-' + way), el('span', {class: 'unseen'}, dayName(to, true)));
			};
			replace(head, el('h2', {class: 'day-title'}, dateOf(date).toLocaleDateString('en-GB', {dateStyle: 'full'})), link('prev'), link('next'),
				date !== today && el('a', {class: 'button', href: '#/day/' + today}, 'Today'),
				el('a', {class: 'button quiet', href: '#/cost?from=' + date + '&to=' + date}, 'Cost of this day'));
		}

		/** @param {HTMLElement} body @param {Bounds & {sessions: any[], truncated: boolean}} data */
		function draw(body, data) {
			known = data;
			/** @type {Map<string, Session>} */
			const live = date === day() && app.store.get('sessions') || new Map();
			const every = data.sessions.map((s) => rowOf(s, live.get(s.session_id), data)).sort((a, b) => a.from - b.from);
			const active = every.filter((r) => r.spans.length > 0 || r.s.cost_usd > 0), idle = every.length - active.length;
			const rows = withIdle || active.length === 0 ? every : active;
			const seen = boundsOf(rows, data), all = rows.flatMap((r) => r.spans);
			/** @param {string} kind */
			const lengthOf = (kind) => duration(coveredMs(all.filter((x) => x.kind === kind)));
			panel.setTitle(rows.length + (rows.length === 1 ? ' session' : ' sessions') + (data.truncated ? ', the last ones' : ''));
			replace(body,
				el('p', {}, usd(rows.reduce((sum, r) => sum + r.s.cost_usd, 0)) + ' · at work ' + lengthOf('working') + ' · waited for you ' + lengthOf('waiting')),
				el('ul', {class: 'legend'}, [['working', 'working'], ['waiting', 'waits for you'], ['idle', 'idle']].map(([kind, words]) => el('li', {}, el('span', {class: 'swatch is-' + kind}), words))),
				el('table', {class: 'strips'},
					el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Session'), el('td', {class: 'strip-cell'}, hours(seen.begin, seen.end)),
						['Worked', 'Waited', 'Cost'].map((h) => el('th', {scope: 'col'}, h)))),
					el('tbody', {}, rows.map((r) => drawRow(r, seen)))),
				active.length > 0 && idle > 0 && el('button', {type: 'button', class: 'quiet', onclick() {
					withIdle = !withIdle;
					panel.show(data);
				}}, (withIdle ? 'Without ' : 'And ') + idle + (idle === 1 ? ' session' : ' sessions') + ' that did nothing'));
		}

		const refresh = refreshing(app.store, ['sessions'], () => panel.reload());
		/** What is going on goes on. */
		function grow() {
			if (known && date === day() && !document.hidden) {
				panel.show(known);
			}
		}
		const growing = refreshing(app.store, ['sessions'], grow, 1000), timer = setInterval(growing.now, GROW_MS);
		growing.now();
		return {
			show(route) {
				date = route.parts[0] && isDay(route.parts[0]) ? route.parts[0] : day();
				known = null;
				drawHead();
				refresh.now();
			},
			stop() {
				clearInterval(timer);
				growing.stop();
				refresh.stop();
				panel.stop();
			},
		};
	},
};
