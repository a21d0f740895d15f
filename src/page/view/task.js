// One task: what is to be done first, then all else that its file says.

import {el, outside, replace} from '../core/dom.js';
import {fullTime, time} from '../core/format.js';
import {icon} from '../core/icons.js';
import {commandLine, createPanel, sheetTop} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {complaints, errorWords, laneTitles, statusWords, taskIcon} from '../core/tasks.js';
import {refreshing} from './refreshing.js';
import {priorityMark} from './task_card.js';

const RELOAD_MS = 1000;
const OWN = ['id', 'title', 'agent', 'priority', 'status', '_meta'], LINKS = ['dependencies', 'blocked_by', 'blocks'];
/** What is read first, in this order. */
const LONG = ['description', 'acceptance_criteria', 'context', 'requirements', 'success_criteria', 'deliverables', 'technical_notes', 'notes', 'result', 'error'];

/** "acceptance_criteria" → "Acceptance criteria" @param {string} name */
function wordsOf(name) {
	const words = name.replaceAll('_', ' ');
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {[string, any][]} entries */
function pairs(entries) {
	return el('dl', {class: 'pairs'}, entries.map(([name, value]) => el('div', {}, el('dt', {}, outside(wordsOf(name))), el('dd', {}, valueOf(value)))));
}

/**
 * Whatever a file says.
 * @param {any} value
 * @returns {HTMLElement}
 */
function valueOf(value) {
	if (Array.isArray(value)) {
		return value.length ? el('ul', {class: 'task-list'}, value.map((v) => el('li', {}, valueOf(v)))) : el('span', {class: 'muted'}, 'none');
	}
	if (value && typeof value === 'object') {
		return pairs(Object.entries(value));
	}
	if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) && Date.parse(value)) {
		return el('time', {title: value + ' · ' + fullTime(Date.parse(value))}, time(Date.parse(value)));
	}
	return value === null || value === '' ? el('span', {class: 'muted'}, 'none') : el('p', {class: 'task-text', dir: 'auto'}, String(value).trimEnd());
}

/** @param {string} title @param {...(import('../core/dom.js').Child | import('../core/dom.js').Child[])} children */
function part(title, ...children) {
	return el('section', {}, el('h3', {class: 'sub'}, title), children.flat());
}

/** A node of the graph as a link. @param {any} n */
function nodeLine(n) {
	return el('li', {}, icon(n.missing ? 'error' : n.done ? 'done' : 'idle', n.missing ? 'is-error' : n.done ? 'is-done' : ''),
		n.missing ? outside(n.id) : el('a', {href: '#/task/' + encodeURIComponent(n.id)}, outside(n.title)),
		el('span', {class: 'muted'}, n.missing ? ' no task has this id' : n.done ? ' done' : [' ', outside(n.status.replaceAll('_', ' '))]));
}

/** @type {View} */
export const view = {
	name: 'task',
	title: 'Task',
	over: 'tasks',
	mount(root, app) {
		let id = '', path = '';
		const head = el('div', {class: 'sheet-head'});
		const panel = createPanel({title: 'Task', className: 'session-panel', async load(signal) {
			const [task, graph, {board}] = await Promise.all([app.api.get(addressOf('', {path}).replace('#/', '/api/tasks/' + encodeURIComponent(id)), {signal}),
				app.api.get('/api/tasks/graph?id=' + encodeURIComponent(id), {signal}).catch(() => ({nodes: [], edges: []})),
				app.store.get('health') || app.api.get('/health', {signal})]);
			return {task, graph, dir: task._meta.dir || board.dir};
		}, render(body, {task, graph, dir}) {
			drawHead(task);
			replace(body, draw(task, graph, dir));
		}});
		root.append(sheetTop(root, head), panel.element);

		/** @param {Task} t */
		function drawHead(t) {
			const {lane, group} = t._meta, kind = taskIcon(t), place = (laneTitles[lane] || 'Archive') + (lane === 'assigned' ? ' to ' : '');
			root.setAttribute('aria-label', 'Task ' + t.title);
			replace(head, el('h2', {}, icon(kind, 'is-' + kind), outside(t.title)),
				el('p', {class: 'what'}, el('b', {}, place, lane === 'assigned' && outside(group || t.agent)), statusWords(t) && [' · ', outside(statusWords(t))], ' ', priorityMark(t.priority)),
				el('p', {class: 'muted brief'}, lane !== 'assigned' && el('span', {}, outside(t.agent)), el('span', {}, outside(t.id))));
		}

		/** @param {Task} t @param {any} graph @param {string} dir */
		function draw(t, graph, dir) {
			const m = t._meta, long = LONG.filter((name) => Object.hasOwn(t, name)), nodes = new Map(graph.nodes.map((/** @type {any} */ n) => [n.id, n]));
			/** @param {'from' | 'to'} here @param {'from' | 'to'} there */
			const neighbours = (here, there) => graph.edges.filter((/** @type {any} */ e) => e[here] === id).map((/** @type {any} */ e) => nodeLine(nodes.get(e[there])));
			const before = neighbours('from', 'to'), after = neighbours('to', 'from'), linked = before.length + after.length > 0, raw = Object.entries(m.raw);
			const rest = Object.entries(t).filter(([name]) => !OWN.includes(name) && !LONG.includes(name) && !(linked && LINKS.includes(name)));
			const wrong = [...complaints(t), ...m.warnings], hasMain = Boolean(m.error) || wrong.length + long.length > 0;
			return el('div', {class: 'task-body'}, hasMain && el('div', {},
				m.error && el('p', {class: 'why is-bad'}, 'The file cannot be read: ', outside(errorWords(t))),
				wrong.length > 0 && el('ul', {}, wrong.map((w) => el('li', {class: 'is-warning'}, outside(w)))),
				long.map((name) => part(wordsOf(name), valueOf(t[name])))),
			el('div', {},
				before.length > 0 && part('Waits for', el('ul', {class: 'nodes'}, before)),
				after.length > 0 && part('Blocks', el('ul', {class: 'nodes'}, after)),
				linked && el('p', {}, el('a', {href: addressOf('graph', {id})}, 'Show in the graph')),
				m.duplicates.length > 0 && part('The same id', el('ul', {class: 'nodes'}, m.duplicates.map((d) => el('li', {},
					el('a', {href: addressOf('task/' + encodeURIComponent(id), {path: d.path || d})}, outside(d.path || d)))))),
				rest.length > 0 && part('Also in the file', pairs(rest)),
				part('File', commandLine(dir + '/' + m.path),
					m.placeholders.length > 0 && el('p', {class: 'muted'}, 'Not in it: ' + m.placeholders.join(', ')),
					raw.length > 0 && el('p', {class: 'muted'}, 'As it says: ', raw.map(([name, value]) => [name + ' ', outside(JSON.stringify(value)), ' ']).flat()))));
		}

		const refresh = refreshing(app.store, ['task news'], panel.reload, RELOAD_MS);
		return {
			show(route) {
				const other = route.query.get('path') || '';
				if (route.parts[0] !== id || other !== path || !head.firstChild) {
					id = route.parts[0] || '';
					path = other;
					replace(head, el('h2', {}, outside(id)));
					refresh.now();
				}
			},
			stop() {
				refresh.stop();
				panel.stop();
			},
		};
	},
};
