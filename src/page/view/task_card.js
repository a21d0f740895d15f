// A task as a card.

import {el, outside, replace} from '../core/dom.js';
import {icon} from '../core/icons.js';
import {complaints, errorWords, priorities, statusWords, taskAddress, taskIcon} from '../core/tasks.js';

const NEWS_MS = 1600;

/** A priority by colour, shape and word. @param {string | null} priority */
export function priorityMark(priority) {
	const known = priority && priorities.includes(priority);
	return priority && el('span', {class: 'priority is-' + (known ? priority : 'own')}, icon(known ? priority : 'normal'), outside(priority));
}

/** What it waits for. @param {Task} t */
function waits(t) {
	const {waiting_for: all, unknown_dependencies: unknown} = t._meta;
	return all.length === 0 ? '' : all.length === 1 ? 'waits for ' + all[0] + (unknown.length ? ', which no task has as its id' : '')
		: 'waits for ' + all.length + ' tasks' + (unknown.length ? ', ' + unknown.length + ' of them unknown' : '');
}

/** @param {string} heading "h3" */
export function createTaskCard(heading) {
	return el('article', {class: 'card task'}, el('div', {class: 'card-head'}, el('span', {class: 'mark'}),
		el(/** @type {'h3'} */ (heading), {}, el('a', {class: 'card-link', 'data-walk': true})), el('span', {class: 'clock'})), el('p', {class: 'what'}), el('p', {class: 'brief'}));
}

/**
 * @param {Element} card
 * @param {Task} t
 * @param {{showAgent: boolean, isNews: boolean}} how isNews: it has just come here
 */
export function updateTaskCard(card, t, {showAgent, isNews}) {
	const [head, what, brief] = card.children, [mark, heading, clock] = head.children, link = /** @type {HTMLAnchorElement} */ (heading.firstChild);
	const kind = taskIcon(t), error = errorWords(t), words = [statusWords(t), waits(t)].filter(Boolean), wrong = complaints(t);
	card.classList.toggle('is-broken', Boolean(error));
	/** @type {HTMLElement} */ (card).dataset.task = t._meta.path;
	mark.className = 'mark is-' + kind;
	replace(mark, icon(kind, 'is-' + kind));
	link.href = taskAddress(t);
	replace(link, outside(t.title));
	replace(clock, priorityMark(t.priority));
	replace(what, words.map((w, i) => [i > 0 && ' · ', outside(w, {class: ['error', 'blocked'].includes(w) && 'is-bad'})]).flat(), error && outside(error, {class: 'is-bad'}), wrong.map((w) => outside(w, {class: 'complaint'})));
	replace(brief, showAgent && !error && !t._meta.placeholders.includes('agent') && el('span', {}, outside(t.agent)), el('span', {class: 'task-id'}, outside(error ? t._meta.path : t.id)));
	if (isNews && card.isConnected && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
		card.animate([{background: 'var(--working-ground)', borderColor: 'var(--working)'}, {}], NEWS_MS);
	}
}
