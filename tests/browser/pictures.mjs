// The pictures of the page in docs/pictures, drawn anew: run.sh DIRECTORY node pictures.mjs [NAME...]
//
// A month of made-up work first, then a busy moment, looked at some minutes later.

import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {createRequire} from 'node:module';
import {Daemon, sleep} from './daemon.mjs';

const {chromium} = createRequire(process.env.BROWSER_MODULES + '/')('playwright-core');
const OUT = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const LATER_MS = 251000;
const projects = ['webshop', 'api', 'infra', 'blog', 'mobile'];
const models = [['claude-opus-5-5', 0.21], ['claude-opus-5-5', 0.16], ['claude-sonnet-5', 0.05], ['claude-haiku-5', 0.012]];
const tools = ['Read', 'Edit', 'Bash', 'Grep'];

let seed = 7;
function random() {
	seed = seed * 16807 % 2147483647;
	return seed / 2147483647;
}

/** @param {Daemon} d */
function call(d, id, project, ms = Date.now()) {
	const [model, cost] = models[Math.floor(random() * models.length)];
	return d.call(id, {'project.name': project, model, cost_usd: (cost * (0.3 + random() * 1.6)).toFixed(6), input_tokens: 900 + Math.floor(random() * 4000),
		output_tokens: 200 + Math.floor(random() * 1500), cache_read_tokens: 20000 + Math.floor(random() * 60000), duration_ms: 300 + Math.floor(random() * 900),
		request_id: crypto.randomUUID()}, ms);
}

/** @param {Daemon} d */
async function month(d) {
	const today = new Date().setHours(0, 0, 0, 0);
	for (let back = 29; back >= 1; back--) {
		const day = new Date(today - back * 864e5), count = [0, 6].includes(day.getDay()) ? 3 : 8 + Math.floor(random() * 14);
		for (let i = 0; i < count; i++) {
			await call(d, 'old-' + back + '-' + i % 4, projects[(back + i) % 5], day.getTime() + (8 + random() * 11) * 36e5);
		}
	}
	for (let i = 0; i < 18; i++) {
		await call(d, 'early-' + i % 5, projects[i % 5], today + (Date.now() - today) * (0.25 + 0.7 * random()));
	}
}

/** Turns of a session; the last is not over. @param {Daemon} d */
async function work(d, id, project, turns, client = 'claude-code') {
	const gemini = client === 'gemini', cwd = '/home/dev/src/' + project;
	const hook = (name, more = {}) => d.hook(id, name, {cwd, ...more}, client);
	await hook('SessionStart');
	for (let turn = 0; turn < turns; turn++) {
		await hook(gemini ? 'BeforeAgent' : 'UserPromptSubmit');
		for (let i = 0; i < 3; i++) {
			const tool = {tool_name: tools[(turn + i) % 4], tool_use_id: id + turn + i};
			if (client === 'claude-code') {
				await call(d, id, project);
			} else if (client === 'codex') {
				await d.record('codex_cli_rs', {'event.name': 'codex.sse_event', 'event.kind': 'response.completed', 'conversation.id': id,
					model: 'gpt-5.3-codex', input_token_count: 46000 + turn, cached_token_count: 38000, output_token_count: 920 + i});
			}
			await hook(gemini ? 'BeforeTool' : 'PreToolUse', tool);
			await sleep(150 + 250 * random());
			await hook(gemini ? 'AfterTool' : 'PostToolUse', tool);
			await sleep(250 + 500 * random());
		}
		if (turn < turns - 1) {
			await hook(gemini ? 'AfterAgent' : 'Stop');
		}
	}
	return hook;
}

/** @param {Daemon} d */
async function now(d) {
	const all = await Promise.all([work(d, '9f1c2d3e-webshop', 'webshop', 4), work(d, 'infra', 'infra', 3), work(d, 'api', 'api', 2, 'codex'), work(d, 'blog', 'blog', 2),
		...['mobile', 'docs-site', 'billing'].map((p) => work(d, p, p, 1, p === 'mobile' ? 'gemini' : 'claude-code'))]);
	const [webshop, , api, blog, mobile, docs, billing] = all;
	const bash = {tool_name: 'Bash', tool_use_id: 'bash'};
	await webshop('PreToolUse', bash);
	await webshop('PermissionRequest', bash);
	await api('PreToolUse', {tool_name: 'shell', tool_use_id: 'shell'});
	await blog('Stop');
	await mobile('AfterAgent');
	await docs('Stop');
	await billing('Stop');
	for (const id of ['mobile', 'docs-site', 'billing']) {
		await d.post('/api/sessions/' + id + '/ack');
	}
}

/** @param {number} hours */
const ago = (hours) => new Date(Date.now() - hours * 36e5).toISOString();

/** Of the board: lane or agent, id, title, priority, and what else is in the file. @type {[string, string, string, string | null, Record<string, any>?][]} */
const tasks = [
	['inbox', 'login-limits', 'Limit failed logins per address', 'critical', {tags: ['security']}],
	['inbox', 'csv-import', 'Import customers from CSV', 'high', {dependencies: ['customer-schema']}],
	['inbox', 'dark-mails', 'Mails follow the dark theme', 'medium'],
	['inbox', 'search-typos', 'Search forgives typing mistakes', 'medium', {dependencies: ['search-index']}],
	['inbox', 'release-notes', 'Release notes for 2.4', 'normal', {dependencies: ['payment-retry', 'invoice-pdf', 'cart-badge']}],
	['inbox', 'old-icons', 'Remove the old icons', 'low'],
	['backend-dev', 'payment-retry', 'Retry failed payments', 'critical', {status: 'in_progress', estimated_hours: 6, dependencies: ['customer-schema'],
		description: 'A card that is declined for lack of funds is tried again after one, three and seven days. After that the order is put on hold and the customer gets a mail.',
		acceptance_criteria: ['Three more attempts, at the customer’s local noon', 'No attempt after a chargeback', 'Each attempt is in the order’s history'],
		technical_notes: 'The queue keeps its own clock: do not use the time of the web server.', started_at: ago(50), tags: ['payment', 'mail']}],
	['backend-dev', 'invoice-pdf', 'Invoices as PDF', 'high', {status: 'blocked', dependencies: ['licence-answer']}],
	['backend-dev', 'webhooks', 'Webhooks for orders', 'medium', {dependencies: ['payment-retry']}],
	['frontend', 'cart-badge', 'Cart badge shows the number of items', 'high', {status: 'in_progress', dependencies: ['cart-totals']}],
	['frontend', 'filters', 'Filters remember their state', 'medium', {status: 'done'}],
	['frontend', 'a11y-menu', 'Menu by keyboard alone', 'medium', {dependencies: ['menu-markup']}],
	['frontend', 'menu-markup', 'New markup of the menu', 'low', {dependencies: ['a11y-menu']}],
	['qa', 'load-test', 'Load test of the checkout', 'medium', {dependencies: ['payment-retry', 'cart-badge']}],
	['qa', 'search-index', 'Index the catalogue again', null, {status: 'in_progress'}],
	...[['cart-totals', 'Totals of the cart', 9, 30], ['customer-schema', 'Schema of customers', 7, 52], ['logo', 'Logo as SVG', 6, 5], ['checkout', 'Checkout in three steps', 5, 70],
		['robots', 'robots.txt for staging', 3, 2], ['tax', 'Tax by country', 2, 26], ['fonts', 'Fonts from our own server', 1, 8], ['alerts', 'Alerts for slow queries', 1, 31]]
		.map(([id, title, back, hours], i) => /** @type {any} */ (['done/' + ['backend-dev', 'frontend', 'qa'][i % 3], id, title, ['high', 'medium', 'low'][i % 3],
			{created_at: ago(back * 24 + hours), assigned_at: ago(back * 24 + hours * 0.8), started_at: ago(back * 24 + hours * 0.5), completed_at: ago(back * 24)}])),
];

/** @param {string} dir */
function board(dir) {
	for (const [i, [place, id, title, priority, more]] of tasks.entries()) {
		const lane = join(dir, /^(inbox|done)/.test(place) ? place : 'assigned/' + place);
		mkdirSync(lane, {recursive: true});
		writeFileSync(join(lane, id + '.yaml'), JSON.stringify({id, title, ...priority && {priority}, created_at: ago(i % 7 * 31 + 4), ...more}));
	}
	writeFileSync(join(dir, 'inbox/half-written.yaml'), 'title: "Mail when stock is low\n');
}

/** name: address, width, height, scheme */
const boardPictures = {
	'page-tasks': ['#/tasks', 1280, 900, 'light'],
	'page-tasks-phone': ['#/tasks', 390, 780, 'dark'],
	'page-task': ['#/task/payment-retry', 1280, 720, 'dark'],
	'page-graph': ['#/graph', 1280, 800, 'light'],
	'page-task-history': ['#/tasks/history', 1280, 760, 'light'],
};

/** What scripts and an orchestrator wrote: lanes since this morning, and the state of tests/data/orchestrator as of now. */
function files() {
	const directory = mkdtempSync(join(tmpdir(), 'pictures-')), lines = [], begin = Date.now() - 6 * 36e5;
	for (let i = 0; i < 96; i++) {
		const at = (s) => new Date(begin + i * 225000 + s * 1000).toISOString(), lane = ['lane-A', 'lane-B', 'lane-C'][i % 3];
		const depth = Math.max(0, Math.round(9 + 7 * Math.sin(i / 9) + 3 * random()));
		lines.push({timestamp: at(0), event: 'queue_depth', value: depth, tags: [lane]}, {timestamp: at(20), type: 'chat', latency_seconds: Number((0.4 + 0.05 * depth * random()).toFixed(3)), tokens: 200 + Math.floor(900 * random())});
		if (i % 2) {
			lines.push({timestamp: at(70), event: 'lane_end', value: Math.round(40 + 5 * depth + 30 * random()), tags: [lane, i % 8 === 7 ? 'retried' : 'ok']});
		}
		if (i % 24 === 5) {
			lines.push({timestamp: at(90), message: lane + ' waits for a free agent', tags: [lane]});
		}
	}
	writeFileSync(join(directory, 'metrics.jsonl'), lines.map((l) => JSON.stringify(l) + '\n').join(''));
	cpSync(fileURLToPath(new URL('../data/orchestrator/state', import.meta.url)), join(directory, 'state'), {recursive: true});
	const shift = Date.now() - Date.parse('2026-03-09T10:03:00Z');
	for (const name of readdirSync(join(directory, 'state'), {recursive: true}).filter((n) => /\.jsonl?$/.test(n))) {
		const file = join(directory, 'state', name);
		writeFileSync(file, readFileSync(file, 'utf8').replace(/2026-03-[\dT:.]+Z/g, (t) => new Date(Date.parse(t) + shift).toISOString()).replace(/\b177305\d{7}\b/g, (t) => String(Number(t) + shift)));
	}
	const report = join(directory, 'state/analytics/autopilot_health_report.json'), health = JSON.parse(readFileSync(report, 'utf8')), last = health.metricsHistory.at(-1);
	health.metricsHistory = Array.from({length: 72}, (_, i) => ({...last, timestamp: last.timestamp - (72 - i) * 3e5, queueDepth: Math.round(14 + 6 * Math.sin(i / 11) + 2 * random()),
		inProgressCount: Math.round(3 + 2 * random()), blockedCount: Math.round(1.5 + Math.sin(i / 7))})).concat(last);
	writeFileSync(report, JSON.stringify(health));
	return directory;
}

/** name: address, width, height, scheme */
const pictures = {
	'page': ['#/', 1280, 800, 'light'],
	'page-dark': ['#/', 1280, 800, 'dark'],
	'page-terminal': ['#/', 1280, 800, 'terminal'],
	'page-phone': ['#/', 390, 780, 'dark'],
	'page-session': ['#/session/9f1c2d3e-webshop/turn/3', 1280, 1160, 'light'],
	'page-session-phone': ['#/session/9f1c2d3e-webshop', 390, 780, 'light'],
	'page-sessions': ['#/sessions', 1280, 800, 'light'],
	'page-cost': ['#/cost', 1280, 1160, 'light'],
	'page-day': ['#/day/' + new Date().toISOString().slice(0, 10), 1280, 640, 'light'],
	'page-feed': ['#/feed', 1280, 700, 'dark'],
	'page-metrics': ['#/metrics', 1280, 900, 'light'],
	'page-metrics-phone': ['#/metrics?tag=lane-A', 390, 780, 'light'],
	'page-quality': ['#/quality', 1280, 1160, 'dark'],
	'page-quality-phone': ['#/quality?state=done', 390, 780, 'dark'],
	'page-setup': ['#/setup', 1280, 800, 'light'],
	'page-health': ['#/health', 1280, 800, 'dark'],
};

/** What it looks like when something is not as it should be. name: address, what is done to the page before and after */
const states = {
	'page-loading': ['#/sessions', {before: (page) => page.route('**/api/sessions?*', () => {})}],
	'page-failed': ['#/health', {before: (page) => page.route('**/health', (route) => route.fulfill({status: 503, json: {error: {code: 503, message: 'no memory for the answer'}}}))}],
	'page-store-down': ['#/cost', {async before(page) {
		await page.route('**/health', async (route) => {
			const answer = await route.fetch();
			await route.fulfill({json: {...await answer.json(), store: {status: 'failed', reason: 'No space left on device'}}});
		});
		await page.route(/api\/(stats|events|waits|timeline)/, (route) => route.fulfill({status: 503, json: {error: {code: 503, message: 'the history cannot be read'}}}));
	}}],
	'page-token': ['#/', {isAlone: true, async before(page) {
		await page.routeWebSocket(/socket\.io/, (socket) => socket.close());
		await page.route(/:\d+\/(api\/|health$)/, (route) => route.fulfill({status: 401, body: ''}));
	}}],
	'page-stale': ['#/', {async after(page) {
		daemon.child.kill('SIGSTOP');
		await page.clock.runFor(17000);
	}, end: () => daemon.child.kill('SIGCONT')}],
	'page-offline': ['#/', {async after(page) {
		await daemon.kill();
		await page.locator('.link-state.is-offline').waitFor();
		await page.clock.runFor(70000);
	}, end: () => daemon.run(daemon.port)}],
};

const written = files();
const daemon = await Daemon.start(['--budget-day', '12', '--max-sessions', '1000', '--metrics-file', join(written, 'metrics.jsonl'), '--state-dir', join(written, 'state')]);
for (const client of ['.claude', '.codex', '.gemini']) {
	mkdirSync(join(daemon.directory, client));
}
const dir = mkdtempSync(join(tmpdir(), 'board-'));
const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox']});

/** @param {string} name @param {any[]} view @param {any} how @param {Daemon} from */
async function draw(name, [address, width, height, scheme], how = {}, from = daemon) {
	if (process.argv.length > 2 && !process.argv.includes(name)) {
		return;
	}
	const context = await browser.newContext({viewport: {width, height}, colorScheme: scheme === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce',
		deviceScaleFactor: width < 500 ? 2 : 1});
	const page = await context.newPage();
	await page.clock.install({time: Date.now() + LATER_MS});
	if (scheme === 'terminal') {
		await page.addInitScript(() => localStorage.setItem('otel-ai-monitor theme', 'terminal'));
	}
	await how.before?.(page);
	await page.goto(from.url + '/' + address);
	await page.locator(how.isAlone ? '.notice' : '.link-state.is-live').waitFor();
	await page.clock.runFor(2000);
	await sleep(700);
	await how.after?.(page);
	await sleep(300);
	const file = OUT + name + '.png';
	await page.screenshot({path: file});
	execFileSync('convert', [file, '-strip', '+dither', '-colors', '200', '-define', 'png:compression-level=9', file]);
	await context.close();
	await how.end?.();
}

try {
	await draw('page-empty', ['#/', 1280, 500, 'light']);
	await month(daemon);
	await daemon.kill('SIGTERM');
	await daemon.run(daemon.port); // what is past is past
	await now(daemon);
	for (const [name, how] of Object.entries(pictures)) {
		await draw(name, how);
	}
	board(dir);
	const tasksDaemon = await Daemon.start(['--tasks-dir', dir]);
	try {
		for (const [name, how] of Object.entries(boardPictures)) {
			await draw(name, how, {}, tasksDaemon);
		}
	} finally {
		await tasksDaemon.stop();
	}
	for (const [name, [address, how]] of Object.entries(states)) {
		await draw(name, [address, 960, 440, 'light'], how);
	}
	for (let i = 0; i < 500; i++) { // the daemon is a new one
		await daemon.hook('m' + i, 'UserPromptSubmit', {cwd: '/home/dev/src/' + projects[i % 5] + '-' + i % 37});
		await (i % 3 ? daemon.hook('m' + i, 'PreToolUse', {tool_name: tools[i % 4], tool_use_id: 't' + i})
			: daemon.hook('m' + i, i % 60 ? 'Stop' : 'PermissionRequest', {tool_name: 'Bash'}));
	}
	await draw('page-many', ['#/', 1280, 800, 'dark']);
} finally {
	await browser.close();
	await daemon.stop();
	rmSync(dir, {recursive: true});
	rmSync(written, {recursive: true});
}
