// Every session there is or was, newest first, in pages.

import {ApiError} from '../core/api.js';
import {addressOf, sessionAddress} from '../core/router.js';
import {assistantName, count, duration, fullTime, money, shortModel, time, tokens} from '../core/format.js';
import {createFilters} from '../core/filters.js';
import {createPanel} from '../core/panel.js';
import {el, outside, replace} from '../core/dom.js';
import {icon} from '../core/icons.js';
import {iconOf, nameOf, stateWords, tokensOf} from '../core/session.js';

const PAGE = 50;
/** @type {import('../core/filters.js').Filter[]} */
const FILTERS = ['q', 'project', 'tool', 'from', 'to'];
const RELOAD_MS = 3000;

/**
 * A cell that a narrow page leaves out where there is nothing.
 * @param {string} label
 * @param {number | null} value
 * @param {string} text
 * @param {string} [title]
 */
export function number(label, value, text, title) {
	return el('td', {class: 'number' + (value ? '' : ' is-nothing'), 'data-label': label, title}, value ? text : '–');
}

/** @type {View} */
export const view = {
	name: 'sessions',
	title: 'Sessions',
	mount(root, app) {
		const filters = createFilters(app, 'sessions', FILTERS);
		const panel = createPanel({title: 'Sessions', className: 'sessions-panel', actions: [filters.element], load, render,
			isEmpty: (answer) => answer.sessions.length + unlisted(answer).length === 0,
			empty: {text: 'No session fits', hint: 'Sessions appear here once an assistant reports them.', commands: ['otel-ai-monitor setup']}});
		root.append(panel.element);
		let address = '';
		/** @type {any} */
		let page = null;
		/** @type {ReturnType<typeof setTimeout> | undefined} */
		let timer;

		/** @param {AbortSignal} signal */
		async function load(signal) {
			const {query} = app.route();
			const asked = new URLSearchParams({past: '1', limit: String(PAGE)});
			for (const name of [...FILTERS, 'offset']) {
				const value = query.get(name);
				if (value) {
					asked.set(name, value);
				}
			}
			try {
				return await app.api.get('/api/sessions?' + asked, {signal});
			} catch (e) {
				if (e instanceof ApiError && e.status === 404) { // no history is kept: what lives is known all the same
					return {sessions: [], total: 0, offset: 0};
				}
				throw e;
			}
		}

		/**
		 * @param {HTMLElement} body
		 * @param {any} answer
		 */
		function render(body, answer) {
			page = answer;
			const had = document.activeElement instanceof HTMLElement && body.contains(document.activeElement)
				? document.activeElement.getAttribute('href') : null;
			replace(body, el('table', {class: 'rows'},
				el('thead', {}, el('tr', {}, ['Session', 'Assistant', 'Last news', 'Turns', 'Worked', 'Waited for you', 'Tokens', 'Cost']
					.map((words, i) => el('th', {scope: 'col', class: i > 2 ? 'number' : null}, words)))),
				el('tbody', {}, rows().map(row))),
			paging());
			if (had) {
				/** @type {HTMLElement | null} */ (body.querySelector('a[href="' + CSS.escape(had) + '"]'))?.focus();
			}
		}

		/**
		 * Sessions that live but are not in the history: those of the demo, and all where none is kept.
		 * @param {any} answer
		 * @returns {Session[]}
		 */
		function unlisted(answer) {
			const {query} = app.route(), q = (query.get('q') || '').toLowerCase();
			const listed = new Set(answer.sessions.map((/** @type {any} */ s) => s.session_id));
			/** @type {Session[]} */
			const live = answer.total > PAGE || query.get('from') || query.get('to') ? [] : [...(app.store.get('sessions') || new Map()).values()];
			return live.filter((s) => !listed.has(s.session_id) && (!query.get('project') || query.get('project') === s.project)
				&& (!query.get('tool') || query.get('tool') === s.tool) && [s.session_id, s.project, s.model].join(' ').toLowerCase().includes(q));
		}

		/** @returns {any[]} */
		function rows() {
			return [...unlisted(page).map((s) => ({...s, last_seen: s.since, turns: s.turn, worked_ms: null, waited_ms: null, tokens: {total: 0}, calls: 0})), ...page.sessions];
		}

		/** @param {any} s a session of the past, which may live */
		function row(s) {
			const live = (app.store.get('sessions') || new Map()).get(s.session_id);
			const cost = s.calls === 0 && !live ? {text: '–', title: 'no model call'} : money(live && live.metrics && live.metrics.cost_usd !== undefined ? live.metrics : s);
			const all = live ? tokensOf(live.metrics) : s.tokens.total;
			return el('tr', {'data-session': s.session_id, class: live ? 'is-' + iconOf(live) : 'is-past'},
				el('th', {scope: 'row'}, live ? icon(iconOf(live)) : icon('closed'),
					el('a', {href: sessionAddress(s.session_id), 'data-walk': true, title: s.cwd || s.session_id}, outside(nameOf(s))),
					el('span', {class: 'muted'}, ' ', live ? outside(stateWords(live)) : '')),
				el('td', {}, outside(assistantName(s.tool)), ' ', el('span', {class: 'muted', title: s.model}, outside(shortModel(s.model)))),
				el('td', {title: fullTime(s.last_seen)}, time(s.last_seen)),
				number(s.turns === 1 ? 'turn' : 'turns', s.turns, count(s.turns)),
				number('worked', s.worked_ms, duration(s.worked_ms)),
				number('waited for you', s.waited_ms, duration(s.waited_ms)),
				number('tokens', all, tokens(all), count(all)),
				el('td', {class: 'number cost', title: cost.title}, cost.text));
		}

		function paging() {
			const first = page.offset + 1, last = page.offset + page.sessions.length;
			if (page.total === 0) {
				return el('p', {class: 'muted'}, 'These are not in the history.');
			}
			/** @param {number} offset */
			const at = (offset) => addressOf('sessions', {...Object.fromEntries(app.route().query), offset: offset > 0 ? offset : ''});
			return el('nav', {class: 'paging', 'aria-label': 'Pages'},
				el('span', {class: 'muted'}, first + '–' + last + ' of ' + count(page.total)),
				page.offset > 0 ? el('a', {class: 'button', rel: 'prev', href: at(page.offset - PAGE)}, 'Newer') : null,
				last < page.total ? el('a', {class: 'button', rel: 'next', href: at(page.offset + PAGE)}, 'Older') : null);
		}

		const unsubscribe = app.store.subscribe(['sessions'], () => {
			if (page) {
				panel.show(page);
			}
			if (!timer && address) {
				timer = setTimeout(() => {
					timer = undefined;
					panel.reload();
				}, RELOAD_MS);
			}
		});
		return {
			show(route) {
				filters.draw();
				if (address !== route.address) {
					address = route.address;
					panel.reload();
				}
			},
			stop() {
				clearTimeout(timer);
				unsubscribe();
				filters.stop();
				panel.stop();
			},
			search: filters.search,
			filter: filters.filter,
		};
	},
};
