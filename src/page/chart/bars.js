// Bars side by side, each with an earlier one behind it.

import {svg} from '../core/dom.js';
import {linear, valueTicks} from './axis.js';
import {gridOf} from './figure.js';

const LEFT = 44, TOP = 14, BOTTOM = 22, HEIGHT = 250;

/**
 * now: the one that is not over yet
 * @param {{bars: {short: string, words: string, value: number, before: number}[], now: number, axis: (value: number) => string}} o
 * @returns {(width: number) => import('./figure.js').Drawing}
 */
export function bars({bars, now, axis}) {
	return (width) => {
		const ticks = valueTicks(Math.max(...bars.flatMap((b) => [b.value, b.before])));
		const right = width - 2, bottom = HEIGHT - BOTTOM, step = (right - LEFT) / bars.length;
		const y = linear(0, ticks[ticks.length - 1], bottom, TOP);
		const every = [1, 2, 3, 6].find((n) => n * step >= 30) || 12; // which of them have their name below
		/** @param {string} className @param {number} value @param {number} i @param {number} part of the place */
		const bar = (className, value, i, part) => svg('rect', {class: className, x: (LEFT + step * (i + (1 - part) / 2)).toFixed(1),
			y: y(value).toFixed(1), width: (step * part).toFixed(1), height: (bottom - y(value)).toFixed(1), rx: Math.min(2, step * part / 3)});
		return {
			height: HEIGHT,
			children: [
				...gridOf(ticks, y, LEFT, right, axis),
				...bars.flatMap((b, i) => [
					...b.before > 0 ? [bar('bar-before', b.before, i, 0.9)] : [],
					...b.value > 0 ? [bar(i === now ? 'bar-now' : 'bar-then', b.value, i, 0.56)] : [],
				]),
				...bars.map((b, i) => i % every === 0 && svg('text', {class: 'chart-label', x: LEFT + step * (i + 0.5), y: HEIGHT - 6, 'text-anchor': 'middle'}, b.short)),
			],
			at(px) {
				const i = Math.floor((px - LEFT) / step);
				return bars[i] ? {text: bars[i].words, x: LEFT + step * (i + 0.5)} : null;
			},
		};
	};
}
