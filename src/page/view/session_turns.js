// The turns of a session, the dearest marked, and the waterfall of one.

import {count, duration, fullTime, money, shortModel, time, tokens} from '../core/format.js';
import {createPanel} from '../core/panel.js';
import {createWaterfall} from '../chart/waterfall.js';
import {el, outside, reconcile, replace} from '../core/dom.js';
import {icon} from '../core/icons.js';
import {number} from './sessions.js';
import {sessionAddress} from '../core/router.js';

/** @param {App} app */
export function createTurns(app) {
	let id = '', turn = -1;
	/** @type {any} */
	let drawn = null;
	const list = el('tbody');
	const table = el('table', {class: 'rows turns'},
		el('thead', {}, el('tr', {}, ['Turn', 'Began', 'Worked', 'Waited for you', 'Calls', 'Tools', 'Tokens', 'Cost']
			.map((words, i) => el('th', {scope: 'col', class: i > 1 ? 'number' : null}, words)))), list);
	const none = el('p', {class: 'muted'});
	const waterfall = createWaterfall();
	const steps = createPanel({title: 'Turn', className: 'turn-panel',
		load: (signal) => app.api.get('/api/sessions/' + encodeURIComponent(id) + '/turns/' + turn, {signal}),
		render(body, data) {
			if (!body.contains(waterfall.element)) {
				replace(body, waterfall.element);
			}
			waterfall.show(data);
		},
		isEmpty: (data) => data.steps.length === 0,
		empty: {text: 'No steps of this turn were reported'}});
	const scroller = el('div', {class: 'scroller', tabindex: '0', role: 'group', 'aria-label': 'Turns'}, table);
	const element = el('section', {class: 'session-turns', 'aria-labelledby': 'turns'}, el('h3', {id: 'turns', class: 'sub'}, 'Turns'), none, scroller, steps.element);

	/**
	 * @param {any} t
	 * @param {boolean} isDearest
	 * @param {number} most
	 */
	function cells(t, isDearest, most) {
		const cost = money({...t, cost_source: ''});
		return [
			el('th', {scope: 'row'}, el('a', {href: sessionAddress(id, t.turn), 'data-walk': true}, 'Turn ' + t.turn),
				isDearest ? el('span', {class: 'tag'}, 'dearest') : null,
				t.outcome === 'error' || t.errors ? el('span', {class: 'is-error', title: count(t.errors) + ' failed calls'}, icon('error', 'is-error'), el('span', {class: 'unseen'}, 'errors')) : null,
				t.model ? el('span', {class: 'muted'}, ' ', outside(shortModel(t.model))) : null),
			el('td', {title: t.begin ? fullTime(t.begin) : null}, t.begin ? time(t.begin) : 'at work'),
			number('worked', t.worked_ms, duration(t.worked_ms)),
			number('waited for you', t.waits, duration(t.waited_ms)),
			number(t.calls === 1 ? 'call' : 'calls', t.calls, count(t.calls)),
			number(t.tool_calls === 1 ? 'tool' : 'tools', t.tool_calls, count(t.tool_calls)),
			number('tokens', t.tokens, tokens(t.tokens), count(t.tokens)),
			el('td', {class: 'number cost', title: cost.title}, cost.text, el('span', {class: 'bar series-0', vars: {share: most > 0 ? t.cost_usd / most : 0}})),
		];
	}

	/** @param {number} next */
	function choose(next) {
		if (next !== turn) {
			turn = next;
			steps.setTitle('Turn ' + turn);
		}
		for (const row of list.children) {
			const a = row.querySelector('a');
			if (a) {
				const isChosen = a.getAttribute('href') === sessionAddress(id, turn);
				row.classList.toggle('is-chosen', isChosen);
				a.toggleAttribute('aria-current', isChosen);
			}
		}
		steps.reload();
	}

	return {
		element,
		/**
		 * @param {any} session
		 * @param {Route} route
		 */
		show(session, route) {
			/** @type {any[] | null} */
			const turns = session.turn_list;
			id = session.session_id;
			const isNew = session !== drawn;
			drawn = session;
			const has = Boolean(turns && turns.length > 0);
			none.textContent = turns === null ? 'The history cannot be read now, so its turns are not known.' : has ? '' : 'None yet, or none that was kept.';
			scroller.hidden = !has;
			steps.element.hidden = !has;
			if (!turns || !has) {
				return;
			}
			const most = Math.max(...turns.map((t) => t.cost_usd));
			if (isNew) {
				reconcile(list, turns.slice().reverse(), (t) => String(t.turn), () => el('tr'),
					(row, t) => replace(row, ...cells(t, most > 0 && turns.length > 1 && t.cost_usd === most, most)));
			}
			const asked = route.parts[1] === 'turn' ? Number(route.parts[2]) : NaN;
			const next = Number.isInteger(asked) ? asked : turn >= 0 && turns.some((t) => t.turn === turn) ? turn : turns[turns.length - 1].turn;
			if (isNew || next !== turn) {
				choose(next);
			}
		},
		reset() {
			turn = -1;
			drawn = null;
			list.replaceChildren();
			reconcile(list, [], () => '', () => el('tr'), () => {});
		},
		stop: () => steps.stop(),
	};
}
