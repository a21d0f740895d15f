// Entries of metrics files, made ready: when, what, which numbers. No element.

import {figure, fullTime} from '../core/format.js';

const KNOWN = ['timestamp', 'time', 'ts', 'event', 'type', 'name', 'value', 'tags', 'message', '_meta', 'seq'];

/**
 * One of /api/metrics: an entry, or lines that are none. at: ms since the epoch, 0: nothing is known of it; isAbout: not
 * its own, but that of its neighbour or of its coming; rest: [name, value] of what no column has
 * @typedef {{key: string, at: number, isAbout: boolean, file: string, event: string | null, value: any, tags: string[], text: string,
 *   rest: [string, any][], error: string | null}} Entry
 */

/**
 * @param {any} e
 * @param {number} about ms since the epoch, for one without a time
 * @returns {Entry}
 */
function entryOf(e, about) {
	const m = e._meta || {file: e.file, offset: e.offset, time_ms: null, event: null, tags: []};
	const isBad = !e._meta;
	return {
		key: [m.file, m.offset, m.time_ms, m.text || e.error].join(),
		at: m.time_ms === null ? about : m.time_ms,
		isAbout: m.time_ms === null,
		file: m.file,
		event: m.event,
		value: m.value ?? (isBad ? null : e.value),
		tags: m.tags,
		text: isBad ? '' : typeof e.message === 'string' ? e.message : m.event === null && m.value === null ? m.text : '',
		rest: isBad ? [] : Object.entries(e).filter(([name]) => !KNOWN.includes(name)),
		error: isBad ? (e.count > 1 ? e.count + ' lines: ' : '') + e.error : null,
	};
}

/**
 * The entries, and those that came afterwards, each once.
 * @param {Entry[]} known
 * @param {any[]} list as /api/metrics has them
 * @param {number} [now] they come now, ms since the epoch
 */
export function withEntries(known, list, now) {
	const all = new Map(known.map((e) => [e.key, e]));
	let about = known.at(-1)?.at || 0;
	for (const raw of list) {
		const e = entryOf(raw, now || about);
		about = e.at;
		if (!all.has(e.key)) {
			all.set(e.key, e);
		}
	}
	return [...all.values()];
}

/**
 * What can be drawn, the most first: values, and other numbers by their names, of each event.
 * @param {Entry[]} entries
 */
export function seriesOf(entries) {
	/** @type {Map<string, {key: string, event: string, name: string, points: {at: number, value: number, words: string}[]}>} */
	const all = new Map();
	for (const e of entries) {
		for (const [name, value] of /** @type {[string, any][]} */ ([['', e.value], ...e.rest])) {
			if (typeof value === 'number' && Number.isFinite(value) && e.at) {
				const event = e.event || '', key = event + '\n' + name, series = all.get(key) || {key, event, name, points: []};
				series.points.push({at: e.at, value, words: figure(value) + (e.tags.length ? ' · ' + e.tags.join(', ') : '') + ' · ' + fullTime(e.at)});
				all.set(key, series);
			}
		}
	}
	for (const s of all.values()) {
		s.points.sort((a, b) => a.at - b.at);
	}
	return [...all.values()].filter((s) => s.points.length > 1).sort((a, b) => b.points.length - a.points.length);
}

/** @param {any} value */
export function valueText(value) {
	return value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** @param {any} value @returns {string} a cell that no spreadsheet runs */
function cell(value) {
	const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? '\'' + value : valueText(value);
	return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

/** @param {Entry[]} entries */
export function csvOf(entries) {
	return [['time', 'event', 'value', 'tags', 'text', 'file'], ...entries.filter((e) => !e.error).map((e) => [
		e.isAbout ? '' : new Date(e.at).toISOString(), e.event, e.value, e.tags.join(' '),
		[e.text, ...e.rest.map(([name, value]) => name + '=' + valueText(value))].filter(Boolean).join(' '), e.file])]
		.map((row) => row.map(cell).join(',') + '\n').join('');
}
