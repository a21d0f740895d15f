// What was used for what: by model, project and assistant, as cost, calls or tokens.

import {doughnut} from '../chart/doughnut.js';
import {el, outside, replace} from '../core/dom.js';
import {assistantName, count, money, percent, shortModel, tokens, usd} from '../core/format.js';
import {createPanel} from '../core/panel.js';

const SHOWN = 8, SERIES = 7;

/** @type {Record<string, {title: string, rows: string, none: string}>} */
const groups = {
	model: {title: 'Model', rows: 'by_model', none: 'no model told'},
	project: {title: 'Project', rows: 'by_project', none: 'no project'},
	tool: {title: 'Assistant', rows: 'by_tool', none: 'not told'},
};

/** @type {Record<string, {of: (row: any) => number, format: (value: number) => string}>} */
const measures = {
	cost: {of: (r) => r.cost_usd, format: usd},
	calls: {of: (r) => r.calls, format: count},
	tokens: {of: (r) => r.tokens.total, format: tokens},
};

/**
 * @param {App} app
 * @param {(changes: Record<string, string>) => string} address
 */
export function createBreakdown(app, address) {
	let all = false;
	/** @type {{stats: Stats, query: URLSearchParams} | null} */
	let shown = null;
	const main = createPanel({title: 'By model', className: 'cost-by', render: drawMain});
	const others = [0, 1].map(() => createPanel({title: 'By', render: (body, by) => replace(body, tableFor(by, measureOf()))}));

	/** @param {string} by @param {string} measure */
	function rowsOf(by, measure) {
		const {of} = measures[measure];
		return [...(shown ? shown.stats[groups[by].rows] : [])].filter((r) => r.calls > 0 || r.cost_usd > 0).sort((a, b) => of(b) - of(a));
	}

	/** @param {string} by @param {any} row */
	function nameOf(by, row) {
		return row[by] === null ? groups[by].none : by === 'tool' ? assistantName(row.tool) : by === 'model' ? shortModel(row.model) : row[by];
	}

	/** @param {string} by @param {string} measure */
	function tableFor(by, measure, series = false) {
		const rows = rowsOf(by, measure), {of, format} = measures[measure];
		const most = Math.max(...rows.map(of), 1e-9), flat = Boolean(shown && shown.stats.plan === 'subscription');
		const others = ['cost', 'calls', 'tokens'].filter((m) => m !== measure).slice(0, series ? 2 : 1);
		/** @param {string} m @param {any} r */
		const figure = (m, r) => m === 'cost' ? money(r, {flat}) : {text: measures[m].format(measures[m].of(r)), title: count(measures[m].of(r))};
		return el('div', {}, rows.length === 0 ? el('p', {class: 'muted'}, 'Nothing in this range') : el('table', {class: 'breakdown'},
			el('thead', {}, el('tr', {}, [groups[by].title, ' ', measure, ...others].map((h) => el('th', {scope: 'col', class: h === ' ' ? 'bar-cell' : null}, h === ' ' ? el('span', {class: 'unseen'}, 'share') : h[0].toUpperCase() + h.slice(1))))),
			el('tbody', {}, rows.slice(0, all ? rows.length : SHOWN).map((r, i) => el('tr', {},
				el('th', {scope: 'row'}, el('a', {href: address({[by]: r[by] || ''}), title: r[by]}, outside(nameOf(by, r)))),
				el('td', {class: 'bar-cell'}, el('span', {class: 'bar' + (series ? ' series-' + Math.min(i, SERIES) : ''), vars: {share: of(r) / most}})),
				[measure, ...others].map((m) => el('td', {title: figure(m, r).title}, figure(m, r).text)))))),
			rows.length > SHOWN ? el('button', {type: 'button', class: 'quiet', onclick: () => {
				all = !all;
				draw();
			}}, all ? 'Fewer' : 'All ' + rows.length) : null);
	}

	/** @param {HTMLElement} body */
	function drawMain(body) {
		const by = byOf(), measure = measureOf(), {of, format} = measures[measure];
		const rows = rowsOf(by, measure), whole = rows.reduce((sum, r) => sum + of(r), 0);
		/** @param {number} value */
		const share = (value) => whole > 0 ? percent(value / whole) : '0 %';
		const parts = rows.slice(0, SERIES).map((r, i) => ({name: nameOf(by, r), value: of(r), series: i, words: ''}));
		const rest = rows.slice(SERIES).reduce((sum, r) => sum + of(r), 0);
		if (rest > 0) {
			parts.push({name: 'others', value: rest, series: SERIES, words: ''});
		}
		parts.forEach((p) => p.words = p.name + ' · ' + format(p.value) + ' · ' + share(p.value));
		const first = parts.slice(0, 3).map((p) => p.name + ' ' + share(p.value)).join(', ');
		replace(body,
			el('div', {class: 'choices'},
				choice('Of what', 'by', by, Object.keys(groups).map((g) => [g, groups[g].title])),
				choice('Measure', 'measure', measure, [['cost', 'Cost'], ['calls', 'Calls'], ['tokens', 'Tokens']])),
			el('div', {class: 'ring-and-bars'},
				doughnut({parts, center: format(whole), below: measure, sentence: format(whole) + (first ? ': ' + first : '')}), tableFor(by, measure, true)));
		main.setTitle('By ' + groups[by].title.toLowerCase());
	}

	/** @param {string} label @param {string} key @param {string} now @param {string[][]} options */
	function choice(label, key, now, options) {
		return el('nav', {class: 'choice', 'aria-label': label}, options.map(([name, title], i) => el('a', {href: address({[key]: i === 0 ? '' : name}),
			'aria-current': name === now ? 'true' : null}, title)));
	}

	function byOf() {
		const by = shown && shown.query.get('by') || '';
		return groups[by] ? by : 'model';
	}
	function measureOf() {
		const measure = shown && shown.query.get('measure') || '';
		return measures[measure] ? measure : 'cost';
	}

	function draw() {
		main.show(true);
		Object.keys(groups).filter((g) => g !== byOf()).forEach((g, i) => {
			others[i].setTitle('By ' + groups[g].title.toLowerCase());
			others[i].show(g);
		});
	}

	return {
		elements: [main.element, ...others.map((p) => p.element)],
		/** @param {Stats} stats @param {URLSearchParams} query */
		show(stats, query) {
			shown = {stats, query};
			draw();
		},
	};
}
