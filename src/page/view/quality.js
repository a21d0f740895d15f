// How well the work goes: tasks, gates, loops and resources of an orchestrator or as the daemon sees them; models, MCP
// servers and agents. A panel is there only if it has anything to say; else the end of the page says why.

import {tableOf} from '../chart/figure.js';
import {el, outside, replace} from '../core/dom.js';
import {count, day, duration, shortDuration, shortModel, unknown} from '../core/format.js';
import {createPanel, emptyState} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {openStream} from '../core/stream.js';
import {exportMenuOf} from './cost_parts.js';
import {rangeLinks, rangeOf} from './days.js';
import {footOf, remember, stateParts, troubles} from './quality_parts.js';
import {refreshing} from './refreshing.js';

const RETRY_MS = 5000, MORE = 100;

/** @param {number | null | undefined} bad @param {number} all */
function failed(bad, all) {
	const share = bad ? bad / all : 0;
	return el('span', {class: share >= 0.1 ? 'is-bad' : share >= 0.03 ? 'is-doubtful' : null}, !bad ? bad === 0 ? '–' : unknown : count(bad) + ' · ' + (share * 100).toFixed(1).replace('.0', '') + ' %');
}

/** @param {number | null | undefined} s */
const seconds = (s) => duration(s === null || s === undefined ? s : s * 1000);

/** @type {{title: string, path: string, rows: string, columns: string[], row: (r: any) => (string | Node)[]}[]} */
const ranged = [
	{title: 'Agents', path: '/api/tasks/history', rows: 'by_agent', columns: ['Agent', 'Tasks done', 'From begin to end', '95 %', 'Waited', 'Worked'],
		row: (a) => [el('a', {href: addressOf('tasks', {agent: a.agent})}, outside(a.agent)), count(a.completed), seconds(a.lead_time_s.p50), seconds(a.lead_time_s.p95), seconds(a.wait_s.p50), seconds(a.work_s.p50)]},
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
		/** @type {Map<string, any>} the tasks beyond the first, by state */
		const more = new Map();
		/** @type {Record<string, {key: string, drilldown: string, answer: any, first: Node | null, isEmpty: boolean}>} */
		const shown = {};
		let stopped = false;
		/** @type {{stop(): void} | null} */
		let stream = null;
		/** @type {ReturnType<typeof setTimeout> | undefined} */
		let timer;
		const tools = el('div', {class: 'toolbar'}), source = el('p', {class: 'muted'}), missing = el('div', {class: 'missing muted'}), range = el('div', {class: 'toolbar'});
		/** @type {import('./quality_parts.js').Context} */
		const context = {
			get hasBoard() {
				return ![undefined, 'off'].includes(app.store.get('health')?.board?.state);
			},
			get state() {
				return app.route().query.get('state') || '';
			},
			more: (state) => more.get(state) || [],
			loadMore,
			save: (path) => app.api.download(path),
		};
		const parts = stateParts.map((p) => ({...p, panel: createPanel({title: p.title, className: 'quality-' + p.name, load: (signal) => app.api.get('/api/metrics/' + p.name, {signal}),
			render(body, answer) {
				const was = shown[p.name], drilldown = JSON.stringify(answer.drilldown);
				if (was && was.drilldown !== drilldown) {
					more.clear();
				}
				const key = JSON.stringify([answer, context.hasBoard, context.state, ...[...more.values()].map((list) => list.length)]);
				if (was?.key !== key || was.first !== body.firstChild) { // else there is nothing new
					const drawn = p.parts(answer, context);
					replace(body, drawn, drawn.length > 0 && footOf(answer));
					shown[p.name] = {key, drilldown, answer, first: body.firstChild, isEmpty: drawn.length === 0};
					drawMissing();
				}
			}})}));
		const panels = ranged.map((p) => createPanel({title: p.title, async load(signal) {
			if (p.path.startsWith('/api/tasks') && !context.hasBoard) {
				return [];
			}
			const {from, to} = rangeOf(app.route().query, day());
			return (await app.api.get(p.path + '?from=' + from + '&to=' + to, {signal}))[p.rows];
		}, render: (body, rows) => replace(body, rows.length > 0 && tableOf(p.columns, rows.map(p.row), p.title + ', figures'))}));
		const grid = el('div', {class: 'quality-grid'}, parts.map((p) => p.panel.element)), all = el('div', {class: 'quality'}, panels.map((p) => p.element));
		const nothing = emptyState({text: 'Nothing to judge in this range', hint: 'How fast models and MCP servers answer, and how often they fail, will be here.'});
		replace(tools, source, exportMenuOf([['tasks', 'Tasks by state'], ['resolution', 'Resolution loops']], save));
		replace(root, tools, grid, range, all, nothing, missing);

		/** @param {string} name @param {string} format */
		async function save(name, format) {
			if (format === 'csv') {
				app.api.download('/api/metrics/export/' + name);
			} else {
				app.api.save(new Blob([JSON.stringify(await app.api.get('/api/metrics/' + name), null, '\t')], {type: 'application/json'}), name + '.json');
			}
		}

		/** @param {string} state */
		async function loadMore(state) {
			const answer = shown.tasks.answer, known = context.more(state), offset = (answer.drilldown[state] || []).length + known.length;
			try {
				const page = await app.api.get('/api/metrics/tasks?state=' + state + '&offset=' + offset + '&limit=' + MORE);
				more.set(state, [...known, ...page.tasks]);
				parts[0].panel.show(answer);
			} catch (e) {
				app.toast(e instanceof Error ? e.message : String(e));
			}
		}

		/** In one frame, however much came. */
		function takeAll() {
			const state = app.store.get('state');
			if (state) {
				remember(state.resources);
				parts.forEach((p) => p.key && p.panel.show(state[p.key]));
			}
		}

		function drawMissing() {
			const answers = Object.values(shown).map((s) => s.answer), own = answers.some((a) => a.source === 'own');
			replace(source, own ? 'As this daemon sees it. ' : 'From the orchestrator’s files. ');
			const none = parts.filter((p) => shown[p.name]?.isEmpty);
			replace(missing, none.length > 0 && [el('h2', {}, 'Not shown'), el('ul', {}, none.map((p) => {
				const {answer} = shown[p.name];
				return el('li', {}, el('b', {}, p.title), ': ', outside(answer.source === 'own' ? p.none : troubles(answer).join(', ') || 'its files say nothing about it'));
			}))]);
		}

		/** Only a tab that is seen has a stream. */
		function listen() {
			clearTimeout(timer);
			stream?.stop();
			stream = stopped || document.hidden ? null : openStream(app.api, {
				heard() {},
				message: (_, data) => app.store.set('state', data),
				closed() {
					timer = setTimeout(listen, RETRY_MS);
				},
			}, '/api/metrics/stream');
		}

		const unsubscribe = app.store.subscribe(['state'], takeAll);
		let hadBoard = context.hasBoard;
		const unsubscribeHealth = app.store.subscribe(['health'], () => {
			if (hadBoard !== context.hasBoard) {
				hadBoard = context.hasBoard;
				asking.now();
				refresh.now();
			}
		});
		const asking = refreshing(app.store, ['refreshed'], () => parts.forEach((p) => p.panel.reload()));
		const refresh = refreshing(app.store, ['stats', 'refreshed'], async () => {
			parts[4].panel.reload();
			await Promise.all(panels.map((p) => p.reload()));
			nothing.hidden = panels.some((p) => p.body.hasChildNodes());
		});
		document.addEventListener('visibilitychange', listen);
		listen();
		return {
			show(to) {
				replace(range, el('h2', {class: 'day-title'}, 'Models, servers, agents'), rangeLinks(rangeOf(to.query, day()).name, (name) => addressOf('quality', {range: name, state: context.state})));
				if (shown.tasks) {
					parts[0].panel.show(shown.tasks.answer);
				} else {
					asking.now();
				}
				refresh.now();
			},
			filter: () => /** @type {HTMLElement | null} */ (grid.querySelector('.choice a'))?.focus(),
			stop() {
				stopped = true;
				document.removeEventListener('visibilitychange', listen);
				listen();
				unsubscribe();
				unsubscribeHealth();
				asking.stop();
				refresh.stop();
				[...panels, ...parts.map((p) => p.panel)].forEach((p) => p.stop());
			},
		};
	},
};
