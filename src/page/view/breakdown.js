// What was used for what: by model, project and assistant, as cost, calls or tokens.

import {doughnut} from '../chart/doughnut.js';
import {el, outside, replace} from '../core/dom.js';
import {assistantName, count, money, percent, shortModel, tokens, usd} from '../core/format.js';
import {createPanel} from '../core/panel.js';

const SHOWN = 8, SERIES = 7;

/** @type {Record<string, {title: string, rows: string, name: (value: string) => string, none: string}>} */
const groups = {
	model: {title: 'Model', rows: 'by_model', name: shortModel, none: 'no model told'},
	project: {title: 'Project', rows: 'by_project', name: String, none: 'no project'},
	tool: {title: 'Assistant', rows: 'by_tool', name: assistantName, none: 'not told'},
};

/** @type {Record<string, {title: string, of: (row: any) => number, format: (value: number) => string}>} */
const measures = {
	cost: {title: 'Cost', of: (r) => r.cost_usd, format: usd},
	calls: {title: 'Calls', of: (r) => r.calls, format: count},
	tokens: {title: 'Tokens', of: (r) => r.tokens.total, format: tokens},
};

/**
 * @param {(changes: Record<string, string>) => string} address
 */
export function createBreakdown(address) {
	const panels = [0, 1, 2].map((i) => createPanel({title: '', className: i === 0 ? 'cost-by' : '', render: (body, by) => replace(body, i === 0 ? mainOf(by) : tableOf(by, false))}));
	let all = false, measure = 'cost';
	/** @type {any} */
	let stats;

	/** @param {string} by */
	function rowsOf(by) {
		const {of} = measures[measure];
		return /** @type {any[]} */ (stats[groups[by].rows]).filter((r) => r.calls > 0 || r.cost_usd > 0).sort((a, b) => of(b) - of(a));
	}

	/** @param {string} by @param {any} row @returns {string} */
	function nameOf(by, row) {
		return row[by] ? groups[by].name(row[by]) : groups[by].none;
	}

	/** @param {string} by @param {boolean} isMain */
	function tableOf(by, isMain) {
		const rows = rowsOf(by), {of} = measures[measure], most = Math.max(...rows.map(of), 1e-9);
		const columns = [measure, ...Object.keys(measures).filter((m) => m !== measure)].slice(0, isMain ? 3 : 2);
		/** @param {string} m @param {any} r */
		const cell = (m, r) => m === 'cost' ? money(r, {flat: stats.plan === 'subscription'}) : {text: measures[m].format(measures[m].of(r)), title: count(measures[m].of(r))};
		return el('div', {}, rows.length === 0 ? el('p', {class: 'muted'}, 'Nothing in this range') : el('table', {class: 'breakdown'},
			el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, groups[by].title), el('td', {class: 'bar-cell'}), columns.map((m) => el('th', {scope: 'col'}, measures[m].title)))),
			el('tbody', {}, rows.slice(0, all ? rows.length : SHOWN).map((r, i) => el('tr', {},
				el('th', {scope: 'row'}, el('a', {href: address({[by]: r[by] || ''}), title: r[by]}, outside(nameOf(by, r)))),
				el('td', {class: 'bar-cell'}, el('span', {class: 'bar' + (isMain ? ' series-' + Math.min(i, SERIES) : ''), vars: {share: of(r) / most}})),
				columns.map((m) => cell(m, r)).map((c) => el('td', {title: c.title}, c.text)))))),
		rows.length > SHOWN && el('button', {type: 'button', class: 'quiet', onclick() {
			all = !all;
			panels.forEach((p, i) => p.show(order[i]));
		}}, all ? 'Fewer' : 'All ' + rows.length));
	}

	/** @param {string} by */
	function mainOf(by) {
		const {of, format, title} = measures[measure], rows = rowsOf(by), whole = rows.reduce((sum, r) => sum + of(r), 0);
		/** @param {string} name @param {any[]} some @param {number} series */
		const part = (name, some, series) => {
			const value = some.reduce((sum, r) => sum + of(r), 0);
			return {value, series, words: name + ' ' + format(value) + ', ' + percent(whole > 0 ? value / whole : 0)};
		};
		const parts = [...rows.slice(0, SERIES).map((r, i) => part(nameOf(by, r), [r], i)), part('others', rows.slice(SERIES), SERIES)].filter((p) => p.value > 0);
		return el('div', {},
			el('div', {class: 'choices'}, choice('by', by, groups), choice('measure', measure, measures)),
			el('div', {class: 'ring-and-bars'}, doughnut({parts, center: format(whole), below: title.toLowerCase(), sentence: format(whole) + ': ' + parts.slice(0, 3).map((p) => p.words).join('; ')}),
				tableOf(by, true)));
	}

	/** @param {string} key @param {string} now @param {Record<string, {title: string}>} options */
	function choice(key, now, options) {
		return el('nav', {class: 'choice', 'aria-label': key}, Object.entries(options).map(([name, {title}], i) => el('a', {href: address({[key]: i === 0 ? '' : name}), 'aria-current': name === now && 'true'}, title)));
	}

	let order = Object.keys(groups);
	return {
		elements: panels.map((p) => p.element),
		/** @param {Stats} fresh @param {URLSearchParams} query */
		show(fresh, query) {
			stats = fresh;
			const by = query.get('by') || '', chosen = query.get('measure') || '';
			measure = Object.hasOwn(measures, chosen) ? chosen : 'cost';
			order = Object.keys(groups).sort((a, b) => Number(b === by) - Number(a === by));
			panels.forEach((p, i) => {
				p.setTitle('By ' + groups[order[i]].title.toLowerCase());
				p.show(order[i]);
			});
		},
	};
}
