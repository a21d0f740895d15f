// A day of one session as a strip, and the hours above it. Drawn in parts of a hundred, so that they need not know
// how wide they are.

import {svg} from '../core/dom.js';
import {clockTicks, linear} from './axis.js';

/** @typedef {{kind: 'idle' | 'working' | 'waiting', begin: number, end: number, words: string}} Stretch */

const LEAST = 0.15; // of a hundred: nothing that happened is too short to be seen

/** @param {number} begin @param {number} end ms */
export function hours(begin, end) {
	const x = linear(begin, end, 0, 100);
	return svg('svg', {class: 'strip-hours', 'aria-hidden': 'true'}, clockTicks(begin, end, 9).map((t, i) => svg('text',
		{class: 'chart-label' + (i % 2 ? ' is-minor' : ''), x: x(t.at) + '%', y: 12, 'text-anchor': 'middle'}, t.label)));
}

/**
 * @param {number} begin
 * @param {number} end
 * @param {Stretch[]} stretches in the order in which they are drawn
 * @param {string} sentence
 */
export function strip(begin, end, stretches, sentence) {
	const x = linear(begin, end, 0, 100);
	return svg('svg', {class: 'strip', role: 'img', 'aria-label': sentence},
		clockTicks(begin, end, 9).slice(1).map((t) => svg('line', {class: 'chart-grid', x1: x(t.at) + '%', x2: x(t.at) + '%', y1: '0', y2: '100%'})),
		stretches.filter((s) => s.end >= begin && s.begin <= end).map((s) => {
			const from = Math.max(0, x(s.begin)), to = Math.min(100, x(s.end));
			return svg('rect', {class: 'is-' + s.kind, x: Math.min(from, 100 - LEAST).toFixed(3) + '%', width: Math.max(LEAST, to - from).toFixed(3) + '%',
				y: s.kind === 'idle' ? '42%' : '10%', height: s.kind === 'idle' ? '16%' : '80%'}, svg('title', {}, s.words));
		}));
}
