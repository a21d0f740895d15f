// The waterfall of one turn: who was at work when, the model, the tools, the user, each subagent, and what went wrong.
//
//	const w = createWaterfall();
//	parent.append(w.element);
//	w.show(await api.get('/api/sessions/' + id + '/turns/' + n)); // again when there is more: zoom and table stay

import {el, svg} from '../core/dom.js';
import {shortDuration, shortModel, tokens, usd} from '../core/format.js';
import {durationTicks, fitted, linear} from './axis.js';
import {createFigure} from './figure.js';
import {arrangeTurn, coveredMs, endOf, isBad, labelOf} from './fold.js';

/** @typedef {import('./fold.js').Step} Step */
/** @typedef {import('./fold.js').Row} Row */
/** @typedef {import('./fold.js').Turn} Turn */
/** @typedef {ReturnType<typeof arrangeTurn>} Plan */

const AXIS = 22, LANE = 30, BAR = 11, BELOW = 15, LEAST_MS = 20, NEAR = 8;

/** @param {Step} s */
function nameOf(s) {
	return s.kind === 'model' ? shortModel(labelOf(s)) || 'model' : labelOf(s);
}

/** @param {Step} s */
function endWord(s) {
	if (s.fault) {
		return s.fault + (s.status ? ' ' + s.status : '');
	}
	return s.outcome === 'ok' ? s.kind === 'you' ? 'answered' : '' : s.outcome && s.outcome !== 'unknown' ? s.outcome : '';
}

/** @param {Step} s */
function wordsOf(s) {
	return [(s.kind === 'you' ? 'waits for you: ' : '') + nameOf(s), shortDuration(s.length_ms), 'at ' + shortDuration(s.offset_ms), endWord(s),
		s.tokens && tokens(s.tokens) + ' tokens', s.cost_usd && usd(s.cost_usd)].filter(Boolean).join(' · ');
}

/** @param {Step[]} steps */
function lengthOf(steps) {
	return shortDuration(coveredMs(steps.map((s) => ({begin: s.offset_ms, end: endOf(s)}))));
}

/** @param {Turn} turn @param {Plan} plan */
function sentenceOf(turn, plan) {
	/** @param {string} kind */
	const of = (kind) => turn.steps.filter((s) => s.kind === kind);
	/** @param {any[]} list @param {string} one */
	const many = (list, one) => list.length + ' ' + one + (list.length === 1 ? '' : 's');
	const model = of('model'), tool = of('tool'), you = of('you'), agent = of('agent');
	return ['Turn ' + turn.turn + ', ' + shortDuration(plan.length) + (turn.end === null ? ' so far' : ''),
		model.length && 'model ' + lengthOf(model) + ' in ' + many(model, 'call'),
		tool.length && 'tools ' + lengthOf(tool) + ' in ' + many(tool, 'call'),
		you.length && 'waited ' + lengthOf(you) + ' for you',
		agent.length && many(agent, 'subagent'),
		plan.errors.length && many(plan.errors, 'error'),
		turn.truncated && 'only the first ' + turn.steps.length + ' steps'].filter(Boolean).join(' · ');
}

/** @param {Plan} plan */
function tableRows(plan) {
	return plan.rows.flatMap((row) => [...row.frames.map((f) => [f]), ...row.groups.map((g) => g.steps)].map((steps) => {
		const used = steps.reduce((sum, s) => sum + (s.tokens || 0), 0), cost = steps.reduce((sum, s) => sum + (s.cost_usd || 0), 0);
		return [row.label, nameOf(steps[0]) + times(steps), shortDuration(steps[0].offset_ms), lengthOf(steps), used ? tokens(used) : '', cost ? usd(cost) : '',
			[...new Set(steps.map(endWord))].filter(Boolean).join(', ')];
	}));
}

/** @param {Step[]} steps */
function times(steps) {
	return steps.length > 1 ? ' ×' + steps.length : '';
}

/** @param {string} name @param {number} from @param {number} to @param {number} y @param {number} height */
function box(name, from, to, y, height) {
	return svg('rect', {class: name, x: from.toFixed(1), y, width: Math.max(1, to - from).toFixed(1), height, rx: 2});
}

/** @param {number} x @param {number} y @param {string} text */
function label(x, y, text) {
	return svg('text', {class: 'chart-label', x, y}, text);
}

/**
 * Bars of one group; those that nobody could tell apart are drawn as one.
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
		const from = Math.max(left, x(s.offset_ms)), to = Math.min(right, Math.max(x(endOf(s)), x(s.offset_ms) + 2)), last = bars.at(-1);
		if (to < from) {
			continue;
		}
		if (last && last.bad === isBad(s) && from - last.to < 0.75) {
			last.to = Math.max(last.to, to);
		} else {
			bars.push({from, to, bad: isBad(s)});
		}
	}
	return bars.map((b) => box('step step-' + group.kind + (b.bad ? ' is-bad' : ''), b.from, b.to, y, BAR));
}

/**
 * @param {Plan} plan
 * @param {number} from ms
 * @param {number} to
 * @param {number} width
 * @returns {import('./figure.js').Drawing}
 */
function drawing(plan, from, to, width) {
	const left = width < 480 ? 62 : 92, right = width - 2, x = linear(from, to, left, right);
	/** @type {SVGElement[]} */
	const back = [], front = [];
	/** @type {{y: number, row: Row}[]} */
	const places = [];
	let y = AXIS;
	/** @param {string} name */
	const begin = (name) => back.push(svg('line', {class: 'chart-grid', x1: 0, x2: right, y1: y, y2: y}), label(0, y + 16, fitted(name, left - 6)));
	for (const row of plan.rows) {
		begin(row.label);
		places.push({y, row});
		for (const f of row.frames) {
			if (x(endOf(f)) > left && x(f.offset_ms) < right) {
				back.push(box('step-frame', Math.max(left, x(f.offset_ms)), Math.min(right, x(endOf(f))), y + 2, row.lanes * LANE - 4));
			}
		}
		/** @type {number[]} */
		const ends = []; // of the room in each lane, from the right
		for (const g of row.groups.toReversed()) {
			const top = y + g.lane * LANE, first = Math.max(left, x(g.begin)), last = Math.min(right, x(g.end));
			if (last < left - 2 || first > right) {
				continue;
			}
			const room = (ends[g.lane] || right) - first;
			ends[g.lane] = first - 4;
			const words = fitted(nameOf(g.steps[0]), room - times(g.steps).length * 6.4);
			if (g.steps.length > 1) {
				back.push(box('step-fold step-' + g.kind, first, last, top + BELOW, BAR));
			}
			front.push(...barsOf(g, x, top + BELOW, left, right), ...words ? [label(first, top + 12, words + times(g.steps))] : []);
		}
		y += row.lanes * LANE;
	}
	if (plan.errors.length) {
		begin('errors');
		front.push(...errorMarks(plan.errors.filter((s) => endOf(s) >= from && endOf(s) <= to), x, y + 16, right));
		y += BELOW + 7;
	}
	const grid = durationTicks(from, to, (right - left) / 76).flatMap((t) => [
		svg('line', {class: 'chart-grid', x1: x(t.at), x2: x(t.at), y1: AXIS - 4, y2: y}),
		svg('text', {class: 'chart-label', x: x(t.at), y: 12, 'text-anchor': x(t.at) > right - 24 ? 'end' : 'middle'}, t.label),
	]);
	return {height: y + 2, children: [...grid, ...back, ...front], at(px, py) {
		const place = places.find((p) => py >= p.y && py < p.y + p.row.lanes * LANE);
		if (!place) {
			return null;
		}
		/** @param {Step} s */
		const distance = (s) => Math.max(0, x(s.offset_ms) - px, px - x(endOf(s)));
		const lane = Math.floor((py - place.y) / LANE);
		const near = place.row.groups.filter((g) => g.lane === lane).flatMap((g) => g.steps).sort((a, b) => distance(a) - distance(b))[0];
		const step = near && distance(near) < NEAR ? near : place.row.frames.find((f) => distance(f) === 0);
		return step ? {text: wordsOf(step), x: px} : null;
	}};
}

/**
 * @param {Step[]} errors
 * @param {(ms: number) => number} x
 * @param {number} y
 * @param {number} right
 */
function errorMarks(errors, x, y, right) {
	/** @type {{at: number, steps: Step[]}[]} */
	const marks = [];
	for (const s of errors) {
		const last = marks.at(-1);
		if (last && x(endOf(s)) - last.at < 26) {
			last.steps.push(s);
		} else {
			marks.push({at: x(endOf(s)), steps: [s]});
		}
	}
	return marks.map((m, i) => {
		const text = m.steps.length > 1 ? times(m.steps) : ' ' + (m.steps[0].fault ? endWord(m.steps[0]) : nameOf(m.steps[0]));
		const isLast = m.at > right - 60; // there is room before it alone
		return svg('text', {class: 'step-error', x: m.at, y, 'text-anchor': isLast ? 'end' : 'start'},
			'✕' + (isLast ? text : fitted(text, (i + 1 < marks.length ? marks[i + 1].at : right) - m.at - 16)));
	});
}

/** @returns {{element: HTMLElement, show(turn: Turn): void}} */
export function createWaterfall() {
	const figure = createFigure();
	/** @type {Plan} */
	let plan = {rows: [], errors: [], length: 0};
	let from = 0, seen = 0; // ms

	/** @param {number} begin @param {number} length */
	function look(begin, length) {
		seen = Math.min(plan.length, Math.max(Math.min(LEAST_MS, plan.length), length));
		from = Math.max(0, Math.min(plan.length - seen, begin));
		figure.redraw();
		buttons[1].disabled = buttons[2].disabled = seen >= plan.length;
	}

	/** @param {number} factor */
	const zoom = (factor) => () => look(from + seen * (1 - factor) / 2, seen * factor);
	const closer = zoom(0.5), farther = zoom(2), all = () => look(0, plan.length);
	/** @type {Record<string, () => void>} */
	const keys = {
		'+': closer, '=': closer, '-': farther, 0: all,
		ArrowLeft: () => look(from - seen / 4, seen),
		ArrowRight: () => look(from + seen / 4, seen),
		Home: () => look(0, seen),
		End: () => look(plan.length, seen),
	};
	const buttons = /** @type {[string, () => void][]} */ ([['Zoom in', closer], ['Zoom out', farther], ['Whole turn', all]])
		.map(([words, onclick]) => el('button', {type: 'button', class: 'quiet', onclick}, words));
	const element = el('div', {class: 'waterfall', tabindex: '0', role: 'group',
		'aria-label': 'Waterfall. Plus and minus zoom, the arrow keys move, zero shows all.',
		onkeydown(/** @type {KeyboardEvent} */ e) {
			if (e.target === element && Object.hasOwn(keys, e.key) && !e.ctrlKey && !e.altKey && !e.metaKey) {
				keys[e.key]();
				e.preventDefault();
				e.stopPropagation();
			}
		},
	}, el('div', {class: 'waterfall-tools'}, buttons), figure.element);

	return {
		element,
		show(turn) {
			const whole = seen >= plan.length;
			plan = arrangeTurn(turn);
			look(from, whole ? plan.length : seen);
			figure.update({
				sentence: sentenceOf(turn, plan),
				draw: (width) => drawing(plan, from, from + seen, width),
				columns: ['Row', 'Step', 'Begins at', 'Takes', 'Tokens', 'Cost', 'Ended'],
				rows: () => tableRows(plan),
			});
		},
	};
}
