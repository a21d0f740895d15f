// One session: why it is in its state, what it used and cost, and its turns.

import {act} from '../core/actions.js';
import {assistantName, duration, time} from '../core/format.js';
import {createFacts} from './session_facts.js';
import {createPanel, sheetTop} from '../core/panel.js';
import {createTurns} from './session_turns.js';
import {el, outside, replace} from '../core/dom.js';
import {icon} from '../core/icons.js';
import {iconOf, laneOf, nameOf, stateWords} from '../core/session.js';
import {renderWhy} from './session_why.js';
import {showSince} from '../core/ticker.js';

const RELOAD_MS = 1500;

/** @type {View} */
export const view = {
	name: 'session',
	title: 'Session',
	over: 'now',
	mount(root, app) {
		let id = '';
		/** @type {any} */
		let known = null; // what is drawn of it
		/** @type {ReturnType<typeof setTimeout> | undefined} */
		let timer;
		const head = el('div', {class: 'sheet-head'});
		const facts = createFacts(app);
		const turns = createTurns(app);
		const why = el('section', {class: 'why', 'aria-labelledby': 'why'});
		const panel = createPanel({title: 'Session', className: 'session-panel', load: (signal) => app.api.get('/api/sessions/' + encodeURIComponent(id), {signal}),
			render(body, session) {
				if (!body.contains(why)) {
					replace(body, why, facts.element, turns.element);
				}
				draw(session);
			}});
		root.append(sheetTop(root, head), panel.element);

		/** @returns {Session | undefined} */
		function live() {
			return (app.store.get('sessions') || new Map()).get(id);
		}

		/** @param {any} session as /api/sessions/ID has it */
		function draw(session) {
			known = session;
			drawHead(live() || session);
			replace(why, renderWhy(session));
			facts.show(session);
			turns.show(session, app.route());
		}

		/** @param {any} s */
		function drawHead(s) {
			const isLive = Boolean(s.state);
			const clock = el('span', {class: 'clock'});
			if (isLive) {
				showSince(clock, s.since, duration);
			}
			const had = document.activeElement instanceof HTMLElement && head.contains(document.activeElement) ? document.activeElement.dataset.action : '';
			root.setAttribute('aria-label', 'Session ' + nameOf(s));
			head.className = 'sheet-head is-' + (isLive ? laneOf(s) : 'past');
			head.dataset.session = id;
			replace(head,
				el('h2', {}, icon(isLive ? iconOf(s) : 'closed'), outside(nameOf(s))),
				el('p', {class: 'what'}, el('b', {}, isLive ? outside(stateWords(s)) : 'is over, last news ' + time(s.last_seen)), ' ', clock),
				el('p', {class: 'muted brief'}, el('span', {}, outside(assistantName(s.tool))), s.model ? el('span', {}, outside(s.model)) : null,
					s.cwd ? el('span', {}, outside(s.cwd)) : null, s.pid ? el('span', {}, 'process ' + s.pid) : null, s.host ? el('span', {}, outside(s.host)) : null,
					el('span', {}, outside(id))),
				isLive ? el('div', {class: 'card-buttons'},
					button('focus', 'Go to terminal', 'strong'),
					s.attention || s.state === 'completed' ? button('ack', 'Acknowledge') : null,
					button(s.muted ? 'unmute' : 'mute', s.muted ? 'Notify again' : 'Mute')) : null);
			if (had) {
				/** @type {HTMLElement | null} */ (head.querySelector('button'))?.focus();
			}
		}

		/**
		 * @param {'focus' | 'ack' | 'mute' | 'unmute'} action
		 * @param {string} words
		 */
		function button(action, words, className = '') {
			return el('button', {type: 'button', class: className, 'data-action': action, onclick: () => act(app, id, action)}, words);
		}

		const unsubscribe = app.store.subscribe(['sessions'], () => {
			const s = live();
			if (!known || (s ? s === known.drawn : !known.state)) {
				return;
			}
			known.drawn = s;
			drawHead(s || known);
			if (!timer) {
				timer = setTimeout(() => {
					timer = undefined;
					panel.reload();
				}, RELOAD_MS);
			}
		});

		return {
			show(route) {
				if (route.parts[0] !== id) {
					id = route.parts[0] || '';
					known = null;
					turns.reset();
					const s = live();
					if (s) {
						drawHead(s);
					} else {
						replace(head, el('h2', {}, 'Session'));
					}
					panel.reload();
				} else if (known) {
					turns.show(known, route);
				}
			},
			stop() {
				clearTimeout(timer);
				unsubscribe();
				panel.stop();
				turns.stop();
			},
		};
	},
};
