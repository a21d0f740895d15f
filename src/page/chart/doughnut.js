// Parts of a whole as a ring. Its table is the list that stands beside it.

import {svg} from '../core/dom.js';

const SIZE = 160, OUTER = 76, INNER = 52, GAP = 1.5;

/**
 * @param {number} angle of a circle of 1, from the top
 * @param {number} radius
 */
function place(angle, radius) {
	const a = (angle - 0.25) * 2 * Math.PI;
	return (SIZE / 2 + radius * Math.cos(a)).toFixed(2) + ' ' + (SIZE / 2 + radius * Math.sin(a)).toFixed(2);
}

/** @param {number} from @param {number} to parts of a circle @returns {string} */
export function arc(from, to) {
	if (to - from >= 0.9999) {
		return arc(0, 0.5) + arc(0.5, 1);
	}
	const long = to - from > 0.5 ? 1 : 0;
	return 'M' + place(from, OUTER) + 'A' + [OUTER, OUTER, 0, long, 1].join(' ') + ' ' + place(to, OUTER)
		+ 'L' + place(to, INNER) + 'A' + [INNER, INNER, 0, long, 0].join(' ') + ' ' + place(from, INNER) + 'Z';
}

/**
 * @param {{parts: {value: number, series: number, words: string}[], center: string, below: string, sentence: string}} o
 */
export function doughnut({parts, center, below, sentence}) {
	const whole = parts.reduce((sum, p) => sum + p.value, 0);
	const gap = parts.filter((p) => p.value > 0).length > 1 ? GAP / (2 * Math.PI * OUTER) : 0;
	let at = 0;
	return svg('svg', {class: 'doughnut', role: 'img', 'aria-label': sentence, viewBox: '0 0 ' + SIZE + ' ' + SIZE},
		...whole > 0 ? parts.map((p) => {
			const from = at, to = at += p.value / whole;
			return to - from > 2 * gap && svg('path', {class: 'part-' + p.series, d: arc(from + gap, to - gap)}, svg('title', {}, p.words));
		}) : [svg('path', {class: 'part-none', d: arc(0, 1)})],
		svg('text', {class: 'doughnut-center', x: SIZE / 2, y: SIZE / 2 + 2, 'text-anchor': 'middle'}, center),
		svg('text', {class: 'chart-label', x: SIZE / 2, y: SIZE / 2 + 20, 'text-anchor': 'middle'}, below));
}
