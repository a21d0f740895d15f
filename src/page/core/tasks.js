// What a task is, in words, and in the order in which people want to know.

import {addressOf} from './router.js';

export const priorities = ['critical', 'high', 'medium', 'normal', 'low'];

/** @type {Record<string, string>} */
export const laneTitles = {inbox: 'Inbox', assigned: 'Assigned', done: 'Done', other: 'Other'};

/** Statuses whose icon is not that of their place. */
const icons = {in_progress: 'working', blocked: 'stalled', error: 'error', done: 'done'};
const plain = ['new', 'inbox', 'assigned', 'done', 'unknown'];
const urgency = ['error', 'blocked', 'in_progress'];

/** @param {Task} t */
export function taskIcon(t) {
	return t._meta.error ? 'error' : Object.hasOwn(icons, t.status) ? icons[/** @type {'done'} */ (t.status)] : 'idle';
}

/** What its place does not say already; "" is possible. @param {Task} t */
export function statusWords(t) {
	return plain.includes(t.status) ? '' : t.status.replaceAll('_', ' ');
}

/** @param {Task} t */
export function taskAddress(t) {
	return addressOf('task/' + encodeURIComponent(t.id), t._meta.duplicates.length ? {path: t._meta.path} : {});
}

/** @param {Task} t */
export function errorWords(t) {
	const e = t._meta.error;
	return !e ? '' : (e.line === null ? '' : 'line ' + e.line + (e.column === null ? '' : ', column ' + e.column) + ': ') + e.message;
}

/** What its file and its place do not agree about. @param {Task} t */
export function complaints(t) {
	const {contradictions, duplicates, lane, cycle} = t._meta;
	return [...contradictions.map((c) => c.field === 'agent' ? 'agent: ' + c.value + ', but lies with ' + c.place
		: 'status: ' + c.value + (lane === 'done' ? ', but lies in done' : ', still in ' + c.place)),
	duplicates.length && duplicates.length + 1 + ' tasks have this id', cycle && 'waits for itself: a dependency cycle'].filter((words) => typeof words === 'string');
}

/** @param {string[]} list @param {string | null} word */
function rank(list, word) {
	const at = word === null ? -1 : list.indexOf(word);
	return at < 0 ? list.length : at;
}

/**
 * In the inbox and with an agent what is wrong or urgent comes first, elsewhere what cannot be read, then what came last.
 * @param {string} lane
 * @param {Board} board
 * @returns {(a: [string, Task], b: [string, Task]) => number}
 */
export function orderOf(lane, board) {
	/** @param {string} place @param {Task} t */
	const came = (place, t) => board.moved.get(place) || t._meta.mtime;
	return lane === 'inbox' || lane === 'assigned'
		? ([p, a], [q, b]) => rank(urgency, a.status) - rank(urgency, b.status) || rank(priorities, a.priority) - rank(priorities, b.priority) || (p < q ? -1 : 1)
		: ([p, a], [q, b]) => Number(Boolean(b._meta.error)) - Number(Boolean(a._meta.error)) || came(p, a) === came(q, b) ? p < q ? -1 : 1 : came(p, a) > came(q, b) ? -1 : 1;
}
