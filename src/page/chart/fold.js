// A turn's steps, arranged for its waterfall: rows, lanes where steps overlap, equal neighbours folded. Arithmetic
// only.

const MAX_LANES = 6;

/**
 * @typedef {{
 *   kind: string, name: string | null, tool_name: string | null, model: string | null, actor: string | null,
 *   agent: string | null, outcome: string | null, fault: string | null, status: number | null, offset_ms: number,
 *   length_ms: number | null, tokens: number | null, cost_usd: number | null,
 * }} Step
 *   as /api/sessions/ID/turns/N has them
 */

/**
 * Equal steps, one after the other; times are ms since the turn began.
 * @typedef {{label: string, kind: string, begin: number, end: number, lane: number, steps: Step[]}} Group
 */

/** @typedef {{key: string, label: string, kind: string, lanes: number, groups: Group[], frames: Step[]}} Row */

/** @param {Step} s */
export function endOf(s) {
	return s.offset_ms + (s.length_ms || 0);
}

/** @param {Step} s */
export function isBad(s) {
	return s.fault !== null || s.outcome === 'error';
}

/**
 * "mcp__github__search_code" → "github: search_code".
 * @param {string | null} name
 */
export function toolLabel(name) {
	const mcp = /^mcp__(.+?)__(.+)$/.exec(name || '');
	return mcp ? mcp[1] + ': ' + mcp[2] : name || 'tool';
}

/** @param {Step} s */
export function labelOf(s) {
	if (s.kind === 'you') {
		return s.tool_name ? toolLabel(s.tool_name) : s.name || 'question';
	}
	return s.kind === 'tool' ? toolLabel(s.name) : s.name || s.kind;
}

/** @param {Step} s @returns {{key: string, label: string, kind: string}} */
function rowOf(s) {
	if (s.kind === 'you') {
		return {key: 'you', label: 'you', kind: 'you'};
	}
	if (s.kind === 'agent' || s.agent !== null || s.actor === 'agent') {
		return {key: 'agent ' + (s.agent || s.name || ''), label: 'subagent', kind: 'agent'};
	}
	return s.kind === 'tool' ? {key: 'tools', label: 'tools', kind: 'tool'} : {key: 'model', label: 'model', kind: 'model'};
}

/**
 * Neighbours that do the same become one group.
 * @param {Step[]} steps in the order in which they began
 * @returns {Group[]}
 */
export function fold(steps) {
	/** @type {Group[]} */
	const groups = [];
	for (const s of steps) {
		const last = groups[groups.length - 1], label = labelOf(s);
		if (last && last.kind === s.kind && last.label === label) {
			last.end = Math.max(last.end, endOf(s));
			last.steps.push(s);
		} else {
			groups.push({label, kind: s.kind, begin: s.offset_ms, end: endOf(s), lane: 0, steps: [s]});
		}
	}
	return groups;
}

/**
 * Gives each group the first lane that is free when it begins; beyond the last, they share it.
 * @param {Group[]} groups
 * @returns {number} how many lanes there are
 */
export function arrange(groups) {
	/** @type {number[]} */
	const ends = [];
	for (const g of groups) {
		let lane = ends.findIndex((end) => end <= g.begin);
		if (lane < 0) {
			lane = Math.min(ends.length, MAX_LANES - 1);
		}
		ends[lane] = Math.max(ends[lane] || 0, g.end);
		g.lane = lane;
	}
	return Math.max(1, ends.length);
}

/**
 * @param {{begin: number, end: number | null, steps: Step[]}} turn
 * @returns {{rows: Row[], errors: Step[], length: number}} length: ms, of the turn as far as it is known
 */
export function arrangeTurn(turn) {
	/** @type {Map<string, Row & {steps: Step[]}>} */
	const rows = new Map();
	for (const r of [{key: 'model', label: 'model', kind: 'model'}, {key: 'tools', label: 'tools', kind: 'tool'}, {key: 'you', label: 'you', kind: 'you'}]) {
		rows.set(r.key, {...r, lanes: 1, groups: [], frames: [], steps: []});
	}
	const steps = [...turn.steps].sort((a, b) => a.offset_ms - b.offset_ms);
	for (const s of steps) {
		const at = rowOf(s);
		const row = rows.get(at.key) || {...at, lanes: 1, groups: [], frames: [], steps: []};
		rows.set(at.key, row);
		if (s.kind === 'agent') {
			row.frames.push(s);
			row.label = s.name || row.label;
		} else {
			row.steps.push(s);
		}
	}
	const ends = steps.map(endOf);
	for (const row of rows.values()) {
		row.groups = fold(row.steps);
		row.lanes = arrange(row.groups);
	}
	return {
		rows: [...rows.values()].filter((r) => r.steps.length || r.frames.length),
		errors: steps.filter(isBad),
		length: Math.max(1, turn.end === null ? 0 : turn.end - turn.begin, ...ends),
	};
}

/**
 * How long at least one of them was at work.
 * @param {Step[]} steps in the order in which they began
 */
export function coveredMs(steps) {
	let covered = 0, until = -Infinity;
	for (const s of steps) {
		covered += Math.max(0, endOf(s) - Math.max(s.offset_ms, until));
		until = Math.max(until, endOf(s));
	}
	return covered;
}
