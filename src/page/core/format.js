// Figures and times as people read them. What is not known is "—", never 0.

export const unknown = '—';

/** @type {Record<string, string>} */
const assistants = {
	'claude-code': 'Claude Code',
	codex: 'Codex',
	gemini: 'Gemini CLI',
	qwen: 'Qwen Code',
	copilot: 'Copilot CLI',
	opencode: 'opencode',
};

/** @param {string | null | undefined} tool */
export function assistantName(tool) {
	return tool ? assistants[tool] || tool : unknown;
}

/**
 * Without what every name of its kind has: "claude-opus-5-5-20260201" → "opus-5-5".
 * @param {string | null | undefined} model
 */
export function shortModel(model) {
	return model ? model.replace(/^.*\//, '').replace(/^claude-/, '').replace(/-20\d{6}$/, '') : '';
}

/**
 * "$3.41", "<$0.01"; exact values are for titles.
 * @param {number | null | undefined} usd
 */
export function usd(usd) {
	if (usd === null || usd === undefined) {
		return unknown;
	}
	if (usd > 0 && usd < 0.01) {
		return '<$0.01';
	}
	return '$' + usd.toLocaleString('en-US', {minimumFractionDigits: 2, maximumFractionDigits: 2});
}

/**
 * @param {number | null | undefined} value
 * @param {number} [digits]
 */
export function exactUsd(value, digits = 9) {
	if (value === null || value === undefined) {
		return unknown;
	}
	return '$' + value.toLocaleString('en-US', {minimumFractionDigits: 2, maximumFractionDigits: digits});
}

/**
 * The cost of anything that has a cost: a sum, a turn, a session's metrics. text has ≥ where calls have no price,
 * else ≈ where list prices were used; title has the exact value and what is in it.
 * @param {any} s
 * @param {{flat?: boolean}} [options] flat: of a subscription, so nothing that is paid by the call
 */
export function money(s, options = {}) {
	const unpriced = s && s.unpriced_calls || 0;
	if (!s || s.cost_usd === null || s.cost_usd === undefined || s.cost_usd === 0 && unpriced > 0 && !s.free_calls) {
		return {text: unknown, title: unpriced ? calls(unpriced) + ' without a price' : 'no cost is known'};
	}
	const estimated = s.cost ? s.cost.estimated > 0 : s.cost_source === 'estimated' || s.cost_source === 'mixed';
	const parts = [exactUsd(s.cost_usd)];
	if (s.cost && estimated) {
		parts.push(exactUsd(s.cost.reported) + ' reported, ' + exactUsd(s.cost.estimated) + ' estimated from list prices');
	} else if (estimated) {
		parts.push(s.cost_source === 'mixed' ? 'partly estimated from list prices' : 'estimated from list prices');
	} else if (s.cost_source === 'free') {
		parts.push('free');
	}
	if (unpriced > 0) {
		parts.push('at least: ' + calls(unpriced) + ' without a price');
	}
	if (options.flat) {
		parts.push('API-equivalent: what these calls would cost without your subscription');
	}
	const text = usd(s.cost_usd);
	const sign = unpriced > 0 ? '≥' : estimated && !text.startsWith('<') ? '≈' : '';
	return {text: sign + text, title: parts.join(' · ')};
}

/** @param {number} n */
export function calls(n) {
	return count(n) + (n === 1 ? ' call' : ' calls');
}

/** @param {number | null | undefined} n */
export function count(n) {
	return n === null || n === undefined ? unknown : n.toLocaleString('en-US');
}

/**
 * Any number, short: "12", "0.715", "4.2M", "1e+300".
 * @param {number | null | undefined} n
 */
export function figure(n) {
	if (n === null || n === undefined) {
		return unknown;
	}
	const size = Math.abs(n);
	return size >= 1e15 ? n.toExponential(2).replace(/\.?0*e/, 'e') : size >= 1e5 ? n.toLocaleString('en-US', {notation: 'compact', maximumSignificantDigits: 3})
		: n.toLocaleString('en-US', {maximumSignificantDigits: 4});
}

/**
 * "840", "12k", "1.3M".
 * @param {number | null | undefined} n
 */
export function tokens(n) {
	if (n === null || n === undefined) {
		return unknown;
	}
	for (const [size, unit] of /** @type {[number, string][]} */ ([[1e9, 'B'], [1e6, 'M'], [1e3, 'k']])) {
		if (n >= size) {
			const value = n / size;
			return (value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : Math.floor(value)) + unit;
		}
	}
	return String(n);
}

/** @param {number | null | undefined} part 0 to 1 */
export function percent(part) {
	return part === null || part === undefined ? unknown : Math.round(part * 100) + ' %';
}

/**
 * "41 s", "4 min 12 s", "2 h 05 min", "3 d 4 h".
 * @param {number | null | undefined} ms
 */
export function duration(ms) {
	if (ms === null || ms === undefined) {
		return unknown;
	}
	const s = Math.floor(ms / 1000);
	if (s < 60) {
		return s + ' s';
	}
	if (s < 3600) {
		return Math.floor(s / 60) + ' min ' + pad(s % 60) + ' s';
	}
	if (s < 86400) {
		return Math.floor(s / 3600) + ' h ' + pad(Math.floor(s / 60) % 60) + ' min';
	}
	return Math.floor(s / 86400) + ' d ' + Math.floor(s / 3600) % 24 + ' h';
}

/**
 * For steps of a turn: "80 ms", "1.4 s", then as above.
 * @param {number | null | undefined} ms
 */
export function shortDuration(ms) {
	if (ms === null || ms === undefined) {
		return unknown;
	}
	return ms < 1000 ? Math.round(ms) + ' ms' : ms < 10000 ? (ms / 1000).toFixed(1) + ' s' : duration(ms);
}

/** @param {number} n */
function pad(n) {
	return String(n).padStart(2, '0');
}

/**
 * "21:31" today, "27 Nov, 21:31" before.
 * @param {number | null | undefined} ms since the epoch
 */
export function time(ms) {
	if (ms === null || ms === undefined) {
		return unknown;
	}
	const d = new Date(ms), now = new Date();
	const clock = pad(d.getHours()) + ':' + pad(d.getMinutes());
	if (d.toDateString() === now.toDateString()) {
		return clock;
	}
	const year = d.getFullYear() === now.getFullYear() ? undefined : 'numeric';
	return d.toLocaleDateString('en-GB', {day: 'numeric', month: 'short', year}) + ', ' + clock;
}

/** @param {number} ms since the epoch */
export function fullTime(ms) {
	return new Date(ms).toLocaleString('en-GB', {dateStyle: 'full', timeStyle: 'long'});
}

/**
 * The local day: "2026-11-28".
 * @param {Date} [d]
 */
export function day(d = new Date()) {
	return d.getFullYear() + '-' + pad(d.getMonth() + 1) + '-' + pad(d.getDate());
}

/** @param {number | null | undefined} bytes */
export function bytes(bytes) {
	if (bytes === null || bytes === undefined || bytes < 0) {
		return unknown;
	}
	return bytes < 1e6 ? Math.round(bytes / 1e3) + ' kB' : (bytes / 1e6).toFixed(1) + ' MB';
}
