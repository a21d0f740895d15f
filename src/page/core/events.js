// Lines of the feed, in words.

import {duration, usd} from './format.js';

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

export const eventKinds = Object.keys(kinds);

/** @param {string} kind */
export function kindTitle(kind) {
	return kinds[kind] ? kinds[kind][2] : kind;
}

/** @param {string} kind */
export function kindIcon(kind) {
	return kinds[kind] ? kinds[kind][0] : 'idle';
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
	return kinds[e.kind] ? kinds[e.kind][1] : e.kind;
}
