// How well what the assistants depend on does its work: models, MCP servers. A panel is there only if there is
// anything to say.

import {tableOf} from '../chart/figure.js';
import {el, outside, replace} from '../core/dom.js';
import {count, day, shortDuration} from '../core/format.js';
import {emptyState, createPanel} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {rangeOf, ranges} from './days.js';

const REFRESH_MS = 30000;

/** @param {number} bad @param {number} all */
function rate(bad, all) {
	const share = all > 0 ? bad / all : 0;
	return el('span', {class: share >= 0.1 ? 'is-bad' : share >= 0.03 ? 'is-doubtful' : null}, bad === 0 ? '–' : count(bad) + ' · ' + (share * 100).toFixed(1).replace('.0', '') + ' %');
}

/** @type {Record<string, string>} */
const faultWords = {http: 'HTTP', overloaded: 'overloaded', rate_limit: 'rate limit', aborted: 'aborted', other: 'other'};

/** @param {{fault: string, status: number | null, calls: number}[]} faults */
function faultsOf(faults) {
	return faults.map((f) => count(f.calls) + ' × ' + (faultWords[f.fault] || f.fault) + (f.status ? ' ' + f.status : '')).join(', ');
}

/** @type {View} */
export const view = {
	name: 'quality',
	title: 'Quality',
	mount(root, app) {
		let route = app.route(), loaded = 0;
		const tools = el('div', {class: 'toolbar'}), nothing = el('div', {class: 'panel nothing'}, emptyState({text: 'Nothing to judge in this range',
			hint: 'How fast models and MCP servers answer, and how often they fail, will be here.'}));
		/** @param {string} path */
		const asking = (path) => async (/** @type {AbortSignal} */ signal) => {
			const range = rangeOf(route.query, day());
			return app.api.get(path + '?from=' + range.from + '&to=' + range.to, {signal});
		};
		const models = createPanel({title: 'Models', load: asking('/api/models'), render: (body, {models}) => judge(0, models, () => replace(body, tableOf(['Model', 'Calls', 'Failed', 'Median', '95 %', 'First token', 'What failed'], models.map((/** @type {any} */ m) => [m.model ? outside(m.model) : 'no model told', count(m.calls), rate(m.errors, m.calls),
				shortDuration(m.latency_ms.p50), shortDuration(m.latency_ms.p95), shortDuration(m.ttft_ms.p50), faultsOf(m.faults)]), 'Models')))});
		const servers = createPanel({title: 'MCP servers', load: asking('/api/mcp'), render: (body, {servers}) => judge(1, servers, () => replace(body,
			tableOf(['Server', 'Calls', 'Failed', 'Median', '95 %'], servers.map((/** @type {any} */ s) => [outside(s.server), count(s.calls), rate(s.errors, s.calls), shortDuration(s.p50_ms), shortDuration(s.p95_ms)]), 'MCP servers')))});
		const panels = [models, servers];
		/** @type {(boolean | null)[]} null: not known yet */
		const has = [null, null];
		replace(root, tools, el('div', {class: 'quality'}, panels.map((p) => p.element)), nothing);
		nothing.hidden = true;

		/** @param {number} i @param {any[]} rows @param {() => void} draw */
		function judge(i, rows, draw) {
			has[i] = rows.length > 0;
			panels[i].element.hidden = !has[i];
			nothing.hidden = has.some((h) => h !== false);
			draw();
		}

		function refresh() {
			loaded = Date.now();
			panels.forEach((p) => p.reload());
		}
		const unsubscribe = app.store.subscribe(['stats'], () => {
			if (loaded && Date.now() - loaded > REFRESH_MS) {
				refresh();
			}
		});

		return {
			show(to) {
				route = to;
				const chosen = rangeOf(route.query, day()).name;
				replace(tools, el('nav', {class: 'choice', 'aria-label': 'Range'}, ranges.map(([name, words]) => el('a', {href: addressOf('quality', {range: name}),
					'aria-current': chosen === name ? 'true' : null}, words))));
				refresh();
			},
			stop() {
				unsubscribe();
				panels.forEach((p) => p.stop());
			},
		};
	},
};
