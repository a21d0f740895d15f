// How well what the assistants depend on does its work: models, MCP servers. A panel is there only if it has anything
// to say.

import {tableOf} from '../chart/figure.js';
import {el, outside, replace} from '../core/dom.js';
import {count, day, shortDuration, shortModel, unknown} from '../core/format.js';
import {createPanel, emptyState} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {rangeLinks, rangeOf} from './days.js';
import {refreshing} from './refreshing.js';

/** @param {number | null | undefined} bad @param {number} all */
function failed(bad, all) {
	const share = bad ? bad / all : 0;
	return el('span', {class: share >= 0.1 ? 'is-bad' : share >= 0.03 ? 'is-doubtful' : null}, !bad ? bad === 0 ? '–' : unknown : count(bad) + ' · ' + (share * 100).toFixed(1).replace('.0', '') + ' %');
}

/** @type {{title: string, path: string, rows: string, columns: string[], row: (r: any) => (string | Node)[]}[]} */
const panels = [
	{title: 'Models', path: '/api/models', rows: 'models', columns: ['Model', 'Calls', 'Failed', 'Median', '95 %', 'First token', 'What failed'],
		row: (m) => [outside(shortModel(m.model) || 'no model told', {title: m.model}), count(m.calls), failed(m.errors, m.calls), shortDuration(m.latency_ms.p50), shortDuration(m.latency_ms.p95),
			shortDuration(m.ttft_ms.p50), m.faults.map((/** @type {any} */ f) => count(f.calls) + ' × ' + f.fault.replace('_', ' ') + (f.status ? ' ' + f.status : '')).join(', ')]},
	{title: 'MCP servers', path: '/api/mcp', rows: 'servers', columns: ['Server', 'Connections', 'Failed', 'Calls', 'Failed', 'Median', '95 %'],
		row: (s) => [outside(s.server || 'not named'), count(s.connections), failed(s.failed_connections, s.connections + s.failed_connections), count(s.calls), failed(s.errors, s.calls), shortDuration(s.p50_ms), shortDuration(s.p95_ms)]},
];

/** @type {View} */
export const view = {
	name: 'quality',
	title: 'Quality',
	mount(root, app) {
		const tools = el('div', {class: 'toolbar'});
		const nothing = el('div', {class: 'panel nothing', hidden: true}, emptyState({text: 'Nothing to judge in this range',
			hint: 'How fast models and MCP servers answer, and how often they fail, will be here.'}));
		const shown = panels.map((p) => createPanel({title: p.title, async load(signal) {
			const {from, to} = rangeOf(app.route().query, day());
			return (await app.api.get(p.path + '?from=' + from + '&to=' + to, {signal}))[p.rows];
		}, render(body, rows) {
			replace(body, rows.length > 0 && tableOf(p.columns, rows.map(p.row), p.title + ', figures'));
		}}));
		replace(root, tools, el('div', {class: 'quality'}, shown.map((p) => p.element)), nothing);

		const refresh = refreshing(app.store, ['stats'], async () => {
			await Promise.all(shown.map((p) => p.reload()));
			shown.forEach((p) => p.element.hidden = !p.body.hasChildNodes());
			nothing.hidden = shown.some((p) => !p.element.hidden);
		});
		return {
			show(to) {
				replace(tools, rangeLinks(rangeOf(to.query, day()).name, (range) => addressOf('quality', {range})));
				refresh.now();
			},
			stop() {
				refresh.stop();
				shown.forEach((p) => p.stop());
			},
		};
	},
};
