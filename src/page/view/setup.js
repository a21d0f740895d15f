// Which assistants report here, and how to make the others.

import {assistantName, time} from '../core/format.js';
import {commandLine} from '../core/panel.js';
import {el, replace} from '../core/dom.js';
import {icon} from '../core/icons.js';
import {keysAreOn, setKeys} from '../core/keys.js';
import {setTheme, theme, themes} from '../core/theme.js';
import {showHelp} from '../core/help.js';

const clients = ['claude-code', 'codex', 'gemini', 'qwen', 'copilot', 'opencode'];

/**
 * What one may paste instead, by hand.
 * @param {string} client
 * @param {string} url of this daemon
 */
function snippet(client, url) {
	const json = '"telemetry": { "enabled": true, "target": "local", "otlpProtocol": "http",\n               "otlpEndpoint": "' + url + '", "logPrompts": false }';
	const variables = 'export OTEL_EXPORTER_OTLP_ENDPOINT=' + url + ' OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf';
	/** @type {Record<string, [string, string]>} */
	const all = {
		'claude-code': ['your shell’s profile', 'export CLAUDE_CODE_ENABLE_TELEMETRY=1\nexport OTEL_LOGS_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp\n' + variables],
		codex: ['~/.codex/config.toml', '[otel]\nexporter = { otlp-http = { endpoint = "' + url + '/v1/logs", protocol = "binary", headers = {} } }\n'
			+ 'trace_exporter = { otlp-http = { endpoint = "' + url + '/v1/traces", protocol = "binary", headers = {} } }'],
		gemini: ['~/.gemini/settings.json', json],
		qwen: ['~/.qwen/settings.json', json],
		copilot: ['your shell’s profile', 'export COPILOT_OTEL_ENABLED=true\n' + variables],
		opencode: ['your shell’s profile, and "experimental": { "openTelemetry": true } in opencode.json', variables],
	};
	return all[client];
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
		const url = 'http://' + (location.port ? '127.0.0.1:' + location.port : location.host);
		const option = location.port && location.port !== '4318' ? ' --port ' + location.port : '';
		/** @type {Record<string, HTMLElement>} */
		const ticks = {};
		const cards = clients.map((client) => {
			const [where, text] = snippet(client, url);
			ticks[client] = el('p', {class: 'tick'});
			return el('section', {class: 'panel', 'aria-labelledby': 'setup-' + client}, el('h2', {id: 'setup-' + client, class: 'name'}, assistantName(client)), ticks[client],
				commandLine('otel-ai-monitor setup ' + client + option),
				el('details', {}, el('summary', {}, 'By hand'), el('p', {class: 'muted'}, 'Into ' + where + ':'), commandLine(text)));
		});
		root.append(
			el('section', {class: 'panel intro', 'aria-labelledby': 'setup-all'}, el('h2', {id: 'setup-all', class: 'name'}, 'All at once'),
				el('p', {}, 'Finds the assistants on this machine, shows each change as a diff, asks, and keeps a backup. Restart an assistant afterwards: it reads its settings only then.'),
				commandLine('otel-ai-monitor setup' + option), commandLine('otel-ai-monitor doctor --watch' + option)),
			el('div', {class: 'grid'}, cards, thisPage()));

		function draw() {
			/** @type {Session[]} */
			const sessions = [...(app.store.get('sessions') || new Map()).values()];
			const stats = app.store.get('stats');
			for (const client of clients) {
				const since = sessions.filter((s) => s.tool === client).map((s) => s.since);
				const before = stats && stats.by_tool.some((/** @type {any} */ t) => t.tool === client && t.calls > 0);
				ticks[client].className = 'tick' + (since.length || before ? ' is-done' : ' is-idle');
				replace(ticks[client], icon(since.length || before ? 'done' : 'idle'),
					since.length ? since.length + (since.length === 1 ? ' session' : ' sessions') + ', last news ' + time(Math.max(...since))
						: before ? 'has reported this month' : 'nothing has come yet');
			}
		}
		const unsubscribe = app.store.subscribe(['sessions', 'stats'], draw);
		return {show: draw, stop: unsubscribe};
	},
};
