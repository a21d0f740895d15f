// Money over time, and what it was spent on.

import {createFigure} from '../chart/figure.js';
import {bars, line} from '../chart/series.js';
import {el, outside, replace} from '../core/dom.js';
import {assistantName, calls, count, day, duration, money, percent, tokens, usd} from '../core/format.js';
import {createPanel} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {createBreakdown} from './breakdown.js';
import {cacheShare, createUnpriced, exportMenu, saved, waitsTable} from './cost_parts.js';
import {dayName, daysOf, rangeLinks, rangeOf} from './days.js';
import {refreshing} from './refreshing.js';

const FILTERS = ['project', 'tool', 'model'];
/** @type {[string, string][]} */
const EXPORTS = [['daily', 'Days'], ['calls', 'Model calls'], ['sessions', 'Sessions'], ['tools', 'Tool calls'], ['events', 'Events']];

/** @param {number} value on an axis */
function axisUsd(value) {
	return '$' + (value >= 1000 ? value / 1000 + 'k' : value % 1 ? value.toFixed(value < 0.1 ? 3 : 2) : value);
}

/** @param {Budget} b */
function budgetLine(b) {
	const share = b.spent_usd / b.limit_usd;
	return el('p', {class: 'budget ' + (share >= 1 ? 'is-over' : share >= 0.8 ? 'is-near' : '')}, el('span', {class: 'meter', vars: {share: Math.min(1, share)}}),
		percent(share) + ' of ' + usd(b.limit_usd) + (b.period === 'day' ? ' today' : ' this month'));
}

/**
 * A panel that holds a chart, and never anything else.
 * @param {{element: Node}} figure
 * @returns {(body: HTMLElement) => void}
 */
function hold(figure) {
	return (body) => body.contains(figure.element) || body.replaceChildren(figure.element);
}

/** @type {View} */
export const view = {
	name: 'cost',
	title: 'Cost',
	mount(root, app) {
		let route = app.route(), range = rangeOf(route.query, day());
		const tools = el('div', {class: 'toolbar'}), grid = el('div', {class: 'cost-grid is-empty'});
		const byDay = createFigure(), byHour = createFigure();
		const total = createPanel({title: 'Cost', className: 'cost-total', load, render: draw, isEmpty: (d) => d.total.calls === 0,
			empty: {text: 'No data yet', hint: 'What each model call costs will add up here. Connect your assistants:', commands: ['otel-ai-monitor setup']}});
		const days = createPanel({title: 'By day', className: 'cost-days', render: hold(byDay)});
		const hours = createPanel({title: 'Today by hour', render: hold(byHour)});
		const breakdown = createBreakdown(filtered);
		const waits = createPanel({title: 'Permission waits', load: (signal) => app.api.get('/api/waits?' + question(['project', 'tool']), {signal}),
			render: waitsTable, isEmpty: (d) => d.waits.length === 0, empty: {text: 'No assistant has waited for you'}});
		const unpriced = createUnpriced(() => range.from);
		grid.append(total.element, days.element, hours.element, ...breakdown.elements, waits.element, unpriced.element);
		replace(root, tools, grid);

		function chosen() {
			return FILTERS.filter((f) => route.query.get(f));
		}

		/** @param {string[]} names */
		function question(names) {
			return addressOf('', {from: range.from, to: range.to, ...Object.fromEntries(names.map((n) => [n, route.query.get(n)]))}).replace('#/?', '');
		}

		/**
		 * The address with another choice.
		 * @param {Record<string, string>} changes
		 */
		function filtered(changes) {
			return addressOf('cost', {...Object.fromEntries(route.query), ...changes});
		}

		/** @param {AbortSignal} signal */
		async function load(signal) {
			const stats = await app.api.get('/api/stats?' + question(FILTERS), {signal});
			grid.classList.toggle('is-empty', stats.total.calls === 0);
			return stats;
		}

		/** @param {HTMLElement} body @param {Stats} stats */
		function draw(body, stats) {
			const sum = /** @type {Sum} */ (stats.range), flat = stats.plan === 'subscription', cost = money(sum, {flat});
			const {reported, estimated} = sum.cost, cheaper = el('dd', {}, '—');
			/** @param {string} name @param {HTMLElement | string} value @param {string} [more] */
			const fact = (name, value, more) => el('div', {}, el('dt', {}, name), typeof value === 'string' ? el('dd', {}, value) : value, more && el('dd', {class: 'muted'}, more));
			replace(body,
				el('p', {class: 'big', title: cost.title}, cost.text),
				el('p', {class: 'muted'}, (flat ? 'API-equivalent ' : '') + range.words
					+ (!estimated ? '' : reported ? ' · ' + usd(reported) + ' reported, ' + usd(estimated) + ' estimated' : ' · estimated from list prices')),
				chosen().length === 0 && stats.budgets.filter((b) => b.spent_usd !== undefined).map(budgetLine),
				el('dl', {class: 'cost-facts'},
					fact('Calls', count(sum.calls), sum.success_rate === null ? '' : (sum.success_rate * 100).toFixed(1).replace('.0', '') + ' % succeed'),
					fact('Tokens', tokens(sum.tokens.total), tokens(sum.tokens.output) + ' written'),
					fact('From the cache', percent(cacheShare(sum.tokens)), 'of the input'),
					fact('Saved by the cache', cheaper, 'at list prices'),
					fact('Turns', count(sum.turns), duration(sum.worked_ms) + ' of work'),
					fact('Waited for you', duration(sum.waited_ms))));
			saved(app.api, stats.by_model).then((s) => s !== null && replace(cheaper, '≈\u2009' + usd(s)));
			drawDays(stats);
			drawHours(stats);
			breakdown.show(stats, route.query);
			unpriced.show(stats.by_model);
		}

		/** @param {Stats} stats */
		function drawDays(stats) {
			const isDay = range.from === range.to, today = day();
			const known = new Map((isDay ? stats.days : stats.by_day).map((d) => [d.date, d]));
			const budget = chosen().length === 0 && stats.budgets.find((b) => b.period === 'day');
			const points = (isDay ? [...known.keys()] : daysOf(range.from, range.to < today ? range.to : today)).map((date) => {
				const d = known.get(date) || {cost_usd: 0, calls: 0};
				return {date, calls: d.calls, value: d.cost_usd, short: dayName(date), href: '#/day/' + date,
					words: dayName(date, true) + ' · ' + usd(d.cost_usd) + ' · ' + calls(d.calls)};
			});
			const sum = points.reduce((s, p) => s + p.value, 0), most = points.reduce((a, p) => p.value > a.value ? p : a);
			days.setTitle(isDay ? 'The last 30 days' : 'By day');
			days.show(true);
			byDay.update({
				sentence: usd(sum / points.length) + ' a day on average' + (most.value > 0 ? ', most on ' + dayName(most.date, true) + ' with ' + usd(most.value) : ''),
				draw: line({points, axis: axisUsd, limit: budget ? {value: budget.limit_usd, label: usd(budget.limit_usd) + ' a day'} : null}),
				columns: ['Day', 'Cost', 'Calls'],
				rows: () => points.map((p) => [el('a', {href: p.href}, p.date), usd(p.value), count(p.calls)]).reverse(),
			});
		}

		/** @param {Stats} stats */
		function drawHours(stats) {
			const now = new Date().getHours();
			const points = stats.hours.map((h, i) => {
				const before = stats.hours_yesterday[i].cost_usd;
				return {short: String(i), value: h.cost_usd, before, words: i + ':00 to ' + (i + 1) + ':00 · ' + (i > now ? '' : usd(h.cost_usd) + ' today, ') + usd(before) + ' yesterday'};
			});
			hours.show(true);
			byHour.update({
				sentence: usd(stats.today.cost_usd) + ' today' + (stats.projected_today === null ? '' : ', ≈\u2009' + usd(stats.projected_today) + ' by midnight')
					+ '; yesterday ' + usd(points.slice(0, now + 1).reduce((sum, p) => sum + p.before, 0)) + ' by this hour',
				draw: bars({points, now, axis: axisUsd}),
				columns: ['Hour', 'Today', 'Yesterday'],
				rows: () => points.map((p, i) => [i + ':00', i > now ? '' : usd(p.value), usd(p.before)]),
			});
		}

		function drawTools() {
			/** @param {'from' | 'to'} name */
			const field = (name) => el('label', {}, name + ' ', el('input', {type: 'date', value: range[name], max: day(), onchange(/** @type {Event} */ e) {
				const {value} = /** @type {HTMLInputElement} */ (e.target);
				if (value) {
					app.navigate(filtered({range: '', from: range.from, to: range.to, [name]: value}));
				}
			}}));
			replace(tools,
				rangeLinks(range.name, (name) => filtered({range: name, from: '', to: ''})),
				el('div', {class: 'own-range'}, field('from'), field('to')),
				chosen().map((f) => el('a', {class: 'chip', href: filtered({[f]: ''}), title: 'Show all again'},
					f === 'tool' ? assistantName(route.query.get(f)) : outside(String(route.query.get(f))), ' ✕')),
				exportMenu(app.api, () => question(FILTERS), EXPORTS));
		}

		const refresh = refreshing(app.store, ['stats'], () => {
			total.reload();
			waits.reload();
		});
		return {
			show(to) {
				route = to;
				range = rangeOf(to.query, day());
				drawTools();
				refresh.now();
			},
			filter: () => tools.querySelector('input')?.focus(),
			stop() {
				refresh.stop();
				total.stop();
				waits.stop();
			},
		};
	},
};
