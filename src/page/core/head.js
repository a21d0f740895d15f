// The head says it all in one sentence; so do the tab's title and icon.

import {byLane, laneOf, nameOf, stateWords} from './session.js';
import {duration, exactUsd, money, percent, time, usd} from './format.js';
import {el, replace, setText} from './dom.js';
import {favicon, icon} from './icons.js';
import {showSince} from './ticker.js';

const WAYS = {socket: 'by WebSocket', stream: 'by event stream', poll: 'asked every 30 s'};
const HINT_MS = 60000; // of being offline

/**
 * @param {App} app
 * @param {{line: Element, cost: Element, side: Element, notices: Element, icon: HTMLLinkElement, buttons: Node[], build: string}} parts
 */
export function startHead(app, parts) {
	const {store} = app;
	const state = el('button', {type: 'button', class: 'link-state', title: 'Where the data come from', onclick: () => app.live.retry()});
	parts.side.append(state, ...parts.buttons);

	function counts() {
		const all = byLane((store.get('sessions') || new Map()).values());
		return {needs: all.needs.length, working: all.working.length, done: all.done.length, idle: all.idle.length};
	}

	function today() {
		const stats = store.get('stats');
		return stats ? money(stats.today, {flat: stats.plan === 'subscription'}) : null;
	}

	/**
	 * @param {string} name
	 * @param {number} n
	 * @param {string} words
	 */
	function part(name, n, words) {
		return el('span', {class: 'count is-' + name}, icon(name), el('b', {}, n), el('span', {class: 'word'}, ' ' + words));
	}

	let line = '';
	function drawLine() {
		const n = counts();
		const known = store.get('sessions');
		const key = JSON.stringify([n, Boolean(known)]);
		if (key === line) {
			return;
		}
		line = key;
		replace(parts.line,
			n.needs ? part('needs', n.needs, n.needs === 1 ? 'needs you' : 'need you') : null,
			n.working ? part('working', n.working, 'working') : null,
			n.done ? part('done', n.done, 'done') : null,
			n.needs + n.working + n.done ? null
				: el('span', {class: 'count is-idle'}, icon('idle'), el('span', {}, known ? (n.idle ? n.idle + ' idle' : 'no sessions') : 'loading…')));
	}

	function drawCost() {
		const stats = store.get('stats'), cost = today();
		if (!stats || !cost) {
			const error = store.get('stats error');
			replace(parts.cost, error ? el('span', {class: 'muted', title: error.message}, 'cost —') : null);
			return;
		}
		const budget = stats.budgets.find((/** @type {Budget} */ b) => b.period === 'day');
		const share = budget && budget.limit_usd > 0 ? budget.spent_usd / budget.limit_usd : 0;
		replace(parts.cost,
			el('a', {href: '#/cost', class: 'today', title: cost.title}, el('b', {}, cost.text),
				el('span', {class: 'word'}, stats.plan === 'subscription' ? ' today, API-equivalent' : ' today')),
			budget ? el('span', {class: 'budget' + (share >= 1 ? ' is-over' : share >= 0.8 ? ' is-near' : ''), title: exactUsd(budget.spent_usd) + ' of ' + usd(budget.limit_usd)},
				el('span', {class: 'word'}, percent(share) + ' of ' + usd(budget.limit_usd)),
				el('span', {class: 'meter', vars: {share: Math.min(share, 1)}})) : null);
	}

	function drawTitle() {
		const n = counts(), cost = today();
		/** @type {Link} */
		const link = store.get('link');
		const isTrue = link && link.state === 'live';
		const words = [n.needs ? '▲' + n.needs : '', n.working ? '●' + n.working : '', n.done ? '✓' + n.done : '', cost ? cost.text : ''];
		const text = (isTrue ? '' : link && link.state === 'connecting' ? '' : '✕ ') + words.filter(Boolean).join(' ');
		const title = (text ? text + ' · ' : '') + 'otel-ai-monitor';
		if (document.title !== title) {
			document.title = title;
		}
		const shape = link && (link.state === 'offline' || link.state === 'stale') ? 'offline'
			: n.needs ? 'needs' : n.working ? 'working' : n.done ? 'done' : 'idle';
		const address = favicon(shape);
		if (parts.icon.getAttribute('href') !== address) {
			parts.icon.setAttribute('href', address);
		}
	}

	function drawLink() {
		/** @type {Link} */
		const link = store.get('link');
		document.documentElement.dataset.link = link.state;
		/** @type {Record<Link['state'], string>} */
		const words = {
			live: 'live',
			connecting: 'connecting…',
			stale: 'stale',
			offline: link.needsToken ? 'locked' : 'offline',
		};
		state.className = 'link-state is-' + link.state;
		state.title = link.state === 'live' && link.way ? 'The data are true: ' + WAYS[link.way]
			: link.reason + ' Retry now'.replace(/^ /, link.reason ? '. ' : '');
		replace(state, el('span', {class: 'dot'}), el('span', {}, words[link.state]), link.state === 'stale' ? el('span', {class: 'word'}, 'since ' + time(link.since)) : null);
		drawNotices(link);
	}

	/** What it was opened with is not enough: here it can be given, as the address would. */
	function tokenNotice() {
		const field = el('input', {type: 'text', class: 'secret', 'aria-label': 'Token', autocomplete: 'off', spellcheck: 'false', onkeydown: (/** @type {KeyboardEvent} */ e) => e.key === 'Enter' && open()});
		function open() {
			location.hash = '#token=' + encodeURIComponent(field.value.trim());
			location.reload();
		}
		return el('p', {class: 'notice'}, 'From here the daemon needs its token: open this page as ', el('code', {}, location.origin + '/#token=…'), ', or give it here. ',
			field, el('button', {type: 'button', onclick: open}, 'Open'));
	}

	/** @param {Link} link */
	function drawNotices(link) {
		const health = store.get('health') || {};
		const isOld = Boolean(health.page) && health.page !== parts.build;
		const hint = Date.now() - link.since > HINT_MS;
		const isBroken = Boolean(health.store) && !['ok', 'off'].includes(health.store.status);
		const key = [isOld, link.needsToken || link.state, link.needsToken || link.since, link.needsToken || link.reason, hint, isBroken && health.store.status].join();
		if (key === shown) {
			return; // so that the focus stays
		}
		shown = key;
		/** @type {HTMLElement[]} */
		const notices = [];
		if (isOld) {
			notices.push(el('p', {class: 'notice'}, 'The daemon has been updated. ',
				el('button', {type: 'button', onclick: () => location.reload()}, 'Reload')));
		}
		document.documentElement.toggleAttribute('data-token', Boolean(link.needsToken));
		if (link.needsToken) {
			notices.push(tokenNotice());
		} else if (link.state === 'offline') {
			const ago = el('span');
			showSince(ago, link.since, duration);
			notices.push(el('p', {class: 'notice is-bad'}, 'No connection to the daemon for ', ago,
				link.reason ? ' (' + link.reason + ')' : '', '. What you see is from ', link.heard ? time(link.heard) : 'before', '. ',
				hint ? el('span', {}, 'Is it running? ', el('code', {}, 'systemctl --user start otel-ai-monitor'), ' ') : null,
				el('button', {type: 'button', onclick: () => app.live.retry()}, 'Retry now')));
		} else if (link.state === 'stale') {
			notices.push(el('p', {class: 'notice is-bad'}, 'The daemon has said nothing since ' + time(link.since) + '. ',
				el('button', {type: 'button', onclick: () => app.live.retry()}, 'Retry now')));
		}
		if (isBroken) {
			notices.push(el('p', {class: 'notice is-bad'}, 'The history is not written: ' + health.store.status
				+ (health.store.reason ? ' (' + health.store.reason + ')' : '') + '. ', el('a', {href: '#/health'}, 'Health')));
		}
		replace(parts.notices, notices);
	}
	let shown = '';

	/** @type {Map<string, string> | null} what was said of each session */
	let told = null;
	function tell() {
		const sessions = store.get('sessions');
		if (!sessions) {
			return;
		}
		/** @type {string[]} */
		const news = [];
		const now = new Map();
		for (const s of sessions.values()) {
			const lane = laneOf(s), words = lane === 'needs' || lane === 'done' ? lane + s.attention : '';
			if (told && words && told.get(s.session_id) !== words) {
				news.push(nameOf(s) + ' ' + stateWords(s));
			}
			now.set(s.session_id, words);
		}
		told = now;
		if (news.length > 0) {
			app.announce(news.slice(0, 3).join('. ') + (news.length > 3 ? '. And ' + (news.length - 3) + ' more' : ''));
		}
	}

	store.subscribe(['sessions'], drawLine);
	store.subscribe(['sessions'], tell);
	store.subscribe(['stats', 'stats error'], drawCost);
	store.subscribe(['sessions', 'stats', 'link'], drawTitle, {hidden: true});
	store.subscribe(['link', 'health'], () => store.get('link') && drawLink());
	setText(parts.line, 'otel-ai-monitor');
	drawLine();
}
