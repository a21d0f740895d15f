// What a session used, and what that cost.

import {count, duration, exactUsd, money, percent, tokens} from '../core/format.js';
import {el, replace} from '../core/dom.js';
import {showSince} from '../core/ticker.js';

/** @type {[string, string][]} the classes of /api/stats, which add up */
const classes = [
	['input', 'input, not cached'],
	['cache_read', 'read from cache'],
	['cache_write_5m', 'written to cache, 5 min'],
	['cache_write_1h', 'written to cache, 1 h'],
	['cache_write', 'written to cache'],
	['output', 'output'],
];

/**
 * A live session has its tokens in other words than one of the past.
 * @param {any} s
 * @returns {Record<string, number> | null}
 */
function tokensByClass(s) {
	if (s.tokens) {
		return s.tokens;
	}
	const m = s.metrics;
	return m && {input: m.input_tokens, cache_read: m.cache_read_tokens, cache_write: m.cache_write_tokens, output: m.output_tokens,
		reasoning: m.reasoning_tokens, total: m.input_tokens + m.cache_tokens + m.output_tokens};
}

/**
 * @param {any[] | null} turns
 * @param {string} name
 */
function sum(turns, name) {
	const known = turns ? turns.map((t) => t[name]).filter((n) => n !== null) : [];
	return known.length > 0 ? known.reduce((a, b) => a + b) : null;
}

/** @param {any} cost */
function sourceOf(cost) {
	if (cost.cost) {
		const parts = [['reported', 'reported by the assistant'], ['estimated', 'estimated from list prices']].filter(([name]) => cost.cost[name] > 0);
		return parts.length === 1 ? parts[0][1]
			: parts.map(([name, words]) => exactUsd(cost.cost[name], 2) + ' ' + words).join(', ') || (cost.free_calls > 0 ? 'free' : '');
	}
	return {reported: 'reported by the assistant', estimated: 'estimated from list prices', mixed: 'partly reported, partly estimated', free: 'free'}[
		/** @type {'reported'} */ (cost.cost_source)] || '';
}

/** @param {App} app */
export function createFacts(app) {
	const tiles = el('dl', {class: 'tiles'});
	const bars = el('ul', {class: 'bars'});
	const element = el('section', {class: 'session-facts', 'aria-label': 'What it used'}, tiles, el('div', {}, el('h3', {class: 'sub'}, 'Tokens by class'), bars));

	/**
	 * @param {string} name
	 * @param {string} value
	 * @param {string} [note]
	 * @param {string} [title]
	 */
	function tile(name, value, note, title) {
		return el('div', {}, el('dt', {}, name), el('dd', {title}, value), note ? el('dd', {class: 'muted note'}, note) : null);
	}

	/**
	 * Time that may still run: then what was counted is added to the clock.
	 * @param {string} name
	 * @param {number | null} ms
	 * @param {number | false} since when what runs began
	 * @param {string} [note]
	 */
	function time(name, ms, since, note) {
		const all = tile(name, duration(ms), note);
		const value = all.querySelector('dd');
		if (since && value) {
			showSince(value, since - (ms || 0), duration);
		}
		return all;
	}

	return {
		element,
		/** @param {any} s as /api/sessions/ID has it */
		show(s) {
			const stats = app.store.get('stats');
			const flat = stats && stats.plan === 'subscription';
			const of = s.metrics || s, cost = money(of, {flat}), turns = s.turn_list;
			const worked = s.worked_ms === undefined ? sum(turns, 'worked_ms') : s.worked_ms;
			const waited = s.waited_ms === undefined ? sum(turns, 'waited_ms') : s.waited_ms;
			const calls = s.calls === undefined ? sum(turns, 'calls') : s.calls;
			const errors = s.errors === undefined ? sum(turns, 'errors') : s.errors;
			replace(tiles,
				tile(flat ? 'Cost, API-equivalent' : 'Cost', cost.text, sourceOf(of) + (of.unpriced_calls > 0 ? ' · ' + count(of.unpriced_calls) + ' calls without a price' : ''), cost.title),
				tile('Turns', count(s.turn ?? s.turns)),
				time('Worked', worked, s.state === 'working' && s.since),
				time('Blocked on you', waited, ['permission', 'question'].includes(s.attention) && s.since, worked && waited ? percent(waited / (worked + waited)) + ' of its time' : ''),
				tile('Model calls', count(calls), errors ? count(errors) + ' failed' : ''));
			const used = tokensByClass(s);
			const rows = used ? classes.filter(([name]) => used[name] > 0) : [];
			const most = used ? Math.max(1, ...rows.map(([name]) => used[name])) : 1;
			replace(bars, used ? rows.map(([name, words], i) => el('li', {}, el('span', {class: 'bar-name'}, words),
				el('span', {class: 'bar series-' + i, vars: {share: used[name] / most}}),
				el('span', {class: 'bar-value', title: count(used[name])}, tokens(used[name])
					+ (name === 'output' && used.reasoning ? ', ' + tokens(used.reasoning) + ' of it reasoning' : ''))))
				: el('li', {class: 'muted'}, 'No tokens were reported yet'));
		},
	};
}
