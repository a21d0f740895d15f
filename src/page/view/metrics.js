// What programs wrote into metrics files: their numbers as lines over time, each entry, and what there is of each kind.

import {createFigure, tableOf} from '../chart/figure.js';
import {line} from '../chart/series.js';
import {el, outside, reconcile, replace} from '../core/dom.js';
import {count, figure, fullTime, time} from '../core/format.js';
import {createPanel} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {exportMenuOf} from './cost_parts.js';
import {csvOf, seriesOf, valueText, withEntries} from './metrics_entries.js';
import {refreshing} from './refreshing.js';

/** @typedef {import('./metrics_entries.js').Entry} Entry */

const KEPT = 1000, PAGE = 50, CHARTS = 6;
const FILTERS = ['event', 'tag', 'file'];
const groups = [['event', 'Events'], ['tag', 'Tags']];

/** @type {View} */
export const view = {
	name: 'metrics',
	title: 'Metrics',
	isThere: (health) => Boolean(health.metrics_feed?.files.length),
	mount(root, app) {
		/** @type {Entry[]} */
		let entries = [];
		/** @type {any[]} */
		let waiting = []; // came since it was last drawn, or paused
		let paused = false, shown = PAGE;
		/** @type {Map<string, {element: HTMLElement, figure: ReturnType<typeof createFigure>}>} */
		const figures = new Map();
		const tools = el('div', {class: 'toolbar'}), chips = el('div'), files = el('p', {class: 'muted'});
		const pauseButton = el('button', {type: 'button', onclick: pause});
		const charts = el('div', {class: 'metrics-charts'}), rows = el('tbody'), more = el('button', {type: 'button', onclick() {
			shown += PAGE * 4;
			draw();
		}}, 'More');
		const table = el('table', {class: 'rows metrics-rows'}, el('thead', {}, el('tr', {}, ['Event', 'Time', 'Tags', 'Value'].map((words) => el('th', {scope: 'col', class: words === 'Value' && 'number'}, words)))), rows);
		const panel = createPanel({title: 'Entries', load: (signal) => app.api.get('/api/metrics?format=object&limit=' + KEPT + question('&'), {signal}), render: take,
			isEmpty: (d) => d.entries.length === 0, empty: {text: 'No entries yet', hint: 'Each line that a program appends to a metrics file will be here, its numbers as lines over time. Try it:',
				commands: ['otel-ai-monitor serve --metrics-file FILE', 'otel-ai-monitor log lane_start --value 3 --tag lane-A --file FILE']}});
		const kinds = groups.map(([key, title]) => createPanel({title, load: (signal) => app.api.get('/api/metrics?group=' + key + question('&'), {signal}), isEmpty: (d) => d.length === 0, empty: {text: 'None'},
			render: (body, list) => replace(body, tableOf([title.slice(0, -1), 'Entries', 'Last', 'Per minute'], list.map((/** @type {any} */ g) => [
				el('a', {href: filtered({[key]: g.key}), 'aria-current': chosen(key) === g.key && 'true'}, outside(g.key)), count(g.count), figure(g.last_value), figure(g.per_minute)]), title))}));
		replace(tools, chips, files, el('div', {class: 'tools-end'}, pauseButton, exportMenuOf([['', 'These entries']], save)));
		replace(root, tools, charts, el('div', {class: 'metrics-grid'}, panel.element, el('div', {class: 'side'}, kinds.map((k) => k.element))));

		/** @param {string} name */
		function chosen(name) {
			return app.route().query.get(name) || '';
		}
		/** @param {Record<string, string>} changes */
		function filtered(changes) {
			return addressOf('metrics', {...Object.fromEntries(FILTERS.map((f) => [f, chosen(f)])), ...changes});
		}
		/** @param {string} before the parameters */
		function question(before) {
			return filtered({}).replace(/^[^?]*\??/, before).replace(/&$/, '');
		}
		/** @param {Entry} e */
		function fits(e) {
			return (!chosen('event') || e.event === chosen('event')) && (!chosen('tag') || e.tags.includes(chosen('tag'))) && (!chosen('file') || e.file === chosen('file'));
		}

		/** @param {HTMLElement} body @param {any} data */
		function take(body, data) {
			entries = withEntries([], data.entries);
			waiting = [];
			drawFiles(data);
			replace(body, table, el('p', {class: 'paging'}, more));
			draw();
		}

		/** @param {any} data */
		function drawFiles({files: list, skipped}) {
			replace(files, list.map((/** @type {any} */ f, /** @type {number} */ i) => [i > 0 && ', ', list.length > 1
				? el('a', {href: filtered({file: f.path.replace(/^.*\//, '')}), title: f.path}, outside(f.path.replace(/^.*\//, ''))) : outside(f.path.replace(/^.*\//, ''), {title: f.path}),
			f.state !== 'following' && el('span', {class: 'is-bad'}, ' ' + f.state + (f.reason ? ': ' + f.reason : ''))]).flat(),
			skipped > 0 && ' · ' + count(skipped) + (skipped === 1 ? ' line is' : ' lines are') + ' no JSON object');
		}

		/** @param {Element} tr @param {Entry} e */
		function drawRow(tr, e) {
			tr.className = e.error ? 'is-bad' : '';
			replace(tr, el('th', {scope: 'row'}, e.error ? outside(e.error) : e.event === null ? el('span', {class: 'muted'}, 'no name') : el('a', {href: filtered({event: e.event}), 'data-walk': true}, outside(e.event)),
				el('span', {class: 'muted'}, e.text && [' ', outside(e.text)], e.rest.map(([name, value], i) => [i > 0 || e.text ? ' · ' : ' ', outside(name + ' ' + valueText(value))]).flat())),
				el('td', {title: e.at ? (e.isAbout ? 'Its line tells no time: about ' : '') + fullTime(e.at) : 'Its line tells no time'}, e.at ? (e.isAbout ? '≈\u2009' : '') + time(e.at) : '—'),
				el('td', {}, e.tags.map((t) => el('a', {class: 'chip', href: filtered({tag: t})}, outside(t)))),
				el('td', {class: 'number'}, outside(valueText(e.value), {title: valueText(e.value).length > 12 ? valueText(e.value) : null})));
		}

		function drawCharts() {
			const all = seriesOf(entries).slice(0, CHARTS);
			reconcile(charts, all, (s) => s.key, (s) => {
				const f = createFigure(), name = (s.event || 'no name') + (s.name ? ' · ' + s.name : '');
				figures.set(s.key, {figure: f, element: el('section', {class: 'panel', 'aria-label': name}, el('h2', {}, el('a', {href: filtered({event: s.event})}, outside(name))), f.element)});
				return /** @type {any} */ (figures.get(s.key)).element;
			}, (_, {key, points}) => {
				const values = points.map((p) => p.value), last = points[points.length - 1];
				figures.get(key)?.figure.update({
					sentence: 'Last ' + figure(last.value) + ' · ' + figure(Math.min(...values)) + ' to ' + figure(Math.max(...values)) + ' · average ' + figure(values.reduce((a, b) => a + b / values.length, 0)),
					draw: line({points, axis: figure}),
					columns: ['Time', 'Value'],
					rows: () => [...points].reverse().map((p) => [fullTime(p.at), String(p.value)]),
				});
			});
			for (const key of figures.keys()) {
				if (!all.some((s) => s.key === key)) {
					figures.delete(key);
				}
			}
			charts.hidden = all.length === 0;
		}

		function draw() {
			const newest = [...entries].reverse().slice(0, shown);
			reconcile(rows, newest, (e) => e.key, () => el('tr'), drawRow);
			more.hidden = entries.length <= shown;
			drawCharts();
			drawTools();
		}

		function drawTools() {
			const on = FILTERS.filter(chosen);
			replace(chips, on.map((f) => el('a', {class: 'chip', href: filtered({[f]: ''}), title: 'Show all again'}, f + ' ', outside(chosen(f)), ' ✕')));
			chips.hidden = on.length === 0;
			replace(pauseButton, !paused ? 'Pause' : waiting.length ? count(waiting.length) + ' new · go on' : 'Paused · go on');
		}

		/** Once a frame. */
		function catchUp() {
			if (!paused && waiting.length > 0) {
				entries = withEntries(entries, waiting, Date.now()).filter(fits).slice(-KEPT);
				waiting = [];
				if (table.isConnected) {
					draw();
				} else {
					panel.reload(); // the first of all
				}
			}
			drawTools();
		}

		function pause() {
			paused = !paused;
			catchUp();
		}

		/** @param {string} _ @param {string} format */
		async function save(_, format) {
			const text = format === 'csv' ? csvOf(entries) : JSON.stringify(await app.api.get('/api/metrics?limit=' + KEPT + question('&')), null, '\t');
			app.api.save(new Blob([text], {type: format === 'csv' ? 'text/csv' : 'application/json'}), 'metrics.' + format);
		}

		const stopHearing = app.live.on('metric', (e) => {
			waiting.push(e);
			if (waiting.length > 2 * KEPT) {
				waiting = waiting.slice(-KEPT);
			}
			app.store.set('metric', e);
		});
		const unsubscribe = app.store.subscribe(['metric'], catchUp);
		const again = refreshing(app.store, ['refreshed'], () => panel.reload(), 1000);
		const counting = refreshing(app.store, ['metric', 'refreshed'], () => kinds.forEach((k) => k.reload()), 2000);
		return {
			show() {
				shown = PAGE;
				entries = [];
				draw();
				again.now();
				counting.now();
			},
			pause,
			filter: () => /** @type {HTMLElement | null} */ (kinds[1].body.querySelector('a'))?.focus(),
			stop() {
				stopHearing();
				unsubscribe();
				again.stop();
				counting.stop();
				[panel, ...kinds].forEach((p) => p.stop());
			},
		};
	},
};
