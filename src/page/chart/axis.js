// Where things stand on an axis, and what its ticks say. Arithmetic only: no element.

import {time} from '../core/format.js';

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** ms between the ticks of a duration */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND), ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
	...[1, 2, 3, 6, 12, 24, 48, 168].map((n) => n * HOUR)];

/**
 * The straight line through (from, first) and (to, last).
 * @param {number} from
 * @param {number} to
 * @param {number} first
 * @param {number} last
 * @returns {(value: number) => number}
 */
export function linear(from, to, first, last) {
	const slope = to === from ? 0 : (last - first) / (to - from);
	return (value) => first + (value - from) * slope;
}

/**
 * About four round values, from 0 to the first that max does not exceed.
 * @param {number} max
 */
export function valueTicks(max) {
	if (!(max > 0) || !Number.isFinite(max)) {
		return [0, 1];
	}
	const power = 10 ** Math.floor(Math.log10(max / 4));
	const step = power * ([1, 2, 2.5, 5].find((m) => m * power >= max / 4 * (1 - 1e-9)) || 10);
	return Array.from({length: Math.ceil(max / step - 1e-9) + 1}, (_, i) => Number((i * step).toPrecision(12)));
}

/**
 * At most count round moments from begin to end, which need not be among them.
 * @param {number} begin ms
 * @param {number} end ms
 * @param {number} count
 */
export function durationTicks(begin, end, count) {
	const step = STEPS.find((s) => (end - begin) / s <= Math.max(1, count)) || 7 * DAY * Math.ceil((end - begin) / (7 * DAY * count));
	const first = Math.ceil(begin / step);
	return Array.from({length: Math.floor(end / step) - first + 1}, (_, i) => ({at: (first + i) * step, label: durationLabel((first + i) * step, step)}));
}

/**
 * "0.5 s", "10 s", "1:30 min", "2 h".
 * @param {number} ms
 * @param {number} step between ticks, which says how exact it has to be
 */
export function durationLabel(ms, step) {
	if (ms < MINUTE) {
		return ms === 0 ? '0' : (ms / SECOND).toFixed(Math.max(0, Math.ceil(3 - Math.log10(step)))) + ' s';
	}
	const [unit, size, part] = ms < HOUR ? ['min', MINUTE, SECOND] : ['h', HOUR, MINUTE];
	const rest = Math.round(ms % size / part);
	return Math.floor(ms / size) + (rest ? ':' + String(rest).padStart(2, '0') : '') + ' ' + unit;
}

/**
 * At most about count full hours of a local day, be it one of 23, 24 or 25.
 * @param {number} begin ms since the epoch
 * @param {number} end
 * @param {number} count
 */
export function clockTicks(begin, end, count) {
	const every = [1, 2, 3, 6, 12].find((n) => (end - begin) / HOUR / n <= count) || 24;
	/** @type {{at: number, label: string}[]} */
	const ticks = [];
	for (let at = new Date(begin).setMinutes(0, 0, 0); at <= end; at += HOUR) {
		const hour = new Date(at).getHours(), label = String(hour).padStart(2, '0') + ':00';
		if (at >= begin && hour % every === 0 && (every === 1 || ticks.at(-1)?.label !== label)) {
			ticks.push({at, label});
		}
	}
	return ticks;
}

/**
 * At most about count round local times.
 * @param {number} begin ms since the epoch
 * @param {number} end
 * @param {number} count
 */
export function timeTicks(begin, end, count) {
	const zone = new Date(begin).getTimezoneOffset() * MINUTE;
	return durationTicks(begin - zone, end - zone, Math.floor(count)).map(({at}) => at + zone).map((at) => ({at, label: end - begin < 5 * MINUTE ? new Date(at).toLocaleTimeString('en-GB') : time(at)}));
}

/**
 * Which of so many equal places have room for a label: every n-th, and one that must have one.
 * @param {number} places
 * @param {number} width of all
 * @param {number} labelWidth with its gap
 * @param {number} sure
 */
export function labelled(places, width, labelWidth, sure) {
	const every = Math.max(1, Math.ceil(labelWidth * places / Math.max(1, width)));
	return Array.from({length: places}, (_, i) => i).filter((i) => (i - sure) % every === 0);
}

/**
 * What fits of a text into a width, by the usual width of its letters; nothing, if that says nothing.
 * @param {string} text
 * @param {number} width
 */
export function fitted(text, width) {
	const room = Math.floor(width / 6.4), letters = [...text];
	return letters.length <= room ? text : room < 5 ? '' : letters.slice(0, room - 1).join('') + '…';
}
