// Values in their order: a line with a limit drawn across, or bars, each with an earlier one behind it.

import {svg} from '../core/dom.js';
import {labelled, linear, valueTicks} from './axis.js';

const LEFT = 44, TOP = 14, BOTTOM = 22;

/**
 * short: below the axis; words: what is read out; before: of bars; href: where a click leads
 * @typedef {{short: string, words: string, value: number, before?: number, href?: string}} Point
 */

/**
 * What both have: the grid, its values, the names below, and which place is pointed at.
 * @param {Point[]} points
 * @param {number} most
 * @param {number} width
 * @param {(value: number) => string} axis
 * @param {number} labelWidth
 * @param {number} sure the place that has a label
 */
function frame(points, most, width, axis, labelWidth, sure) {
	const ticks = valueTicks(most), height = width > 640 ? 300 : 230, right = width - 8, step = (right - LEFT) / points.length;
	const y = linear(0, ticks[ticks.length - 1], height - BOTTOM, TOP);
	/** @param {number} i */
	const x = (i) => LEFT + (i + 0.5) * step;
	return {height, right, step, x, y,
		grid: [...ticks.flatMap((t) => [
			svg('line', {class: t ? 'chart-grid' : 'chart-base', x1: LEFT, x2: right, y1: y(t), y2: y(t)}),
			svg('text', {class: 'chart-label', x: LEFT - 6, y: y(t) + 4, 'text-anchor': 'end'}, axis(t)),
		]), ...labelled(points.length, right - LEFT, labelWidth, sure).map((i) => svg('text', {class: 'chart-label', x: x(i), y: height - 6, 'text-anchor': 'middle'}, points[i].short))],
		/** @param {number} px */
		at(px) {
			const i = Math.max(0, Math.min(points.length - 1, Math.floor((px - LEFT) / step)));
			return {text: points[i].words, x: x(i), href: points[i].href};
		}};
}

/**
 * @param {{points: Point[], limit: {value: number, label: string} | null, axis: (value: number) => string}} o
 * @returns {(width: number) => import('./figure.js').Drawing}
 */
export function line({points, limit, axis}) {
	return (width) => {
		const {height, right, x, y, grid, at} = frame(points, Math.max(limit ? limit.value : 0, ...points.map((p) => p.value)), width, axis, 56, points.length - 1);
		const last = points.length - 1, path = 'M' + points.map((p, i) => x(i).toFixed(1) + ' ' + y(p.value).toFixed(1)).join('L');
		return {height, at, children: [
			...grid,
			svg('path', {class: 'line-area', d: path + 'L' + x(last) + ' ' + y(0) + 'L' + x(0) + ' ' + y(0) + 'Z'}),
			svg('path', {class: 'line', d: path}),
			svg('circle', {class: 'line-end', cx: x(last), cy: y(points[last].value), r: 4}),
			limit && svg('line', {class: 'chart-limit', x1: LEFT, x2: right, y1: y(limit.value), y2: y(limit.value)}),
			limit && svg('text', {class: 'chart-label is-limit', x: LEFT + 4, y: y(limit.value) - 5}, limit.label),
		]};
	};
}

/**
 * @param {{points: Point[], now: number, axis: (value: number) => string, labelWidth?: number}} o now: the one that is not over
 * @returns {(width: number) => import('./figure.js').Drawing}
 */
export function bars({points, now, axis, labelWidth = 32}) {
	return (width) => {
		const {height, step, x, y, grid, at} = frame(points, Math.max(...points.flatMap((p) => [p.value, p.before || 0])), width, axis, labelWidth, 0);
		/** @param {string} name @param {number} i @param {number} value @param {number} part of the place */
		const bar = (name, i, value, part) => value > 0 && svg('rect', {class: name, x: (x(i) - step * part / 2).toFixed(1), y: y(value).toFixed(1),
			width: (step * part).toFixed(1), height: (y(0) - y(value)).toFixed(1), rx: 1.5});
		return {height, at, children: [...grid, ...points.flatMap((p, i) => [bar('bar-before', i, p.before || 0, 0.9), bar(i === now ? 'bar-now' : 'bar-then', i, p.value, 0.56)])]};
	};
}
