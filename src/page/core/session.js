// What a session is, in words and in the order in which people want to know.

/** Wants of its user that cannot wait. */
const urgent = ['permission', 'question', 'limit', 'error', 'stalled'];

/** @typedef {'needs' | 'working' | 'done' | 'idle'} Lane */

/** @type {Lane[]} */
export const lanes = ['needs', 'working', 'done', 'idle'];

/** @type {Record<Lane, string>} */
export const laneTitles = {needs: 'Needs you', working: 'Working', done: 'Done', idle: 'Idle'};

/**
 * @param {Session} s
 * @returns {Lane}
 */
export function laneOf(s) {
	if (s.attention && urgent.includes(s.attention)) {
		return 'needs';
	}
	if (s.state === 'working') {
		return 'working';
	}
	return s.attention === 'done' || s.state === 'completed' ? 'done' : 'idle';
}

/**
 * The icon of a session's state.
 * @param {Session} s
 */
export function iconOf(s) {
	const lane = laneOf(s);
	return lane === 'needs' && s.attention === 'error' ? 'error' : lane;
}

/** @param {string | null} doing */
export function doingWords(doing) {
	if (!doing) {
		return '';
	}
	if (doing.startsWith('tool:')) {
		return 'runs ' + doing.slice(5);
	}
	return {llm: 'thinks', subagent: 'runs a subagent', compact: 'compacts its context'}[doing] || doing;
}

/**
 * What it does or wants: "asks permission: Bash".
 * @param {Session} s
 */
export function stateWords(s) {
	const tool = s.doing && s.doing.startsWith('tool:') ? ': ' + s.doing.slice(5) : '';
	switch (s.attention) {
	case 'permission': return 'asks permission' + tool;
	case 'question': return 'asks a question';
	case 'limit': return 'has reached a limit';
	case 'error': return 'stopped with an error';
	case 'stalled': return 'says nothing any more' + (s.doing ? ' · ' + doingWords(s.doing) : '');
	}
	if (s.state === 'working') {
		return doingWords(s.doing) || 'works';
	}
	if (laneOf(s) === 'done') {
		return s.reason === 'interrupted' ? 'was interrupted' : 'is done';
	}
	return 'waits for a prompt';
}

/** @param {{project: string | null, cwd?: string | null, session_id: string}} s */
export function nameOf(s) {
	return s.project || (s.cwd ? s.cwd.replace(/^.*\/(?=.)/, '') : '') || s.session_id.slice(0, 8);
}

/** @param {Metrics | null} m */
export function tokensOf(m) {
	return m ? m.input_tokens + m.output_tokens + m.cache_tokens : null;
}

/**
 * Sessions of one lane in the order of their want: the longest waiting first; those at work and done, the newest.
 * @param {Lane} lane
 * @param {Session[]} sessions
 */
export function inOrder(lane, sessions) {
	const sign = lane === 'needs' ? 1 : -1;
	return sessions.sort((a, b) => sign * (a.since - b.since) || (a.session_id < b.session_id ? -1 : 1));
}

/**
 * @param {Iterable<Session>} sessions
 * @returns {Record<Lane, Session[]>}
 */
export function byLane(sessions) {
	/** @type {Record<Lane, Session[]>} */
	const all = {needs: [], working: [], done: [], idle: []};
	for (const s of sessions) {
		all[laneOf(s)].push(s);
	}
	for (const lane of lanes) {
		inOrder(lane, all[lane]);
	}
	return all;
}
