// Money over time, and what it was spent on.

import {bars} from '../chart/bars.js';
import {createFigure} from '../chart/figure.js';
import {line} from '../chart/line.js';
import {el, outside, replace} from '../core/dom.js';
import {assistantName, count, day, duration, money, percent, tokens, usd} from '../core/format.js';
import {createPanel} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {createBreakdown} from './breakdown.js';
import {cacheShare, createCosts, exportMenu, saved, waitsTable} from './cost_parts.js';
import {dayName, daysOf, rangeOf, ranges} from './days.js';

const REFRESH_MS = 5000;
const FILTERS = ['project', 'tool', 'model'];

/** @param {number} value on an axis */
function axisUsd(value) {
	return '$' + (value >= 1000 ? value / 1000 + 'k' : value < 0.1 && value > 0 ? value.toFixed(3).replace(/0$/, '') : value < 10 && value % 1 ? value.toFixed(2) : value);
}

/** @type {View} */
export const view = {
	name: 'cost',
	title: 'Cost',
	mount(root, app) {
		const tools = el('div', {class: 'toolbar'}), grid = el('div', {class: 'cost-grid'});
		const byDay = createFigure(), byHour = createFigure();
		let route = app.route(), range = rangeOf(route.query, day());
		let loaded = 0;
		/** @type {ReturnType<typeof setTimeout> | undefined} */
		let timer;

		const total = createPanel({title: 'Cost', className: 'cost-total', load, render: drawTotal,
			isEmpty: (d) => d.stats.total.calls === 0,
			empty: {text: 'No data yet', hint: 'What each model call costs will add up here. Connect your assistants:', command: 'otel-ai-monitor setup'}});
		const days = createPanel({title: 'By day', className: 'cost-days', render: (body) => body.replaceChildren(byDay.element)});
		const hours = createPanel({title: 'Today by hour', className: 'cost-hours', render: (body) => body.replaceChildren(byHour.element)});
		const breakdown = createBreakdown(app, filtered);
		const waits = createPanel({title: 'Permission waits', className: 'cost-waits', load: (signal) => app.api.get('/api/waits?' + question(['project', 'tool']), {signal}),
			render: waitsTable, isEmpty: (d) => d.waits.length === 0, empty: {text: 'Nobody has waited for you ' + range.words}});
		const unpriced = createCosts();
		const rest = [days.element, hours.element, ...breakdown.elements, waits.element, unpriced.element];
		replace(root, tools, grid);
		grid.append(total.element, ...rest);

		/** @param {string[]} names */
		function question(names) {
			const query = new URLSearchParams({from: range.from, to: range.to});
			names.forEach((n) => route.query.get(n) && query.set(n, String(route.query.get(n))));
			return query.toString();
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
			return {stats, sum: /** @type {Sum} */ (stats.range)};
		}

		/** @param {HTMLElement} body @param {{stats: Stats, sum: Sum}} data */
		function drawTotal(body, {stats, sum}) {
			const flat = stats.plan === 'subscription', cost = money(sum, {flat});
			const cheaper = el('dd', {}, '—');
			/** @param {string} name @param {Node | string} value @param {string} [more] */
			const fact = (name, value, more) => el('div', {}, el('dt', {}, name), value instanceof Element ? value : el('dd', {}, value), more ? el('dd', {class: 'muted'}, more) : null);
			replace(body,
				el('p', {class: 'big', title: cost.title}, cost.text),
				el('p', {class: 'muted'}, (flat ? 'API-equivalent ' : '') + range.words + (sum.cost.estimated > 0 && sum.cost.reported > 0
					? ' · ' + usd(sum.cost.reported) + ' reported, ' + usd(sum.cost.estimated) + ' estimated' : sum.cost.estimated > 0 ? ' · estimated from list prices' : '')),
				stats.budgets.filter((b) => b.spent_usd !== undefined && !FILTERS.some((f) => route.query.get(f))).map(budgetLine),
				el('dl', {class: 'facts'},
					fact('Calls', count(sum.calls), sum.success_rate === null ? '' : (sum.success_rate * 100).toFixed(1).replace('.0', '') + ' % succeed'),
					fact('Tokens', tokens(sum.tokens.total), tokens(sum.tokens.output) + ' written'),
					fact('From the cache', percent(cacheShare(sum.tokens)), 'of the input'),
					fact('Saved by the cache', cheaper, 'at list prices'),
					fact('Turns', count(sum.turns), duration(sum.worked_ms) + ' of work'),
					fact('Waited for you', duration(sum.waited_ms))));
			saved(app.api, stats.by_model).then((s) => replace(cheaper, s === null ? '—' : '≈\u2009' + usd(s)), () => {});
			drawDays(stats);
			drawHours(stats);
			breakdown.show(stats, route.query);
			unpriced.show(stats.by_model);
			drawTools();
		}

		/** @param {Stats} stats */
		function drawDays(stats) {
			const single = range.from === range.to;
			const known = new Map((single ? stats.days : stats.by_day).map((d) => [d.date, d]));
			const list = single ? stats.days.map((d) => d.date) : daysOf(range.from, range.to < day() ? range.to : day());
			const budget = !FILTERS.some((f) => route.query.get(f)) && stats.budgets.find((b) => b.period === 'day');
			const points = list.map((date) => {
				const d = known.get(date), value = d ? d.cost_usd : 0;
				return {short: dayName(date), value, href: '#/day/' + date, date, calls: d ? d.calls : 0,
					words: dayName(date, true) + ' · ' + usd(value) + (d ? ' · ' + count(d.calls) + ' calls' : '')};
			});
			const sum = points.reduce((s, p) => s + p.value, 0), most = points.reduce((a, p) => p.value > a.value ? p : a);
			days.setTitle(single ? 'The last 30 days' : 'By day');
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
			const before = stats.hours_yesterday.slice(0, now + 1).reduce((/** @type {number} */ s, /** @type {any} */ h) => s + h.cost_usd, 0);
			const list = stats.hours.map((h, i) => ({short: String(i), value: h.cost_usd, before: stats.hours_yesterday[i].cost_usd,
				words: i + ':00 to ' + (i + 1) + ':00 · ' + (i > now ? '' : usd(h.cost_usd) + ' today, ') + usd(stats.hours_yesterday[i].cost_usd) + ' yesterday'}));
			hours.show(true);
			byHour.update({
				sentence: usd(stats.today.cost_usd) + ' today' + (stats.projected_today === null ? '' : ', ≈\u2009' + usd(stats.projected_today) + ' by midnight')
					+ '; yesterday ' + usd(before) + ' by this hour',
				draw: bars({bars: list, now, axis: axisUsd}),
				columns: ['Hour', 'Today', 'Yesterday'],
				rows: () => list.map((b, i) => [i + ':00', i > now ? '' : usd(b.value), usd(b.before)]),
			});
		}

		function drawTools() {
			/** @param {string} name @param {string} value @param {string} label */
			const date = (name, value, label) => el('label', {}, label + ' ', el('input', {type: 'date', value, max: day(), required: true,
				onchange: (/** @type {Event} */ e) => {
					const chosen = /** @type {HTMLInputElement} */ (e.target).value;
					chosen && app.navigate(filtered({range: '', from: range.from, to: range.to, [name]: chosen}));
				}}));
			const active = document.activeElement;
			if (active instanceof HTMLInputElement && tools.contains(active)) {
				return; // somebody types there
			}
			replace(tools,
				el('nav', {class: 'choice', 'aria-label': 'Range'}, ranges.map(([name, words]) => el('a', {href: filtered({range: name, from: '', to: ''}),
					'aria-current': range.name === name ? 'true' : null}, words))),
				el('div', {class: 'own-range'}, date('from', range.from, 'from'), date('to', range.to, 'to')),
				FILTERS.filter((f) => route.query.get(f)).map((f) => el('a', {class: 'chip', href: filtered({[f]: ''}), title: 'Show all again'},
					f === 'tool' ? assistantName(route.query.get(f)) : outside(String(route.query.get(f))), ' ✕')),
				exportMenu(app.api, () => question(FILTERS)));
		}

		function refresh() {
			clearTimeout(timer);
			timer = undefined;
			loaded = Date.now();
			total.reload();
			waits.reload();
		}
		const unsubscribe = app.store.subscribe(['stats'], () => {
			if (loaded && !timer) {
				timer = setTimeout(refresh, Math.max(0, loaded + REFRESH_MS - Date.now()));
			}
		});

		return {
			show(to) {
				route = to;
				range = rangeOf(to.query, day());
				drawTools();
				refresh();
			},
			filter: () => /** @type {HTMLElement | null} */ (tools.querySelector('input'))?.focus(),
			stop() {
				unsubscribe();
				clearTimeout(timer);
				[total, waits].forEach((p) => p.stop());
			},
		};
	},
};

/** @param {Budget} b */
function budgetLine(b) {
	const share = b.spent_usd / b.limit_usd;
	return el('p', {class: 'budget ' + (share >= 1 ? 'is-over' : share >= 0.8 ? 'is-near' : '')},
		el('span', {class: 'meter', vars: {share: Math.min(1, share)}}), percent(share) + ' of ' + usd(b.limit_usd) + (b.period === 'day' ? ' today' : ' this month'));
}
