// Every session there is or was, newest first, in pages.

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
			isEmpty: (page) => page.sessions.length === 0,
			empty: {text: 'No session fits', hint: 'Sessions appear here once an assistant reports them.', commands: ['otel-ai-monitor setup']}});
		root.append(panel.element);
		let address = '';
		/** @type {any} */
		let page = null;
		/** @type {ReturnType<typeof setTimeout> | undefined} */
		let timer;

		/** @param {AbortSignal} signal */
		function load(signal) {
			const {query} = app.route();
			const asked = new URLSearchParams({past: '1', limit: String(PAGE)});
			for (const name of [...FILTERS, 'offset']) {
				const value = query.get(name);
				if (value) {
					asked.set(name, value);
				}
			}
			return app.api.get('/api/sessions?' + asked, {signal});
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
				el('tbody', {}, page.sessions.map((/** @type {any} */ s) => row(s)))),
			paging());
			if (had) {
				/** @type {HTMLElement | null} */ (body.querySelector('a[href="' + CSS.escape(had) + '"]'))?.focus();
			}
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
