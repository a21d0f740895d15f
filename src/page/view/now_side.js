// Beside the sessions: today's money, and what happened since one looked.

import {count, fullTime, money, percent, shortModel, time, usd} from '../core/format.js';
import {createPanel} from '../core/panel.js';
import {lookedAt} from '../core/looked.js';
import {el, outside, reconcile, replace} from '../core/dom.js';
import {eventKey} from '../core/data.js';
import {eventSubject, eventWords, kindIcon} from '../core/events.js';
import {icon} from '../core/icons.js';

/** @typedef {import('../core/panel.js').Panel} Panel */

const SHOWN = 8;
const MODELS = 5;

/** @param {App} app */
export function createSide(app) {
	const today = createPanel({title: 'Today', className: 'today-panel', render: drawToday,
		isEmpty: (stats) => stats.total.calls === 0,
		empty: {text: 'No data yet', hint: 'The cost of each model call will be here once an assistant reports one.'}});
	/** @type {Panel} */
	const events = createPanel({title: 'Lately', className: 'events-panel', render: (body, list) => drawEvents(body, list, events),
		isEmpty: (list) => list.length === 0, empty: {text: 'No events yet', hint: 'Turns that end and questions to you will be listed here.'}});
	const element = el('div', {class: 'side'}, today.element, events.element);

	/** @type {(() => void)[]} */
	const stops = [
		app.store.subscribe(['stats', 'stats error'], () => draw(today, 'stats')),
		app.store.subscribe(['events', 'events error', 'looked'], () => draw(events, 'events')),
	];

	/**
	 * @param {Panel} panel
	 * @param {string} key
	 */
	function draw(panel, key) {
		const error = app.store.get(key + ' error'), data = app.store.get(key);
		if (error) {
			replace(panel.body, el('p', {class: 'muted'}, error.message));
		} else if (data) {
			panel.show(data);
		}
	}

	return {
		element,
		stop: () => stops.forEach((stop) => stop()),
	};
}

/**
 * @param {HTMLElement} body
 * @param {Stats} stats
 */
function drawToday(body, stats) {
	const flat = stats.plan === 'subscription';
	const cost = money(stats.today, {flat}), month = money(stats.month, {flat});
	const budget = stats.budgets.find((b) => b.period === 'day');
	replace(body,
		el('p', {class: 'big', title: cost.title}, cost.text),
		flat ? el('p', {class: 'muted'}, 'API-equivalent: your subscription does not pay by the call') : null,
		el('p', {class: 'muted'},
			stats.projected_today === null ? null : el('span', {class: 'nowrap'}, '≈' + usd(stats.projected_today) + ' by midnight · '),
			el('span', {class: 'nowrap', title: month.title}, 'month ' + month.text)),
		budget ? el('p', {class: 'muted'}, percent(budget.spent_usd / budget.limit_usd) + ' of the day’s ' + usd(budget.limit_usd)) : null,
		...hours(stats) || [],
		models(stats),
		stats.month.unpriced_calls > 0
			? el('p', {class: 'muted'}, el('a', {href: '#/cost'}, count(stats.month.unpriced_calls) + ' calls this month without a price')) : null);
}

/** @param {Stats} stats */
function hours(stats) {
	const now = new Date().getHours(), most = Math.max(...stats.hours.map((h) => h.cost_usd));
	if (most <= 0) {
		return null;
	}
	const top = stats.hours.find((h) => h.cost_usd === most);
	return [
		el('div', {class: 'hours', role: 'img', 'aria-label': 'Cost by hour: the most, ' + usd(most) + ', from ' + top.hour + ' to ' + (top.hour + 1) + ' h; this hour '
			+ usd(stats.hours[now].cost_usd)}, stats.hours.map((h) => el('span', {class: h.hour === now ? 'is-now' : null,
			title: h.hour + ' h: ' + usd(h.cost_usd), vars: {share: h.cost_usd / most}}))),
		el('div', {class: 'hours-axis', 'aria-hidden': 'true'}, ['0', '6', '12', '18', '24 h'].map((t) => el('span', {}, t))),
	];
}

/** @param {Stats} stats */
function models(stats) {
	const rows = stats.by_model.filter((m) => m.model && (m.cost_usd > 0 || m.calls > 0)).slice(0, MODELS);
	const most = Math.max(...rows.map((m) => m.cost_usd), 1e-9);
	return rows.length > 0 && el('div', {}, el('h3', {class: 'sub'}, 'This month by model'),
		el('ul', {class: 'bars'}, rows.map((m, i) => {
			const cost = money(m);
			return el('li', {}, el('span', {class: 'bar-name', title: m.model}, outside(shortModel(m.model))),
				el('span', {class: 'bar series-' + i, vars: {share: m.cost_usd / most}}),
				el('span', {class: 'bar-value', title: cost.title}, cost.text));
		})));
}

/**
 * @param {HTMLElement} body
 * @param {FeedEvent[]} list
 * @param {Panel} panel
 */
function drawEvents(body, list, panel) {
	const looked = lookedAt(), news = looked ? list.filter((e) => e.at > looked).length : 0;
	panel.setTitle(news > 0 ? 'Since you looked · ' + news : 'Lately');
	let ul = body.querySelector('ul');
	if (!ul) {
		ul = el('ul', {class: 'events'});
		replace(body, ul, el('p', {}, el('a', {href: '#/feed'}, 'All events')));
	}
	reconcile(ul, list.slice(0, SHOWN), eventKey, () => el('li'), (li, e) => {
		replace(li, el('time', {title: fullTime(e.at)}, time(e.at)), icon(kindIcon(e.kind), 'is-' + e.kind),
			el('span', {}, eventSubject(e), ' ', outside(eventWords(e))));
	});	[...ul.children].forEach((li, i) => li.classList.toggle('is-new', i < news));
}
