// Which assistants are here, whether they report, and how to make them.

import {commandLine, createPanel} from '../core/panel.js';
import {count, fullTime, time} from '../core/format.js';
import {el, outside, replace} from '../core/dom.js';
import {icon} from '../core/icons.js';
import {keysAreOn, setKeys} from '../core/keys.js';
import {setTheme, theme, themes} from '../core/theme.js';
import {showHelp} from '../core/help.js';

/**
 * As /api/setup has it.
 * @typedef {{
 *   client: string, title: string, found: boolean, program: string | null, telemetry: string, hooks: string,
 *   snippets: {path: string | null, how: string, text: string, left_out: number}[],
 * }} Client
 */

/** @type {Record<string, string>} */
const telemetryWords = {
	here: 'Its telemetry is set to come here.',
	missing: 'Its telemetry does not come here yet.',
	elsewhere: 'Its telemetry goes elsewhere, by its own settings; doctor says where.',
	unknown: 'Its settings cannot be read; doctor says why.',
};

/** @type {Record<string, string>} */
const hooksWords = {
	here: 'Its hooks are set, too.',
	missing: 'Hooks are missing: they tell at once when it waits for you.',
	off: 'Its hooks are turned off.',
	untrusted: 'Its hooks wait until you choose “Trust all and continue” in it.',
};

/** @param {Client} c */
function settingsOf(c) {
	if (c.telemetry === 'missing' && c.hooks === 'missing') {
		return 'It is not set up: neither telemetry nor hooks come here.';
	}
	return (telemetryWords[c.telemetry] || telemetryWords.unknown) + (c.telemetry === 'unknown' ? '' : ' ' + (hooksWords[c.hooks] || ''));
}

/** @type {Record<string, string>} */
const hows = {merge: 'Merge this into ', append: 'Add this to '};

/** @param {Client['snippets'][0]} s */
function snippet(s) {
	return [el('p', {class: 'muted'}, hows[s.how] || 'Into ', s.path ? el('code', {}, outside(s.path)) : 'your shell’s profile', ':'),
		commandLine(s.text.trim()),
		s.left_out > 0 ? el('p', {class: 'muted'}, count(s.left_out) + ' more hooks, which only newer versions know, are left out here: setup adds those that yours knows.') : null];
}

function thisPage() {
	const keys = el('input', {type: 'checkbox', checked: keysAreOn(), onchange: () => setKeys(keys.checked)});
	const choice = el('select', {id: 'theme', onchange: () => setTheme(choice.value)}, themes.map((t) => el('option', {value: t, selected: t === theme()}, t)));
	return el('section', {class: 'panel', 'aria-labelledby': 'setup-page'}, el('h2', {id: 'setup-page', class: 'name'}, 'This page'),
		el('dl', {class: 'pairs'}, el('div', {}, el('dt', {}, el('label', {for: 'theme'}, 'Theme')), el('dd', {}, choice))),
		el('p', {}, el('label', {class: 'check'}, keys, ' Keys for everything')), el('button', {type: 'button', onclick: showHelp}, 'Which keys?'));
}

/** @type {View} */
export const view = {
	name: 'setup',
	title: 'Setup',
	mount(root, app) {
		const option = location.port && location.port !== '4318' ? ' --port ' + location.port : '';
		/** @type {Map<string, HTMLElement>} of clients */
		const ticks = new Map();
		const panel = createPanel({title: 'Assistants on this machine', className: 'setup-panel', load: (signal) => app.api.get('/api/setup', {signal}), render,
			actions: [el('button', {type: 'button', class: 'quiet', onclick: () => panel.reload()}, 'Look again')]});
		root.append(
			panel.element,
			el('div', {class: 'grid'},
				el('section', {class: 'panel', 'aria-labelledby': 'setup-all'}, el('h2', {id: 'setup-all', class: 'name'}, 'All at once'),
					el('p', {}, 'Finds the assistants on this machine, shows each change as a diff, asks, and keeps a backup. Restart an assistant afterwards: it reads its settings only then.'),
					commandLine('otel-ai-monitor setup' + option), commandLine('otel-ai-monitor doctor --watch' + option)),
				thisPage()));

		/** @param {Client} c */
		function card(c) {
			const tick = el('p', {class: 'tick'}), id = 'setup-' + c.client;
			ticks.set(c.client, tick);
			const isDone = c.telemetry === 'here' && ['here', 'none'].includes(c.hooks);
			const needs = !isDone && (c.telemetry === 'missing' || c.hooks === 'missing');
			return el('li', {class: 'client', 'data-client': c.client}, el('h3', {id, class: 'name'}, c.title), tick,
				el('p', {class: isDone ? 'muted' : ''}, settingsOf(c)),
				needs || !c.found ? commandLine('otel-ai-monitor setup ' + c.client + option) : isDone ? null : commandLine('otel-ai-monitor doctor' + option),
				el('details', {}, el('summary', {}, 'By hand'), c.snippets.map(snippet).flat()));
		}

		/** @param {HTMLElement} body @param {{clients: Client[]}} answer */
		function render(body, {clients}) {
			const here = clients.filter((c) => c.found), others = clients.filter((c) => !c.found);
			ticks.clear();
			replace(body,
				here.length ? el('ul', {class: 'clients'}, here.map(card)) : el('p', {class: 'empty-text'}, 'None was found that is supported'),
				others.length ? el('details', {class: 'others', open: here.length === 0}, el('summary', {}, 'Not found here: ' + others.map((c) => c.title).join(', ')),
					el('ul', {class: 'clients'}, others.map(card))) : null);
			draw();
		}

		function draw() {
			/** @type {Session[]} */
			const sessions = [...(app.store.get('sessions') || new Map()).values()].filter((s) => !s.session_id.startsWith('demo-'));
			const stats = app.store.get('stats');
			for (const [client, tick] of ticks) {
				const since = sessions.filter((s) => s.tool === client).map((s) => s.since), last = Math.max(...since);
				const before = stats && stats.by_tool.some((/** @type {any} */ t) => t.tool === client && t.calls > 0);
				tick.className = 'tick' + (since.length || before ? ' is-done' : ' is-idle');
				tick.title = since.length ? fullTime(last) : '';
				replace(tick, icon(since.length || before ? 'done' : 'idle'),
					since.length ? since.length + (since.length === 1 ? ' session' : ' sessions') + ', last news ' + time(last)
						: before ? 'has reported this month' : 'nothing has come yet');
			}
		}
		panel.reload();
		const unsubscribe = app.store.subscribe(['sessions', 'stats'], draw);
		return {
			show: draw,
			stop() {
				unsubscribe();
				panel.stop();
			},
		};
	},
};
