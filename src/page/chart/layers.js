// Where the nodes of a graph stand: what is waited for on the left, what waits on the right. Arithmetic only.

/** @typedef {{x: number, y: number}} Place of the upper left corner */
/** @typedef {{from: string, to: string}} Edge from waits for to */

const SWEEPS = 4;

/**
 * The parts that hang together.
 * @param {string[]} ids
 * @param {Map<string, string[]>} near
 */
function partsOf(ids, near) {
	/** @type {Set<string>} */
	const seen = new Set();
	const parts = [];
	for (const first of ids) {
		if (seen.has(first)) {
			continue;
		}
		const part = [first];
		seen.add(first);
		for (const id of part) { // it grows
			for (const other of near.get(id) || []) {
				if (!seen.has(other)) {
					seen.add(other);
					part.push(other);
				}
			}
		}
		parts.push(part.sort());
	}
	return parts;
}

/**
 * The column of each: one behind the last of what it waits for. An edge that closes a circle does not count.
 * @param {string[]} part
 * @param {Map<string, string[]>} before
 */
function columnsOf(part, before) {
	/** @type {Map<string, number>} -1: not known yet */
	const column = new Map();
	/** @param {string} id @returns {number} */
	function of(id) {
		if (!column.has(id)) {
			column.set(id, -1);
			column.set(id, 1 + Math.max(-1, ...(before.get(id) || []).map(of)));
		}
		return column.get(id) || 0;
	}
	part.forEach(of);
	return column;
}

/**
 * Each near the middle of its neighbours, so that few edges cross.
 * @param {string[][]} columns
 * @param {Map<string, string[]>} near
 */
function order(columns, near) {
	/** @type {Map<string, number>} */
	const row = new Map();
	const number = (/** @type {string[]} */ ids) => ids.forEach((id, i) => row.set(id, i - (ids.length - 1) / 2));
	columns.forEach(number);
	/** @param {string} id */
	const middle = (id) => {
		const rows = (near.get(id) || []).map((n) => row.get(n) || 0);
		return rows.length ? rows.reduce((a, b) => a + b) / rows.length : row.get(id) || 0;
	};
	for (let sweep = 0; sweep < SWEEPS; sweep++) {
		for (const ids of sweep % 2 ? columns.toReversed() : columns) {
			const wish = new Map(ids.map((id) => [id, middle(id)]));
			ids.sort((a, b) => (wish.get(a) || 0) - (wish.get(b) || 0));
			number(ids);
		}
	}
}

/** @param {Map<string, string[]>} map @param {string} key @param {string} value */
function add(map, key, value) {
	map.set(key, [...map.get(key) || [], value]);
}

/**
 * @param {string[]} ids
 * @param {Edge[]} edges
 * @param {{width: number, stepX: number, stepY: number, gap: number}} o width: what there is; step: from one node to the next; gap: between parts
 * @returns {{at: Map<string, Place>, order: string[], via: Map<Edge, Place[]>, width: number, height: number}} order: that of reading; via: which places,
 *   as free as those of nodes, an edge leads through from to to from
 */
export function layers(ids, edges, {width, stepX, stepY, gap}) {
	/** @type {Map<string, string[]>} */
	const before = new Map(), linked = new Map(), near = new Map();
	for (const {from, to} of edges.filter((e) => e.from !== e.to)) {
		add(before, from, to);
		add(linked, from, to);
		add(linked, to, from);
	}
	/** @type {Map<Edge, string[]>} */
	const passes = new Map();
	const parts = partsOf(ids, linked).map((part) => {
		const column = columnsOf(part, before), of = (/** @type {string} */ id) => column.get(id) || 0;
		/** @type {string[][]} */
		const columns = [];
		part.forEach((id) => (columns[of(id)] ||= []).push(id));
		for (const edge of edges.filter((e) => column.has(e.from) && e.from !== e.to)) {
			const pass = Array.from({length: Math.max(0, of(edge.from) - of(edge.to) - 1)}, (_, i) => '\n' + i + '\n' + edge.to + '\n' + edge.from);
			pass.forEach((id, i) => columns[of(edge.to) + 1 + i].push(id));
			passes.set(edge, pass);
			[edge.to, ...pass].forEach((id, i) => {
				const next = pass[i] || edge.from;
				add(near, id, next);
				add(near, next, id);
			});
		}
		order(columns, near);
		return {columns, size: part.length, rows: Math.max(...columns.map((c) => c.length))};
	}).sort((a, b) => b.size - a.size);
	/** @type {Map<string, Place>} */
	const at = new Map();
	let x = 0, y = 0, next = 0, right = 0;
	for (const {columns, rows} of parts) { // side by side while there is room
		if (x > 0 && x + columns.length * stepX > width) {
			x = 0;
			y = next + gap;
		}
		columns.forEach((column, i) => column.forEach((id, k) => at.set(id, {x: x + i * stepX, y: y + (k + (rows - column.length) / 2) * stepY})));
		x += columns.length * stepX + gap;
		right = Math.max(right, x - gap);
		next = Math.max(next, y + rows * stepY);
	}
	return {at, order: [...at.keys()].filter((id) => !id.startsWith('\n')), via: new Map([...passes].map(([e, pass]) => [e, pass.map((id) => /** @type {Place} */ (at.get(id)))])),
		width: right, height: next};
}
