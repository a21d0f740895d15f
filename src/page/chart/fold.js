// A turn's steps, arranged for its waterfall: rows, lanes where steps overlap, equal neighbours folded. Arithmetic
// only.

const MAX_LANES = 6;

/**
 * As /api/sessions/ID/turns/N has it.
 * @typedef {{
 *   kind: string, name: string | null, tool_name: string | null, model: string | null, actor: string | null,
 *   agent: string | null, outcome: string | null, fault: string | null, status: number | null, offset_ms: number,
 *   length_ms: number | null, tokens: number | null, cost_usd: number | null,
 * }} Step
 */

/** @typedef {{turn: number, begin: number, end: number | null, steps: Step[], truncated: boolean}} Turn */

/**
 * Equal steps, one after the other; begin and end: ms since the turn began.
 * @typedef {{label: string, kind: string, begin: number, end: number, lane: number, steps: Step[]}} Group
 */

/**
 * frames: of a subagent, from its begin to its end
 * @typedef {{label: string, lanes: number, groups: Group[], frames: Step[], steps: Step[]}} Row
 */

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

/** @param {Step} s */
function rowOf(s) {
	if (s.kind === 'you') {
		return 'you';
	}
	return s.kind === 'agent' || s.agent !== null || s.actor === 'agent' ? 'agent ' + (s.agent || '') : s.kind === 'tool' ? 'tools' : 'model';
}

/**
 * Neighbours that do the same become one group.
 * @param {Step[]} steps in the order in which they began
 */
export function fold(steps) {
	/** @type {Group[]} */
	const groups = [];
	for (const s of steps) {
		const last = groups.at(-1), label = labelOf(s);
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
		const free = ends.findIndex((end) => end <= g.begin);
		g.lane = free < 0 ? Math.min(ends.length, MAX_LANES - 1) : free;
		ends[g.lane] = Math.max(ends[g.lane] || 0, g.end);
	}
	return Math.max(1, ends.length);
}

/**
 * length: ms, of the turn as far as it is known
 * @param {Turn} turn
 */
export function arrangeTurn(turn) {
	/** @type {Map<string, Row>} */
	const rows = new Map();
	const steps = [...turn.steps].sort((a, b) => a.offset_ms - b.offset_ms);
	for (const key of ['model', 'tools', 'you', ...steps.map(rowOf)]) {
		rows.set(key, rows.get(key) || {label: key.startsWith('agent ') ? 'subagent' : key, lanes: 1, groups: [], frames: [], steps: []});
	}
	for (const s of steps) {
		const row = /** @type {Row} */ (rows.get(rowOf(s)));
		if (s.kind === 'agent') {
			row.frames.push(s);
			row.label = s.name || row.label;
		} else {
			row.steps.push(s);
		}
	}
	for (const row of rows.values()) {
		row.groups = fold(row.steps);
		row.lanes = arrange(row.groups);
	}
	return {
		rows: [...rows.values()].filter((r) => r.steps.length || r.frames.length),
		errors: steps.filter(isBad),
		length: Math.max(1, turn.end === null ? 0 : turn.end - turn.begin, ...steps.map(endOf)),
	};
}

/**
 * How long at least one of them was open.
 * @param {{begin: number, end: number}[]} spans
 */
export function coveredMs(spans) {
	let covered = 0, until = -Infinity;
	for (const s of [...spans].sort((a, b) => a.begin - b.begin)) {
		covered += Math.max(0, s.end - Math.max(s.begin, until));
		until = Math.max(until, s.end);
	}
	return covered;
}
