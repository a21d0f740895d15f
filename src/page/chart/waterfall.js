// The waterfall of one turn: who was at work when, the model, the tools, the user, each subagent, and what went wrong.
//
//	const w = createWaterfall();
//	parent.append(w.element);
//	w.show(await api.get('/api/sessions/' + id + '/turns/' + n)); // again when there is more: zoom and table stay
//
// Or waterfall(answer) → Element, where nothing changes any more.

import {el, svg} from '../core/dom.js';
import {shortDuration, shortModel, tokens, usd} from '../core/format.js';
import {durationTicks, fitted, linear} from './axis.js';
import {createFigure} from './figure.js';
import {arrangeTurn, coveredMs, endOf, isBad, labelOf} from './fold.js';

/** @typedef {import('./fold.js').Step} Step */
/** @typedef {import('./fold.js').Row} Row */
/** @typedef {{turn: number, begin: number, end: number | null, steps: Step[], truncated: boolean}} Turn */

const AXIS = 22, LANE = 30, BAR = 11, GAP = 8, LEAST_MS = 20, ZOOM = 2;

/** @param {Step} s */
function nameOf(s) {
	return s.kind === 'model' ? shortModel(labelOf(s)) || 'model' : s.kind === 'you' ? 'you: ' + labelOf(s) : labelOf(s);
}

/** @param {Step} s */
function endWord(s) {
	if (s.fault) {
		return s.fault + (s.status ? ' ' + s.status : '');
	}
	return s.outcome === null || s.outcome === 'unknown' ? '' : s.kind === 'you' && s.outcome === 'ok' ? 'answered' : s.outcome;
}

/** @param {Step} s */
function wordsOf(s) {
	return [nameOf(s), shortDuration(s.length_ms), 'at ' + shortDuration(s.offset_ms), endWord(s) === 'ok' ? '' : endWord(s),
		s.tokens ? tokens(s.tokens) + ' tokens' : '', s.cost_usd ? usd(s.cost_usd) : ''].filter(Boolean).join(' · ');
}

/**
 * @param {Turn} turn
 * @param {ReturnType<typeof arrangeTurn>} plan
 */
function sentenceOf(turn, plan) {
	/** @param {string} kind */
	const of = (kind) => turn.steps.filter((s) => s.kind === kind);
	/** @param {number} n @param {string} one */
	const many = (n, one) => n + ' ' + one + (n === 1 ? '' : 's');
	const model = of('model'), tool = of('tool'), you = of('you'), agent = of('agent');
	return [
		'Turn ' + turn.turn + ', ' + shortDuration(plan.length) + (turn.end === null ? ' so far' : ''),
		model.length && 'model ' + shortDuration(coveredMs(model)) + ' in ' + many(model.length, 'call'),
		tool.length && 'tools ' + shortDuration(coveredMs(tool)) + ' in ' + many(tool.length, 'call'),
		you.length && 'waited ' + shortDuration(coveredMs(you)) + ' for you',
		agent.length && many(agent.length, 'subagent'),
		plan.errors.length && many(plan.errors.length, 'error'),
		turn.truncated && 'only the first ' + turn.steps.length + ' steps',
	].filter(Boolean).join(' · ');
}

/** @param {ReturnType<typeof arrangeTurn>} plan */
function tableRows(plan) {
	return plan.rows.flatMap((row) => [...row.frames.map((f) => ({label: labelOf(f), kind: f.kind, steps: [f]})), ...row.groups].map((g) => {
		const times = g.steps.length > 1 ? ' ×' + g.steps.length : '';
		const words = [...new Set(g.steps.map(endWord).filter(Boolean))].join(', ');
		/** @param {(s: Step) => number | null} of */
		const sum = (of) => g.steps.reduce((total, s) => total + (of(s) || 0), 0);
		const used = sum((s) => s.tokens), cost = sum((s) => s.cost_usd);
		return [row.label, nameOf(g.steps[0]) + times, shortDuration(g.steps[0].offset_ms), shortDuration(coveredMs(g.steps)),
			used ? tokens(used) : '', cost ? usd(cost) : '', words];
	}));
}

/**
 * The bars of one group; what stands closer than can be seen is drawn as one.
 * @param {import('./fold.js').Group} group
 * @param {(ms: number) => number} x
 * @param {number} y
 * @param {number} left
 * @param {number} right
 */
function barsOf(group, x, y, left, right) {
	/** @type {{from: number, to: number, bad: boolean}[]} */
	const bars = [];
	for (const s of group.steps) {
		const from = Math.max(left, x(s.offset_ms)), to = Math.min(right, Math.max(x(endOf(s)), x(s.offset_ms) + 2));
		const last = bars[bars.length - 1];
		if (to < left || from > right) {
			continue;
		}
		if (last && last.bad === isBad(s) && from - last.to < 0.75) {
			last.to = Math.max(last.to, to);
		} else {
			bars.push({from, to, bad: isBad(s)});
		}
	}
	return bars.map((b) => svg('rect', {class: 'step step-' + group.kind + (b.bad ? ' is-bad' : ''), x: b.from.toFixed(1), y,
		width: Math.max(1, b.to - b.from).toFixed(1), height: BAR, rx: 2}));
}

/** @returns {{element: HTMLElement, show(turn: Turn): void}} */
export function createWaterfall() {
	const figure = createFigure();
	/** @type {Turn | null} */
	let turn = null;
	/** @type {ReturnType<typeof arrangeTurn>} */
	let plan = {rows: [], errors: [], length: 1};
	let from = 0, to = 1; // what is seen of it, ms

	/** @param {number} width @returns {import('./figure.js').Drawing} */
	function draw(width) {
		const left = width < 480 ? 62 : 92, right = width - 2, x = linear(from, to, left, right);
		/** @type {SVGElement[]} */
		const back = [], front = [];
		/** @type {{y: number, row: Row}[]} */
		const places = [];
		let y = AXIS;
		for (const row of plan.rows) {
			const height = row.lanes * LANE;
			places.push({y, row});
			back.push(svg('line', {class: 'chart-grid', x1: 0, x2: right, y1: y, y2: y}),
				svg('text', {class: 'chart-label', x: 0, y: y + 16}, fitted(row.label, left - 6)));
			for (const f of row.frames) {
				const a = Math.max(left, x(f.offset_ms)), b = Math.min(right, x(endOf(f)));
				back.push(...a < b ? [svg('rect', {class: 'step-frame', x: a, y: y + 2, width: b - a, height: height - 4, rx: 3})] : []);
			}
			row.groups.forEach((g, i) => {
				const top = y + g.lane * LANE, a = Math.max(left, x(g.begin)), b = Math.min(right, x(g.end));
				if (x(g.end) < left - 2 || a > right) {
					return;
				}
				const next = row.groups.slice(i + 1).find((other) => other.lane === g.lane);
				const room = Math.min(right, next ? x(next.begin) - 4 : right) - a;
				const text = nameOf(g.steps[0]).replace(/^you: /, ''), times = g.steps.length > 1 ? ' ×' + g.steps.length : '';
				const words = fitted(text, room - times.length * 6.4);
				if (g.steps.length > 1) {
					back.push(svg('rect', {class: 'step-fold step-' + g.kind, x: a, y: top + 15, width: Math.max(2, b - a), height: BAR, rx: 2}));
				}
				front.push(...barsOf(g, x, top + 15, left, right),
					svg('text', {class: 'chart-label', x: a, y: top + 12}, words ? words + times : ''));
			});
			y += height;
		}
		if (plan.errors.length) {
			back.push(svg('line', {class: 'chart-grid', x1: 0, x2: right, y1: y, y2: y}),
				svg('text', {class: 'chart-label', x: 0, y: y + 16}, 'errors'));
			front.push(...errorMarks(x, y + 16, left, right));
			y += LANE - GAP;
		}
		const ticks = durationTicks(from, to, (right - left) / 76);
		const grid = ticks.flatMap((t) => [
			svg('line', {class: 'chart-grid', x1: x(t.at), x2: x(t.at), y1: AXIS - 4, y2: y}),
			svg('text', {class: 'chart-label', x: x(t.at), y: 12, 'text-anchor': x(t.at) > right - 24 ? 'end' : x(t.at) < left + 12 ? 'start' : 'middle'}, t.label),
		]);
		return {height: y + 2, children: [...grid, ...back, ...front], at: (px, py) => pointed(places, px, py, x)};
	}

	/**
	 * @param {(ms: number) => number} x
	 * @param {number} y
	 * @param {number} left
	 * @param {number} right
	 */
	function errorMarks(x, y, left, right) {
		/** @type {{at: number, steps: Step[]}[]} */
		const marks = [];
		for (const s of plan.errors) {
			const at = x(endOf(s)), last = marks[marks.length - 1];
			if (at < left || at > right + 1) {
				continue;
			}
			if (last && at - last.at < 26) {
				last.steps.push(s);
			} else {
				marks.push({at, steps: [s]});
			}
		}
		return marks.map((m, i) => {
			const room = (i + 1 < marks.length ? marks[i + 1].at : right) - m.at - 4;
			const text = '✕ ' + (m.steps.length > 1 ? '×' + m.steps.length : m.steps[0].fault ? endWord(m.steps[0]) : nameOf(m.steps[0]));
			const flips = m.at > right - 40; // at the end there is room before it
			return svg('text', {class: 'step-error', x: m.at, y, 'text-anchor': flips ? 'end' : 'start'}, fitted(text, flips ? 120 : room) || '✕');
		});
	}

	/**
	 * @param {{y: number, row: Row}[]} places
	 * @param {number} px
	 * @param {number} py
	 * @param {(ms: number) => number} x
	 */
	function pointed(places, px, py, x) {
		const place = places.find((p) => py >= p.y && py < p.y + p.row.lanes * LANE);
		if (!place) {
			return null;
		}
		const lane = Math.floor((py - place.y) / LANE);
		const steps = place.row.groups.filter((g) => g.lane === lane).flatMap((g) => g.steps);
		/** @param {Step} s */
		const distance = (s) => Math.max(0, x(s.offset_ms) - px, px - x(endOf(s)));
		const near = steps.reduce((best, s) => !best || distance(s) < distance(best) ? s : best, /** @type {Step | null} */ (null));
		if (near && distance(near) < 8) {
			return {text: wordsOf(near), x: px};
		}
		const frame = place.row.frames.find((f) => distance(f) === 0);
		return frame ? {text: wordsOf(frame), x: px} : null;
	}

	/**
	 * @param {number} factor of what is seen
	 * @param {number} [at] part of it that stays where it is
	 */
	function zoom(factor, at = 0.5) {
		const seen = Math.min(plan.length, Math.max(Math.min(LEAST_MS, plan.length), (to - from) * factor));
		look(from + (to - from - seen) * at, seen);
	}

	/** @param {number} begin @param {number} seen */
	function look(begin, seen) {
		from = Math.max(0, Math.min(plan.length - seen, begin));
		to = from + seen;
		figure.redraw();
		buttons[1].disabled = buttons[2].disabled = seen >= plan.length;
	}

	const buttons = [
		el('button', {type: 'button', class: 'quiet', onclick: () => zoom(1 / ZOOM)}, 'Zoom in'),
		el('button', {type: 'button', class: 'quiet', onclick: () => zoom(ZOOM)}, 'Zoom out'),
		el('button', {type: 'button', class: 'quiet', onclick: () => look(0, plan.length)}, 'Whole turn'),
	];

	/** @type {Record<string, () => void>} */
	const keys = {
		'+': () => zoom(1 / ZOOM),
		'=': () => zoom(1 / ZOOM),
		'-': () => zoom(ZOOM),
		0: () => look(0, plan.length),
		ArrowLeft: () => look(from - (to - from) / 4, to - from),
		ArrowRight: () => look(from + (to - from) / 4, to - from),
		Home: () => look(0, to - from),
		End: () => look(plan.length, to - from),
	};
	const stage = el('div', {class: 'waterfall', tabindex: '0', role: 'group',
		'aria-label': 'Waterfall. Plus and minus zoom, the arrow keys move, zero shows all.',
		onkeydown: (/** @type {KeyboardEvent} */ e) => {
			if (e.target === stage && keys[e.key] && !e.ctrlKey && !e.altKey && !e.metaKey) {
				keys[e.key]();
				e.preventDefault();
				e.stopPropagation();
			}
		},
	}, el('div', {class: 'waterfall-tools'}, buttons), figure.element);
	figure.svg.addEventListener('wheel', (event) => {
		const e = /** @type {WheelEvent} */ (event);
		if (e.ctrlKey) { // a pinch, too
			const box = figure.svg.getBoundingClientRect();
			zoom(e.deltaY > 0 ? 1.25 : 0.8, Math.max(0, Math.min(1, (e.clientX - box.left) / box.width)));
			e.preventDefault();
		}
	}, {passive: false});

	return {
		element: stage,
		show(answer) {
			const whole = !turn || to - from >= plan.length;
			turn = answer;
			plan = arrangeTurn(answer);
			if (whole) {
				from = 0;
				to = plan.length;
			}
			figure.update({
				sentence: sentenceOf(answer, plan),
				draw,
				columns: ['row', 'step', 'begins at', 'takes', 'tokens', 'cost', 'ended'],
				rows: () => tableRows(plan),
			});
			look(from, Math.min(plan.length, to - from));
		},
	};
}

/**
 * @param {Turn} turn as /api/sessions/ID/turns/N answers
 * @returns {HTMLElement}
 */
export function waterfall(turn) {
	const w = createWaterfall();
	w.show(turn);
	return w.element;
}
