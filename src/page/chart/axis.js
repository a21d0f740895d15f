// Where things stand on an axis, and what its ticks say. Arithmetic only: no element, no clock.

const DAY_MS = 86400000;

/** Steps between ticks of a duration, ms. */
const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3,
	1800e3, 3600e3, 7200e3, 3 * 3600e3, 6 * 3600e3, 12 * 3600e3, DAY_MS, 2 * DAY_MS, 7 * DAY_MS];

/**
 * A straight line through (from, first) and (to, last).
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
 * Round values from 0 to the first that max does not exceed, about count of them.
 * @param {number} max
 * @param {number} [count]
 * @returns {number[]}
 */
export function valueTicks(max, count = 4) {
	if (!(max > 0) || !Number.isFinite(max)) {
		return [0, 1];
	}
	const rough = max / count;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = power * ([1, 2, 2.5, 5, 10].find((m) => m * power >= rough * (1 - 1e-9)) || 10);
	const ticks = [];
	for (let i = 0; i <= Math.ceil(max / step - 1e-9); i++) {
		ticks.push(Number((i * step).toPrecision(12)));
	}
	return ticks;
}

/**
 * Round moments of a duration from begin to end, at most count of them; begin and end need not be among them.
 * @param {number} begin ms
 * @param {number} end ms
 * @param {number} count
 * @returns {{at: number, label: string}[]}
 */
export function durationTicks(begin, end, count) {
	const step = STEPS_MS.find((s) => (end - begin) / s <= Math.max(1, count)) || 7 * DAY_MS * Math.ceil((end - begin) / 7 / DAY_MS / count);
	const ticks = [];
	for (let at = Math.ceil(begin / step) * step; at <= end; at += step) {
		ticks.push({at, label: durationLabel(at, step)});
	}
	return ticks;
}

/**
 * "0.5 s", "10 s", "1:30 min", "2 h".
 * @param {number} ms
 * @param {number} step between ticks, which says how exact it has to be
 */
export function durationLabel(ms, step) {
	if (ms === 0) {
		return '0';
	}
	if (ms < 60000) {
		const digits = step < 10 ? 3 : step < 100 ? 2 : step < 1000 ? 1 : 0;
		return (ms / 1000).toFixed(digits) + ' s';
	}
	const [unit, size, part] = ms < 3600000 ? ['min', 60000, 1000] : ['h', 3600000, 60000];
	const rest = Math.round(ms % size / part);
	return Math.floor(ms / size) + (rest ? ':' + String(rest).padStart(2, '0') : '') + ' ' + unit;
}

/**
 * The full hours of a local day that fit: every hour, or every 2, 3, 6 or 12.
 * @param {number} begin ms since the epoch
 * @param {number} end
 * @param {number} count at most
 * @returns {{at: number, label: string}[]}
 */
export function clockTicks(begin, end, count) {
	const hours = (end - begin) / 3600000;
	const every = [1, 2, 3, 6, 12, 24].find((h) => hours / h <= Math.max(1, count)) || 24;
	const ticks = [];
	const at = new Date(begin);
	at.setMinutes(0, 0, 0);
	// hour by hour in UTC: a day of 23 or 25 hours has its own
	for (let ms = at.getTime(); ms <= end; ms += 3600000) {
		const hour = new Date(ms).getHours();
		if (ms >= begin && hour % every === 0 && (every === 1 || !ticks.length || ticks[ticks.length - 1].label !== label(hour))) {
			ticks.push({at: ms, label: label(hour)});
		}
	}
	return ticks;
}

/** @param {number} hour */
function label(hour) {
	return String(hour).padStart(2, '0') + ':00';
}

/**
 * Which of so many equal places get a label, so that none touches the next: the last always, and every n-th before it.
 * @param {number} places
 * @param {number} width of all
 * @param {number} labelWidth with its gap
 * @returns {number[]}
 */
export function labelled(places, width, labelWidth) {
	const every = Math.max(1, Math.ceil(labelWidth * places / Math.max(1, width)));
	const indexes = [];
	for (let i = places - 1; i >= 0; i -= every) {
		indexes.unshift(i);
	}
	return indexes;
}

/**
 * What fits of a text into a width, by the usual width of its letters.
 * @param {string} text
 * @param {number} width
 * @param {number} [letter]
 */
export function fitted(text, width, letter = 6.4) {
	const room = Math.floor(width / letter);
	const letters = [...text];
	return letters.length <= room ? text : room < 5 ? '' : letters.slice(0, room - 1).join('') + '…';
}
