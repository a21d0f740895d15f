// How long tasks took, and how many were done each day.

import {createFigure, tableOf} from '../chart/figure.js';
import {bars} from '../chart/series.js';
import {el, outside, replace} from '../core/dom.js';
import {count, day, duration} from '../core/format.js';
import {createPanel} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {dayName, rangeLinks, rangeOf} from './days.js';
import {refreshing} from './refreshing.js';

/** @param {number | null} s */
function seconds(s) {
	return duration(s === null ? null : s * 1000);
}

/** @param {any} s {n, avg, p50, p95, max} @param {string} name @param {string} what */
function times(s, name, what) {
	return el('div', {}, el('dt', {}, name), el('dd', {title: s.n ? 'on average ' + seconds(s.avg) + ', 95 % within ' + seconds(s.p95) + ', at most ' + seconds(s.max) : null}, seconds(s.p50)),
		el('dd', {class: 'muted'}, what));
}

/** @param {App} app */
export function createTaskHistory(app) {
	const tools = el('div', {class: 'toolbar-rest'}), byDay = createFigure();
	let range = rangeOf(new URLSearchParams(), day());
	const total = createPanel({title: 'Done', className: 'cost-total', isEmpty: (h) => h.completed === 0 && h.by_day.every((/** @type {any} */ d) => d.created === 0), render: draw,
		load: (signal) => app.api.get('/api/tasks/history?from=' + range.from + '&to=' + range.to, {signal}),
		empty: {text: 'No data yet', hint: 'How long tasks take will be here once some are done: their files say when (created_at, completed_at), or else the daemon has seen it.'}});
	const days = createPanel({title: 'By day', className: 'cost-days', render: (body) => body.contains(byDay.element) || replace(body, byDay.element)});
	const agents = createPanel({title: 'By agent', render: (body, h) => replace(body, tableOf(['Agent', 'Done', 'Lead time', '95 %'],
		h.by_agent.map((/** @type {any} */ a) => [outside(a.agent), count(a.completed), seconds(a.lead_time_s.p50), seconds(a.lead_time_s.p95)]), 'Done by agent'))});
	const slowest = createPanel({title: 'Took longest', className: 'cost-days', render: (body, h) => replace(body, tableOf(['Task', 'Agent', 'Lead time'],
		h.slowest.map((/** @type {any} */ t) => [el('a', {href: '#/task/' + encodeURIComponent(t.id)}, outside(t.title)), outside(t.agent), seconds(t.lead_time_s)]), 'The slowest tasks'))});
	const element = el('div', {class: 'cost-grid', hidden: true}, total.element, days.element, agents.element, slowest.element);

	/** @param {HTMLElement} body @param {any} h */
	function draw(body, h) {
		replace(body, el('p', {class: 'big'}, count(h.completed)), el('p', {class: 'muted'}, range.words.replace(/^./, (c) => c.toUpperCase()) + '; times are medians'),
			el('dl', {class: 'cost-facts'}, times(h.lead_time_s, 'Lead time', 'from creation to done'), times(h.wait_s, 'Waited', 'for an agent'),
				times(h.assigned_s, 'With an agent', 'until done'), times(h.work_s, 'At work', 'from start to done')),
			h.bad_times > 0 && el('p', {class: 'is-warning'}, count(h.bad_times) + (h.bad_times === 1 ? ' duration is' : ' durations are') + ' negative, and left out'));
		agents.element.hidden = h.by_agent.length === 0;
		slowest.element.hidden = h.slowest.length === 0;
		agents.show(h);
		slowest.show(h);
		days.show(h);
		const today = day(), points = h.by_day.map((/** @type {any} */ d) => ({value: d.completed, before: d.created, short: dayName(d.date), href: '',
			words: dayName(d.date, true) + ' · ' + d.completed + ' done · ' + d.created + ' created · ' + d.assigned + ' assigned'}));
		byDay.update({
			sentence: count(h.completed) + ' done in ' + points.length + (points.length === 1 ? ' day' : ' days') + '; in grey behind: created',
			draw: bars({points, now: h.by_day.findIndex((/** @type {any} */ d) => d.date === today), axis: (v) => v % 1 ? '' : String(v), labelWidth: 52}),
			columns: ['Day', 'Done', 'Created', 'Assigned'],
			rows: () => h.by_day.map((/** @type {any} */ d) => [d.date, d.completed, d.created, d.assigned]).reverse(),
		});
	}

	const refresh = refreshing(app.store, ['task news'], async () => {
		if (element.hidden) {
			return;
		}
		await total.reload();
		element.classList.toggle('is-empty', Boolean(total.body.querySelector('.empty, .failed')));
	});
	return {
		element,
		tools,
		/** @param {Route} route */
		show({query}) {
			range = rangeOf(query, day());
			replace(tools, rangeLinks(range.name, (name) => addressOf('tasks/history', {range: name})));
			refresh.now();
		},
		stop() {
			refresh.stop();
			total.stop();
		},
	};
}
