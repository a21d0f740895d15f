// Which task waits for which, drawn and as a table.

import {tableOf} from '../chart/figure.js';
import {layers} from '../chart/layers.js';
import {el, outside, replace, setProps, svg} from '../core/dom.js';
import {count} from '../core/format.js';
import {icon} from '../core/icons.js';
import {createPanel} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {refreshing} from './refreshing.js';
import {noBoard, taskTabs} from './tasks.js';

const WIDTH = 208, HEIGHT = 46, STEP_X = 272, STEP_Y = 62, GAP = 28, PAD = 22, TURN = 24, BELOW = HEIGHT / 2 + 8;
const DRAWN_MAX = 200, ROWS_MAX = 500;

/** @typedef {{id: string, title: string, status: string | null, lane: string | null, done: boolean, missing: boolean, cycle: boolean}} GraphNode */
/** @typedef {{nodes: GraphNode[], edges: import('../chart/layers.js').Edge[], cycles: string[][]}} Graph */

/** @param {GraphNode} n */
function iconOf(n) {
	return n.missing ? 'error' : n.done ? 'done' : n.status === 'in_progress' ? 'working' : n.status === 'blocked' ? 'stalled' : 'idle';
}

/** @param {GraphNode} n */
function wordsOf(n) {
	return (n.missing ? 'no task has this id' : n.done ? 'done' : (n.status || '').replaceAll('_', ' ')) + (n.cycle ? ' · in a cycle' : '');
}

/** @param {GraphNode} n */
function address(n) {
	return '#/task/' + encodeURIComponent(n.id);
}

/**
 * What is not done, and what that waits for.
 * @param {Graph} g
 * @returns {Graph}
 */
function openOf(g) {
	const open = new Set(g.nodes.filter((n) => !n.done && !n.missing).map((n) => n.id));
	const edges = g.edges.filter((e) => open.has(e.from)), there = new Set([...open, ...edges.map((e) => e.to)]);
	const used = new Set(edges.flatMap((e) => [e.from, e.to]));
	return {nodes: g.nodes.filter((n) => there.has(n.id) && used.has(n.id)), edges, cycles: g.cycles};
}

/** @param {Graph} g */
function sentenceOf(g) {
	const missing = g.nodes.filter((n) => n.missing).length;
	/** @param {number} n @param {string} one @param {string} more */
	const many = (n, one, more) => n > 0 && count(n) + ' ' + (n === 1 ? one : more);
	return [many(g.nodes.length - missing, 'task', 'tasks'), many(g.edges.length, 'dependency', 'dependencies'), many(g.cycles.length, 'cycle', 'cycles'),
		many(missing, 'id that no task has', 'ids that no task has')].filter(Boolean).join(' · ');
}

/** @param {GraphNode} n @param {number} x @param {number} y */
function drawNode(n, x, y) {
	return svg(n.missing ? 'g' : 'a', {class: 'node' + (n.missing ? ' is-missing' : '') + (n.done ? ' is-done' : '') + (n.cycle ? ' is-cycle' : ''),
		href: n.missing ? null : address(n), tabindex: 0, role: n.missing ? 'img' : null, 'aria-label': n.missing ? n.id + ', ' + wordsOf(n) : null, 'data-id': n.id, 'data-walk': true},
	svg('rect', {x, y, width: WIDTH, height: HEIGHT, rx: 8}), svg('foreignObject', {x: x + 1, y: y + 1, width: WIDTH - 2, height: HEIGHT - 2},
		el('div', {class: 'node-text'}, icon(iconOf(n), 'is-' + iconOf(n)), el('b', {dir: 'auto', title: n.title}, n.title), el('span', {}, ' ' + wordsOf(n)))));
}

/** @typedef {import('../chart/layers.js').Place} Place */

/**
 * From what is waited for, on the left, to what waits.
 * @param {Place} to
 * @param {Place[]} via
 * @param {Place} from
 */
function drawEdge(to, via, from) {
	if (to === from) {
		const x = to.x + WIDTH - 44;
		return [svg('path', {class: 'edge-line', d: 'M' + x + ' ' + to.y + 'c4 -24 28 -24 30 -6'}), svg('path', {class: 'edge-head', d: 'M' + (x + 30) + ' ' + to.y + 'l-4 -8h8Z'})];
	}
	let x = to.x + WIDTH, y = to.y + HEIGHT / 2, line = 'M' + x + ' ' + y;
	for (const p of [...via, from]) {
		const isLast = p === from, end = isLast ? p.x - 6 : p.x, middle = p.y + HEIGHT / 2;
		if (end > x) {
			line += 'C' + (x + end) / 2 + ' ' + y + ' ' + (x + end) / 2 + ' ' + middle + ' ' + end + ' ' + middle + (isLast ? '' : 'h' + WIDTH);
		} else { // back, below its row
			line += 'c' + TURN + ' 0 ' + TURN + ' ' + BELOW + ' 0 ' + BELOW + 'C' + (x - WIDTH) + ' ' + (y + BELOW) + ' ' + (end + WIDTH) + ' ' + (middle + BELOW) + ' ' + end + ' ' + (middle + BELOW)
				+ 'c-' + TURN + ' 0 -' + TURN + ' -' + BELOW + ' 0 -' + BELOW;
		}
		[x, y] = [end + WIDTH, middle];
	}
	return [svg('path', {class: 'edge-line', d: line}), svg('path', {class: 'edge-head', d: 'M' + from.x + ' ' + y + 'l-8 -4v8Z'})];
}

/** Draws, and shows what belongs to the node that is pointed at or has the focus. */
function createPicture() {
	const picture = svg('svg', {class: 'graph', role: 'group', onpointerover: point, onfocusin: point, onpointerleave: () => mark(''), onfocusout: () => mark(''), onkeydown: go});
	const frame = el('div', {class: 'graph-frame'}, picture);
	/** @type {Graph} */
	let graph = {nodes: [], edges: [], cycles: []};
	/** @type {{edge: import('../chart/layers.js').Edge, element: SVGElement}[]} */
	let edges = [];
	let drawnWidth = 0;

	function draw() {
		const width = frame.clientWidth, by = new Map(graph.nodes.map((n) => [n.id, n]));
		if (width === 0) {
			return;
		}
		drawnWidth = width;
		const plan = layers(graph.nodes.map((n) => n.id), graph.edges, {width: width + STEP_X - WIDTH, stepX: STEP_X, stepY: STEP_Y, gap: GAP});
		const at = (/** @type {string} */ id) => /** @type {Place} */ (plan.at.get(id)), together = new Map(graph.cycles.flatMap((c, i) => c.map((id) => [id, i])));
		edges = graph.edges.map((edge) => ({edge, element: svg('g', {class: 'edge' + (by.get(edge.to)?.done ? ' is-done' : '')
			+ (together.has(edge.from) && together.get(edge.from) === together.get(edge.to) ? ' is-cycle' : '')},
		drawEdge(at(edge.to), plan.via.get(edge) || [], at(edge.from)))}));
		const focused = document.activeElement instanceof SVGElement && picture.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
		const side = graph.cycles.some((c) => c.length > 1) ? TURN : 1, right = plan.width - STEP_X + WIDTH + 2 * side;
		setProps(picture, {width: right, height: plan.height + PAD, viewBox: [-side, -PAD, right, plan.height + PAD].join(' '), 'aria-label': sentenceOf(graph)});
		replace(picture, edges.map((e) => e.element), plan.order.map((id) => drawNode(/** @type {GraphNode} */ (by.get(id)), at(id).x, at(id).y)));
		focused !== undefined && nodeOf(focused)?.focus();
	}

	/** @param {string} id @returns {SVGElement | null} */
	function nodeOf(id) {
		return picture.querySelector('[data-id="' + CSS.escape(id) + '"]');
	}

	/** @param {string} id "": nothing */
	function mark(id) {
		picture.classList.toggle('has-near', id !== '');
		picture.querySelectorAll('.is-near').forEach((e) => e.classList.remove('is-near'));
		for (const {edge, element} of edges) {
			if (id !== '' && (edge.from === id || edge.to === id)) {
				[element, nodeOf(edge.from), nodeOf(edge.to)].forEach((e) => e?.classList.add('is-near'));
			}
		}
	}

	/** @param {Event} e */
	function point(e) {
		mark(/** @type {SVGElement | null} */ (/** @type {Element} */ (e.target).closest('[data-id]'))?.dataset.id || '');
	}

	/** To what it waits for, or to what waits for it. @param {KeyboardEvent} e */
	function go(e) {
		const id = /** @type {SVGElement} */ (e.target).dataset.id, here = e.key === 'ArrowLeft' ? 'from' : 'to';
		const found = ['ArrowLeft', 'ArrowRight'].includes(e.key) && edges.find(({edge}) => edge[here] === id && edge.from !== edge.to);
		if (found) {
			nodeOf(found.edge[here === 'from' ? 'to' : 'from'])?.focus();
			e.preventDefault();
		}
	}

	new ResizeObserver(() => frame.clientWidth !== drawnWidth && draw()).observe(frame);
	return {frame,
		/** @param {Graph} g */
		show(g) {
			graph = g;
			draw();
		}};
}

/** @param {Graph} g */
function tableFor(g) {
	const by = new Map(g.nodes.map((n) => [n.id, n]));
	/** @type {Map<string, GraphNode[]>} */
	const waits = new Map();
	for (const {from, to} of g.edges) {
		waits.set(from, [...waits.get(from) || [], /** @type {GraphNode} */ (by.get(to))]);
	}
	/** @param {GraphNode} n */
	const name = (n) => n.missing ? outside(n.id) : el('a', {href: address(n)}, outside(n.title));
	const rows = g.nodes.filter((n) => waits.has(n.id));
	return [tableOf(['Task', 'Waits for', 'State'], rows.slice(0, ROWS_MAX).map((n) => [name(n),
		el('ul', {}, (waits.get(n.id) || []).map((w) => el('li', {}, icon(iconOf(w), 'is-' + iconOf(w)), ' ', name(w)))), wordsOf(n)]), 'Who waits for whom'),
	rows.length > ROWS_MAX && el('p', {class: 'muted'}, 'and ' + count(rows.length - ROWS_MAX) + ' more')];
}

/** @type {View} */
export const view = {
	name: 'graph',
	title: 'Graph',
	tab: 'tasks',
	mount(root, app) {
		const bar = el('div', {class: 'toolbar'}), picture = createPicture(), words = el('p', {class: 'chart-words'}), cycles = el('ul', {class: 'cycles'});
		const legend = el('p', {class: 'muted'}, 'What has to be done first is on the left; an arrow leads to what waits for it.');
		const table = createPanel({title: 'Who waits for whom', className: 'graph-table', render: (body, g) => replace(body, tableFor(g))});
		const panel = createPanel({title: 'Dependencies', className: 'graph-panel', isEmpty: (g) => g.nodes.length === 0, empty: {text: 'No task waits for another',
			hint: 'Name what a task waits for in its file: dependencies: [id of another task]'}, render: draw,
		load: (signal) => app.api.get(addressOf('', {id: app.route().query.get('id')}).replace('#/', '/api/tasks/graph'), {signal})});
		const grid = el('div', {class: 'graph-grid'}, panel.element, table.element), none = el('div', {class: 'panel nothing'}, noBoard());
		replace(root, bar, grid, none);

		/** @param {HTMLElement} body @param {Graph} all */
		function draw(body, all) {
			const query = app.route().query, id = query.get('id'), isOpen = (query.get('show') || (all.nodes.length > DRAWN_MAX ? 'open' : 'all')) === 'open' && !id;
			const g = isOpen ? openOf(all) : all, isDrawn = g.nodes.length <= DRAWN_MAX;
			replace(bar, taskTabs('graph'), id ? el('a', {class: 'chip', href: '#/graph', title: 'Show all again'}, outside(id), ' ✕')
				: el('nav', {class: 'choice', 'aria-label': 'Which'}, [['all', 'All'], ['open', 'Not done']].map(([name, title]) => el('a',
					{href: addressOf('graph', {show: name}), 'aria-current': (name === 'open') === isOpen && 'true'}, title))));
			replace(words, isDrawn ? sentenceOf(g) : sentenceOf(g) + ': too many to draw. Open a task to see it with its neighbours.');
			replace(cycles, g.cycles.map((c) => el('li', {class: 'is-bad'}, 'Cycle: ', c.map((i, n) => [n > 0 && ', ', outside(i)]).flat(),
				c.length > 1 ? ' wait for each other' : ' waits for itself')));
			picture.frame.hidden = !isDrawn;
			if (!body.contains(picture.frame)) {
				replace(body, words, cycles, picture.frame, legend);
			}
			picture.show(isDrawn ? g : {nodes: [], edges: [], cycles: []});
			table.show(g);
		}

		const unsubscribe = app.store.subscribe(['health'], () => {
			none.hidden = app.store.get('health')?.board?.state !== 'off';
			grid.hidden = !none.hidden;
		});
		const refresh = refreshing(app.store, ['task news'], async () => {
			await panel.reload();
			table.element.hidden = Boolean(panel.body.querySelector('.empty, .failed'));
		}, 2000);
		return {
			show() {
				replace(bar, taskTabs('graph'));
				refresh.now();
			},
			stop() {
				unsubscribe();
				refresh.stop();
				panel.stop();
			},
		};
	},
};
