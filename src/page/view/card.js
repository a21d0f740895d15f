// A session as a card.

import {act} from '../core/actions.js';
import {assistantName, duration, exactUsd, fullTime, money, shortModel, tokens} from '../core/format.js';
import {el, outside, replace} from '../core/dom.js';
import {icon} from '../core/icons.js';
import {iconOf, laneOf, nameOf, stateWords, tokensOf} from '../core/session.js';
import {sessionAddress} from '../core/router.js';
import {showSince} from '../core/ticker.js';

/**
 * @typedef {{mark: Element, link: HTMLAnchorElement, muted: Element, clock: Element, what: Element, figures: Element,
 *   buttons: Element, app: App, lane: string}} CardParts
 */

/** @type {WeakMap<Element, CardParts>} */
const parts = new WeakMap();

/**
 * @param {App} app
 * @param {Session} s
 */
export function createCard(app, s) {
	const p = {
		app,
		lane: '',
		mark: el('span', {class: 'mark'}),
		link: el('a', {class: 'card-link', href: sessionAddress(s.session_id), 'data-walk': true}),
		muted: el('span', {class: 'muted'}),
		clock: el('span', {class: 'clock'}),
		what: el('p', {class: 'what'}),
		figures: el('p', {class: 'brief'}),
		buttons: el('div', {class: 'card-buttons'}),
	};
	const card = el('article', {'data-session': s.session_id},
		el('div', {class: 'card-head'}, p.mark, el('h3', {}, p.link), p.muted, p.clock), p.what, p.figures, p.buttons);
	parts.set(card, p);
	return card;
}

/**
 * @param {Element} card
 * @param {Session} s
 */
export function updateCard(card, s) {
	const p = /** @type {CardParts} */ (parts.get(card));
	const lane = laneOf(s);
	card.className = 'card is-' + lane;
	replace(p.mark, icon(iconOf(s)));
	replace(p.link, outside(nameOf(s)));
	p.link.title = s.cwd || s.session_id;
	replace(p.muted, s.muted ? icon('muted') : null, s.muted ? el('span', {class: 'unseen'}, 'muted') : null);
	showSince(p.clock, s.since, duration);
	p.clock.setAttribute('title', 'since ' + fullTime(s.since));
	const model = shortModel(s.model);
	replace(p.what, el('b', {}, outside(stateWords(s))), s.background ? ' · ' + s.background + ' in the background' : '');
	const cost = money(s.metrics);
	const all = tokensOf(s.metrics);
	replace(p.figures, el('span', {}, outside(assistantName(s.tool))), model ? el('span', {title: s.model}, outside(model)) : null,
		s.turn ? el('span', {}, 'turn ' + s.turn) : null,
		all === null ? null : el('span', {title: all.toLocaleString('en-US') + ' tokens'}, tokens(all), el('span', {class: 'word'}, ' tokens')),
		s.metrics ? el('span', {class: 'cost', title: cost.title || exactUsd(s.metrics.cost_usd)}, cost.text) : null);
	if (p.lane !== lane) {
		p.lane = lane;
		drawButtons(p, s.session_id, lane);
	}
}

/**
 * @param {CardParts} p
 * @param {string} id
 * @param {string} lane
 */
function drawButtons(p, id, lane) {
	const had = p.buttons.contains(document.activeElement);
	replace(p.buttons,
		lane === 'needs' ? el('button', {type: 'button', class: 'strong', onclick: () => act(p.app, id, 'focus')}, 'Go to terminal') : null,
		lane === 'needs' ? el('a', {class: 'button', href: sessionAddress(id)}, 'Why?') : null,
		lane === 'done' ? el('button', {type: 'button', class: 'quiet', onclick: () => act(p.app, id, 'ack')}, 'Acknowledge') : null);
	if (had) {
		p.link.focus();
	}
}
