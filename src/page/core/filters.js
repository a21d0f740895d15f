// A row of filters that stand in the address: search, days, and what can be chosen from what there is.

import {addressOf} from './router.js';
import {assistantName} from './format.js';
import {el, reconcile} from './dom.js';
import {icon} from './icons.js';
import {nameOf} from './session.js';
import {priorities} from './tasks.js';

const TYPING_MS = 250;

/** @typedef {'project' | 'tool' | 'agent' | 'priority'} Choice */
/** @typedef {'q' | 'from' | 'to' | Choice} Filter */

/** @param {Store} store @returns {Session[]} */
const sessionsOf = (store) => [...(store.get('sessions') || new Map()).values()];
/** @param {Store} store @param {'project' | 'tool'} key @returns {string[]} */
const used = (store, key) => (store.get('stats')?.['by_' + key] || []).map((/** @type {any} */ r) => r[key]);
/** @param {Store} store @param {'agent' | 'priority'} key @returns {string[]} */
const ofTasks = (store, key) => [...(store.get('board')?.cards.values() || [])].map((t) => t[key]);

/** @type {Record<Choice, {label: string, all: string, values: (store: Store) => string[], words?: (value: string) => string, order?: string[]}>} */
const choices = {
	project: {label: 'Project', all: 'All projects', values: (store) => [...sessionsOf(store).map(nameOf), ...used(store, 'project')]},
	tool: {label: 'Assistant', all: 'All assistants', values: (store) => [...sessionsOf(store).map((s) => s.tool), ...used(store, 'tool')], words: assistantName},
	agent: {label: 'Agent', all: 'All agents', values: (store) => [...ofTasks(store, 'agent'), ...store.get('board')?.agents || []]},
	priority: {label: 'Priority', all: 'All priorities', values: (store) => ofTasks(store, 'priority'), order: priorities},
};

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
		case 'from':
		case 'to': return el('input', {type: 'date', 'aria-label': name === 'from' ? 'First day' : 'Last day', onchange: apply});
		default: return el('select', {'aria-label': choices[name].label, onchange: apply});
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

	/** @param {Choice} name @param {HTMLSelectElement} select */
	function offer(name, select) {
		const {all, values, words = String, order = []} = choices[name], chosen = app.route().query.get(name) || '';
		/** @param {string} v */
		const rank = (v) => order.includes(v) ? order.indexOf(v) : order.length;
		const known = [...new Set([...values(app.store), chosen])].filter(Boolean).sort((a, b) => rank(a) - rank(b) || words(a).localeCompare(words(b)));
		reconcile(select, ['', ...known], (v) => v, (v) => el('option', {value: v}, v ? words(v) : all), () => {});
		select.value = chosen;
	}

	function draw() {
		const query = app.route().query;
		for (const name of names) {
			const field = fields[name];
			if (field instanceof HTMLSelectElement) {
				offer(/** @type {Choice} */ (name), field);
			} else if (field && field !== document.activeElement) {
				field.value = query.get(name) || '';
			}
		}
		clear.hidden = !names.some((n) => query.get(n));
	}

	const stop = app.store.subscribe(['sessions', 'stats', 'board'], draw);
	return {
		element,
		draw,
		stop() {
			clearTimeout(timer);
			stop();
		},
		search: () => fields.q && fields.q.focus(),
		filter: () => element.querySelector('select')?.focus(),
	};
}
