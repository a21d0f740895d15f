// Parts of the cost view: what the cache saves, waits, models without a price, exports.

import {tableOf} from '../chart/figure.js';
import {toolLabel} from '../chart/fold.js';
import {el, outside, replace} from '../core/dom.js';
import {calls, count, shortDuration, tokens} from '../core/format.js';
import {commandLine, createPanel} from '../core/panel.js';

const PRICED_MODELS = 8;
const WRITES = ['cache_write', 'cache_write_5m', 'cache_write_1h'];

/**
 * How much of the input came from the cache; null without input.
 * @param {any} t tokens by class
 */
export function cacheShare(t) {
	const input = WRITES.reduce((sum, w) => sum + t[w], t.input + t.cache_read);
	return input > 0 ? t.cache_read / input : null;
}

/**
 * What reading from the cache saves, less what writing into it costs on top.
 * @param {any} t tokens by class
 * @param {any} p USD by class, for a million
 */
export function savedBy(t, p) {
	return (t.cache_read * (p.input - p.cache_read) - WRITES.reduce((sum, w) => sum + t[w] * (p[w] - p.input), 0)) / 1e6;
}

/** @type {Map<string, Promise<any>>} */
const prices = new Map();

/**
 * At today's list prices; null: none of the models has any.
 * @param {Api} api
 * @param {any[]} models of /api/stats
 */
export async function saved(api, models) {
	const used = models.filter((m) => m.model && m.tokens.cache_read > 0).slice(0, PRICED_MODELS);
	for (const {model} of used) {
		prices.set(model, prices.get(model) || api.get('/api/prices?model=' + encodeURIComponent(model)).catch(() => ({})));
	}
	const listed = await Promise.all(used.map(async (m) => ({t: m.tokens, p: (await prices.get(m.model)).usd_per_million})));
	return listed.some((l) => l.p) ? Math.max(0, listed.reduce((sum, {t, p}) => sum + (p ? savedBy(t, p) : 0), 0)) : null;
}

/** @param {HTMLElement} body @param {{waits: any[]}} data */
export function waitsTable(body, {waits}) {
	replace(body, tableOf(['For', 'Asks', 'Median', 'Refused', 'In all'], waits.map((w) => [
		w.name ? outside(toolLabel(w.name)) : w.kind === 'question' ? 'questions' : 'not told',
		count(w.asks), shortDuration(w.median_ms), w.refused ? count(w.refused) : '–', shortDuration(w.waited_ms)]), 'Waits by tool'));
}

/**
 * Models without a price; no panel where there are none.
 * @param {() => string} since the first day that is shown
 */
export function createUnpriced(since) {
	const panel = createPanel({title: 'Without a price', className: 'cost-unpriced', render: (body, models) => replace(body,
		el('p', {}, 'The sums leave these out:'),
		el('ul', {}, models.map((/** @type {any} */ m) => el('li', {}, el('b', {}, m.model ? outside(m.model) : 'no model told'),
			el('span', {class: 'muted'}, ' · ' + calls(m.unpriced_calls) + ', ' + tokens(m.unpriced_tokens) + ' tokens')))),
		el('p', {class: 'muted'}, 'Take their prices from a list of models.dev, LiteLLM or genai-prices, and apply them to calls that were:'),
		commandLine('otel-ai-monitor prices import FILE'), commandLine('otel-ai-monitor prices reprice --since ' + since()))});
	return {
		element: panel.element,
		/** @param {any[]} models */
		show(models) {
			const unpriced = models.filter((m) => m.unpriced_calls > 0);
			panel.element.hidden = unpriced.length === 0;
			panel.show(unpriced);
		},
	};
}

/**
 * @param {[string, string][]} kinds what can be had, and its words
 * @param {(kind: string, format: string) => void} save
 */
export function exportMenuOf(kinds, save) {
	return el('details', {class: 'menu'}, el('summary', {}, 'Export'), el('div', {class: 'menu-body'}, kinds.map(([kind, title]) => el('div', {},
		el('span', {}, title), ['CSV', 'JSON'].map((format) => el('button', {type: 'button', class: 'quiet', 'aria-label': title + ' as ' + format,
			onclick: () => save(kind, format.toLowerCase())}, format))))));
}

/**
 * @param {Api} api
 * @param {() => string} query
 * @param {[string, string][]} kinds of /api/export, and their words
 */
export function exportMenu(api, query, kinds) {
	return exportMenuOf(kinds, (kind, format) => api.download('/api/export/' + kind + '.' + format + '?' + query()));
}
