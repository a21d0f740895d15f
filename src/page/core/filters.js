// A row of filters that stand in the address: search, project, assistant, days.

import {addressOf} from './router.js';
import {assistantName} from './format.js';
import {el, reconcile} from './dom.js';
import {icon} from './icons.js';
import {nameOf} from './session.js';

const TYPING_MS = 250;

/** @typedef {'q' | 'project' | 'tool' | 'from' | 'to'} Filter */

/**
 * @param {App} app
 * @param {string} path of the view: "sessions"
 * @param {Filter[]} names in their order
 */
export function createFilters(app, path, names) {
	/** @type {Partial<Record<Filter, HTMLInputElement | HTMLSelectElement>>} */
	const fields = {};
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;

	function apply() {
		clearTimeout(timer);
		app.navigate(addressOf(path, Object.fromEntries(names.map((n) => [n, fields[n] && fields[n].value]))), {replace: true});
	}

	/** @param {Filter} name */
	function fieldOf(name) {
		switch (name) {
		case 'q': return el('input', {type: 'search', placeholder: 'Search', 'aria-label': 'Search', oninput: () => {
			clearTimeout(timer);
			timer = setTimeout(apply, TYPING_MS);
		}, onsearch: apply});
		case 'project': return el('select', {'aria-label': 'Project', onchange: apply});
		case 'tool': return el('select', {'aria-label': 'Assistant', onchange: apply});
		default: return el('input', {type: 'date', 'aria-label': name === 'from' ? 'First day' : 'Last day', onchange: apply});
		}
	}

	for (const name of names) {
		fields[name] = fieldOf(name);
	}
	const clear = el('button', {type: 'button', class: 'quiet', onclick() {
		app.navigate(addressOf(path), {replace: true});
	}}, 'Clear');
	const element = el('div', {class: 'filters', role: 'search'},
		names.map((n) => n === 'q' ? el('label', {class: 'search'}, icon('search'), fields.q) : fields[n]), clear);

	/**
	 * @param {Filter} name
	 * @param {string} all
	 * @param {Iterable<string>} values
	 * @param {(value: string) => string} words
	 */
	function offer(name, all, values, words) {
		const select = /** @type {HTMLSelectElement | undefined} */ (fields[name]);
		if (select) {
			const chosen = app.route().query.get(name) || '';
			const known = [...new Set([...values, chosen])].filter(Boolean).sort((a, b) => words(a).localeCompare(words(b)));
			reconcile(select, ['', ...known], (v) => v, (v) => el('option', {value: v}, v ? words(v) : all), () => {});
			select.value = chosen;
		}
	}

	function draw() {
		/** @type {Session[]} */
		const sessions = [...(app.store.get('sessions') || new Map()).values()];
		const stats = app.store.get('stats') || {by_project: [], by_tool: []};
		/** @param {any[]} rows @param {string} key */
		const used = (rows, key) => rows.map((r) => r[key]).filter(Boolean);
		offer('project', 'All projects', [...sessions.map(nameOf), ...used(stats.by_project, 'project')], (v) => v);
		offer('tool', 'All assistants', [...sessions.map((s) => s.tool), ...used(stats.by_tool, 'tool')], assistantName);
		const query = app.route().query;
		for (const name of /** @type {Filter[]} */ (['q', 'from', 'to'])) {
			const field = fields[name];
			if (field && field !== document.activeElement) {
				field.value = query.get(name) || '';
			}
		}
		clear.hidden = !names.some((n) => query.get(n));
	}

	const stop = app.store.subscribe(['sessions', 'stats'], draw);
	return {
		element,
		draw,
		stop() {
			clearTimeout(timer);
			stop();
		},
		search: () => fields.q && fields.q.focus(),
		filter: () => (fields.project || fields.tool || element.querySelector('select'))?.focus(),
	};
}
