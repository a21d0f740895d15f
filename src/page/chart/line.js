// A line of days (or of anything else in order), with a limit drawn across.

import {svg} from '../core/dom.js';
import {labelled, linear, valueTicks} from './axis.js';
import {gridOf} from './figure.js';

const LEFT = 44, TOP = 14, BOTTOM = 22;

/**
 * short: below the axis; words: what is read out of it
 * @typedef {{short: string, words: string, value: number, href?: string}} Point
 */

/**
 * @param {{points: Point[], limit?: {value: number, label: string} | null, axis: (value: number) => string}} o
 * @returns {(width: number) => import('./figure.js').Drawing}
 */
export function line({points, limit, axis}) {
	return (width) => {
		const ticks = valueTicks(Math.max(limit ? limit.value : 0, ...points.map((p) => p.value)));
		const height = width > 640 ? 300 : 220, right = width - 12, bottom = height - BOTTOM;
		const y = linear(0, ticks[ticks.length - 1], bottom, TOP), x = linear(0, Math.max(1, points.length - 1), LEFT + 8, right - 8);
		const path = points.map((p, i) => (i ? 'L' : 'M') + x(i).toFixed(1) + ' ' + y(p.value).toFixed(1)).join('');
		const last = points.length - 1;
		return {
			height,
			children: [
				...gridOf(ticks, y, LEFT, right, axis),
				...labelled(points.length, right - LEFT, 52).map((i) => svg('text', {class: 'chart-label', x: x(i), y: height - 6, 'text-anchor': 'middle'},
					points[i].short)),
				svg('path', {class: 'line-area', d: path + 'L' + x(last) + ' ' + bottom + 'L' + x(0) + ' ' + bottom + 'Z'}),
				svg('path', {class: 'line', d: path}),
				svg('circle', {class: 'line-end', cx: x(last), cy: y(points[last].value), r: 4}),
				...limit ? [
					svg('line', {class: 'chart-limit', x1: LEFT, x2: right, y1: y(limit.value), y2: y(limit.value)}),
					svg('text', {class: 'chart-label is-limit', x: LEFT + 4, y: y(limit.value) - 5}, limit.label),
				] : [],
			],
			at(px) {
				const i = Math.max(0, Math.min(last, Math.round((px - x(0)) / (x(1) - x(0)))));
				return {text: points[i].words, x: x(i), href: points[i].href};
			},
		};
	};
}
