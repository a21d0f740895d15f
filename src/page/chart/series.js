// Values in their order: a line with a limit drawn across, or bars, each with an earlier one behind it.

import {svg} from '../core/dom.js';
import {labelled, linear, timeTicks, valueTicks} from './axis.js';

const LEFT = 44, TOP = 14, BOTTOM = 22;

/**
 * short: below the axis; at: when that was (ms), instead of equal places; words: what is read out; more: values of
 * further lines; before: of bars; href: where a click leads
 * @typedef {{short?: string, at?: number, words: string, value: number, more?: number[], before?: number, href?: string}} Point
 */

/**
 * What both have: the grid, its values, the names below, and which place is pointed at.
 * @param {Point[]} points
 * @param {number[]} values
 * @param {number} width
 * @param {(value: number) => string} axis
 * @param {number} labelWidth
 * @param {number} sure the place that has a label
 */
function frame(points, values, width, axis, labelWidth, sure) {
	const least = Math.min(0, ...values), up = valueTicks(Math.max(-least, ...values)), ticks = least < 0 ? [...up.slice(1).map((t) => -t).reverse(), ...up] : up;
	const height = width > 640 ? 300 : width > 400 ? 230 : 180, right = width - 8, step = (right - LEFT) / points.length, begin = points[0].at, end = points[points.length - 1].at;
	const y = linear(ticks[0], ticks[ticks.length - 1], height - BOTTOM, TOP);
	const time = begin !== undefined && end !== undefined && linear(begin, end, LEFT + 6, right - 6);
	/** @param {number} i */
	const x = (i) => time ? time(points[i].at || 0) : LEFT + (i + 0.5) * step;
	/** @type {[number, string | undefined][]} */
	const names = time ? timeTicks(begin, end, (right - LEFT) / 78).map((t) => [time(t.at), t.label]) : labelled(points.length, right - LEFT, labelWidth, sure).map((i) => [x(i), points[i].short]);
	return {height, right, step, x, y,
		grid: [...ticks.flatMap((t) => [
			svg('line', {class: t ? 'chart-grid' : 'chart-base', x1: LEFT, x2: right, y1: y(t), y2: y(t)}),
			svg('text', {class: 'chart-label', x: LEFT - 6, y: y(t) + 4, 'text-anchor': 'end'}, axis(t)),
		]), ...names.map(([at, name]) => svg('text', {class: 'chart-label', x: at, y: height - 6, 'text-anchor': 'middle'}, name))],
		/** @param {number} px */
		at(px) {
			const i = points.reduce((best, _, n) => Math.abs(x(n) - px) < Math.abs(x(best) - px) ? n : best, 0);
			return {text: points[i].words, x: x(i), href: points[i].href};
		}};
}

/**
 * @param {{points: Point[], limit?: {value: number, label: string} | null, axis: (value: number) => string}} o
 * @returns {(width: number) => import('./figure.js').Drawing}
 */
export function line({points, limit, axis}) {
	return (width) => {
		const {height, right, x, y, grid, at} = frame(points, [limit ? limit.value : 0, ...points.flatMap((p) => [p.value, ...p.more || []])], width, axis, 56, points.length - 1);
		const last = points.length - 1;
		/** @param {(p: Point) => number} value */
		const pathOf = (value) => 'M' + points.map((p, i) => x(i).toFixed(1) + ' ' + y(value(p)).toFixed(1)).join('L');
		const path = pathOf((p) => p.value);
		return {height, at, children: [
			...grid,
			svg('path', {class: 'line-area', d: path + 'L' + x(last) + ' ' + y(0) + 'L' + x(0) + ' ' + y(0) + 'Z'}),
			svg('path', {class: 'line', d: path}),
			...(points[0].more || []).map((_, n) => svg('path', {class: 'line line-' + (n + 1), d: pathOf((p) => (p.more || [])[n])})),
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
		const {height, step, x, y, grid, at} = frame(points, points.flatMap((p) => [p.value, p.before || 0]), width, axis, labelWidth, 0);
		/** @param {string} name @param {number} i @param {number} value @param {number} part of the place */
		const bar = (name, i, value, part) => value > 0 && svg('rect', {class: name, x: (x(i) - step * part / 2).toFixed(1), y: y(value).toFixed(1),
			width: (step * part).toFixed(1), height: (y(0) - y(value)).toFixed(1), rx: 1.5});
		return {height, at, children: [...grid, ...points.flatMap((p, i) => [bar('bar-before', i, p.before || 0, 0.9), bar(i === now ? 'bar-now' : 'bar-then', i, p.value, 0.56)])]};
	};
}
