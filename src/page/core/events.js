// Lines of the feed, in words.

import {el, outside} from './dom.js';
import {assistantName, duration, usd} from './format.js';
import {sessionAddress} from './router.js';

/** @type {Record<string, [string, string, string]>} kind → icon, words, the name of its filter */
const kinds = {
	needs_you: ['needs', 'needs you', 'Needs you'],
	done: ['done', 'is done', 'Done'],
	error: ['error', 'stopped with an error', 'Errors'],
	limit: ['limit', 'has reached a limit', 'Limits'],
	stalled: ['stalled', 'says nothing any more', 'Stalled'],
	closed: ['closed', 'has closed', 'Closed'],
	budget: ['budget', 'budget', 'Budget'],
};

/** @type {Record<string, (detail: any) => string>} what becomes of tasks */
const taskWords = {
	'task.created': () => 'is new',
	'task.assigned': (d) => 'is assigned to ' + d.agent,
	'task.completed': () => 'is done',
	'task.moved': (d) => 'is in ' + d.lane + ' now',
	'task.updated': () => 'has changed',
	'task.deleted': () => 'is gone',
	'task.error': () => 'cannot be read',
};

export const eventKinds = Object.keys(kinds);

/** @param {string} kind */
export function kindTitle(kind) {
	return kinds[kind] ? kinds[kind][2] : kind;
}

/** @param {string} kind */
export function kindIcon(kind) {
	return kinds[kind] ? kinds[kind][0] : kind === 'task.completed' ? 'done' : kind === 'task.error' ? 'error' : 'idle';
}

/** @param {FeedEvent} e */
export function eventWords(e) {
	const d = e.detail || {};
	if (e.kind === 'needs_you') {
		return d.attention === 'question' ? 'asks a question' : 'asks permission' + (d.tool_name ? ': ' + d.tool_name : '');
	}
	if (e.kind === 'done') {
		return d.worked_ms ? 'is done after ' + duration(Number(d.worked_ms)) : 'is done';
	}
	if (e.kind === 'budget') {
		return d.percent + ' % of the ' + d.period + '’s budget' + (d.limit_usd ? ' of ' + usd(Number(d.limit_usd)) : '') + ' is spent';
	}
	return kinds[e.kind] ? kinds[e.kind][1] : Object.hasOwn(taskWords, e.kind) ? taskWords[e.kind](d) : e.kind;
}

/**
 * The session or the task that it is about, as a link; null: neither.
 * @param {FeedEvent} e
 */
export function eventSubject(e) {
	const task = e.detail && e.detail.task_id, name = outside(task || e.project || assistantName(e.tool));
	const href = e.session_id ? sessionAddress(e.session_id) : task && '#/task/' + encodeURIComponent(task);
	return href ? el('a', {href, 'data-walk': true}, name) : e.tool ? name : null;
}
