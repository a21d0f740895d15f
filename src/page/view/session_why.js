// Why a session is in its state: the rule, what it rests on, and what would change it.

import {duration, fullTime, time} from '../core/format.js';
import {el, outside} from '../core/dom.js';

/** @type {Record<string, string>} for a daemon that gives no evidence */
const reasons = {
	prompt: 'It was given a prompt.',
	activity: 'It is known to be at work.',
	turn_end: 'It reported the end of its turn.',
	quiet: 'It was silent long enough for its turn to be over.',
	stalled: 'It has work open and has said nothing for long.',
	acknowledged: 'It was acknowledged.',
	idle_timeout: 'It was done, and a while has passed.',
	interrupted: 'It was interrupted.',
	closed: 'It was closed.',
	expired: 'Nothing was heard of it for long.',
};

/** @type {Record<string, string>} */
const sources = {
	hook: 'hook', logs: 'log', spans: 'trace', metrics: 'metric', connection: 'its connection', process: 'its process', clock: 'clock', user: 'you',
};

/** @type {Record<string, string>} */
const states = {idle: 'idle', working: 'working', completed: 'done', expired: 'gone'};

/**
 * @param {any} session as /api/sessions/ID has it
 * @returns {Node[]}
 */
export function renderWhy(session) {
	const why = session.why;
	const title = el('h3', {id: 'why', class: 'sub'}, 'Why it is in this state');
	if (!why) {
		const reason = session.state ? reasons[session.reason] || 'The daemon does not say.' : 'It is over: what was counted is below.';
		return session.state ? [title, el('p', {}, reason)] : [];
	}
	return [
		title,
		el('p', {class: 'why-text'}, outside(why.text)),
		why.evidence.length > 0 ? el('ol', {class: 'evidence'}, why.evidence.map((/** @type {any} */ e) => el('li', {},
			el('time', {title: fullTime(e.at)}, clock(e.at)), el('span', {}, outside(e.text)),
			el('span', {class: 'muted'}, sources[e.source] || e.source)))) : null,
		why.open.length > 0 ? el('p', {}, el('span', {class: 'muted'}, 'Open: '),
			why.open.map((/** @type {any} */ o, /** @type {number} */ i) => [i > 0 ? ', ' : '', outside(o.name || o.kind),
				' for ' + duration(Date.now() - o.since)]).flat()) : null,
		why.next.length > 0 ? el('p', {}, el('span', {class: 'muted'}, 'What would change it: '),
			why.next.map((/** @type {any} */ n, /** @type {number} */ i) => [i > 0 ? ' · ' : '', outside(n.text), ' → ' + (states[n.state] || n.state),
				n.at ? ' at ' + clock(n.at) : '']).flat()) : null,
	].filter((n) => n !== null);
}

/** @param {number} ms */
function clock(ms) {
	return time(ms) + ':' + String(new Date(ms).getSeconds()).padStart(2, '0');
}
