// Who needs me, what runs, what today costs, what happened.

import {byLane, laneTitles, lanes} from '../core/session.js';
import {focusedSession} from '../core/actions.js';
import {createCard, updateCard} from './card.js';
import {createFilters} from '../core/filters.js';
import {createSide} from './now_side.js';
import {el, reconcile, replace} from '../core/dom.js';
import {emptyState} from '../core/panel.js';
import {nameOf} from '../core/session.js';

const MANY = 12; // sessions, from which on a filter helps
const IDLE_OPEN = 'otel-ai-monitor idle open';

/** @type {View} */
export const view = {
	name: 'now',
	title: 'Now',
	mount(root, app) {
		/** @type {Record<string, {section: HTMLElement, count: HTMLElement, list: HTMLElement}>} */
		const parts = {};
		for (const lane of lanes) {
			const count = el('span', {class: 'lane-count'});
			const list = el('div', {class: 'cards'});
			const heading = el('h2', {id: 'lane-' + lane}, laneTitles[lane], ' ', count);
			const section = el('section', {class: 'lane lane-' + lane, 'aria-labelledby': 'lane-' + lane});
			if (lane === 'idle') {
				const details = el('details', {open: localStorage.getItem(IDLE_OPEN) === '1',
					ontoggle: () => localStorage.setItem(IDLE_OPEN, details.open ? '1' : '0')},
				el('summary', {}, heading), list);
				section.append(details);
			} else {
				section.append(heading, list);
			}
			parts[lane] = {section, count, list};
		}
		const filters = createFilters(app, '', ['project', 'tool']);
		const nothing = el('div', {class: 'nothing'});
		const main = el('div', {class: 'lanes'}, filters.element, nothing, lanes.map((lane) => parts[lane].section));
		const side = createSide(app);
		root.append(el('div', {class: 'now'}, main, side.element));

		function draw() {
			/** @type {Map<string, Session> | undefined} */
			const sessions = app.store.get('sessions');
			const all = byLane(sessions ? chosen(sessions.values(), app.route()) : []);
			const focused = focusedSession();
			for (const lane of lanes) {
				const {section, count, list} = parts[lane];
				section.hidden = all[lane].length === 0;
				count.textContent = String(all[lane].length);
				reconcile(list, all[lane], (s) => s.session_id, (s) => createCard(app, s), (e, s) => updateCard(e, s));
			}
			const route = app.route(), isFiltered = route.name === 'now' && route.query.size > 0;
			filters.element.hidden = !sessions || sessions.size < MANY && !isFiltered;
			const isEmpty = sessions && lanes.every((lane) => all[lane].length === 0);
			nothing.hidden = !isEmpty;
			if (isEmpty && !nothing.firstChild) {
				replace(nothing, sessions && sessions.size > 0
					? emptyState({text: 'No session fits the filter'})
					: emptyState({text: 'No sessions yet', hint: 'Point your assistants here and restart them, or watch three made-up sessions.',
						commands: ['otel-ai-monitor setup', 'otel-ai-monitor demo']}));
			} else if (!isEmpty) {
				nothing.replaceChildren();
			}
			if (focused && document.activeElement === document.body) { // its card is in another lane now
				/** @type {HTMLElement | null} */ (main.querySelector('[data-session="' + CSS.escape(focused) + '"] a'))?.focus({preventScroll: true});
			}
			main.toggleAttribute('data-pair', all.working.length > 0 && all.done.length > 0);
		}

		const unsubscribe = app.store.subscribe(['sessions'], draw);
		return {
			show() {
				filters.draw();
				draw();
			},
			filter: filters.filter,
			stop() {
				unsubscribe();
				filters.stop();
				side.stop();
			},
		};
	},
};

/**
 * @param {Iterable<Session>} sessions
 * @param {Route} route
 */
function chosen(sessions, route) {
	const project = route.query.get('project'), tool = route.query.get('tool');
	return [...sessions].filter((s) => (!project || nameOf(s) === project) && (!tool || s.tool === tool));
}
