// Metrics files, and how well the work goes: from an orchestrator's files, and as the daemon sees it.

import assert from 'node:assert/strict';
import {appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {at, axe, useDaemon, withPage} from './browser.mjs';
import {Daemon, until} from './daemon.mjs';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const HOSTILE = '<img src=x onerror=alert(1)>\u202eesrever';
const directory = mkdtempSync(join(tmpdir(), 'browser-quality-'));
const metrics = join(directory, 'metrics.jsonl'), analytics = join(directory, 'orchestrator/state/analytics');
cpSync(join(DATA, 'metrics/metrics.jsonl'), metrics);
cpSync(join(DATA, 'orchestrator'), join(directory, 'orchestrator'), {recursive: true});
after(() => rmSync(directory, {recursive: true, force: true}));

/** @param {string} name */
const expected = (name) => JSON.parse(readFileSync(join(DATA, name, 'expected.json'), 'utf8')).answers;

/** @param {Record<string, any>} entry */
const append = (entry) => appendFileSync(metrics, JSON.stringify(entry) + '\n');

/** As writers do that are careful. */
function put(name, value) {
	writeFileSync(join(analytics, name + '.new'), JSON.stringify(value));
	renameSync(join(analytics, name + '.new'), join(analytics, name));
}

/** What stands in the cells of a table. */
const cells = (page, selector) => page.locator(selector).evaluate((table) => [...table.querySelectorAll('tbody tr')].map((tr) => [...tr.children].map((td) => td.textContent.trim())));

const row = (page, text) => page.locator('.metrics-rows tbody tr', {hasText: text});
const tile = (page, panel, name) => page.locator('.quality-' + panel + ' .tiles div', {has: page.getByText(name, {exact: true})}).locator('dd').first();

useDaemon(['--metrics-file', metrics, '--state-dir', join(directory, 'orchestrator'), '--stream-interval', '0.2'],
	(daemon) => until('all is read', async () => (await daemon.get('/api/metrics?limit=1000')).length > 190 && (await daemon.get('/api/metrics/tasks')).queueDepth === 10));

test('entries stand there as the fixture tells, the newest first', () => withPage('#/', async (page) => {
	await page.getByRole('link', {name: 'Metrics'}).click();
	await page.waitForURL(/#\/metrics$/);
	await row(page, 'no_such_day').waitFor();
	const wanted = expected('metrics')['/api/metrics'].map((e) => e._meta?.event).filter((event) => event !== undefined).reverse();
	const shown = (await cells(page, '.metrics-rows')).filter(([event]) => !/not (a )?JSON|lines?:/.test(event));
	assert.equal(shown.length >= wanted.length, true);
	wanted.forEach((event, i) => assert.equal(shown[i][0].startsWith(event ?? 'no name'), true, i + ': ' + event + ', not ' + shown[i][0]));
	assert.equal(await row(page, 'negative').locator('.number').textContent(), '-0.5');
	assert.match(await row(page, 'time_absent').locator('td').first().textContent(), /^≈/);
	await row(page, '5 lines: not JSON').waitFor();
	await page.getByText('8 lines are no JSON object').waitFor();
	const groups = await at.daemon.get('/api/metrics?group=event');
	const events = await cells(page, '.metrics-grid .side table >> nth=0');
	assert.deepEqual(events.map(([key, n]) => [key, n]), groups.map((g) => [g.key, String(g.count)]));
	await page.locator('.metrics-charts').getByRole('img', {name: /^Last 5\.034 · 0\.731 to 95 /}).waitFor(); // lane_end
	await page.getByRole('button', {name: 'More'}).click();
	await page.waitForFunction(() => document.querySelectorAll('.metrics-rows tbody tr').length > 190);
}));

test('what is filtered stands in the address', () => withPage('#/metrics', async (page) => {
	await page.locator('.side').getByRole('link', {name: 'lane-A'}).click();
	await page.waitForURL(/#\/metrics\?tag=lane-A$/);
	await page.locator('.toolbar .chip', {hasText: 'tag lane-A'}).waitFor();
	await page.waitForFunction(() => document.querySelectorAll('.metrics-rows tbody tr').length === 10);
	await page.locator('.side').getByRole('link', {name: 'queue_depth'}).click();
	await page.waitForURL(/event=queue_depth&tag=lane-A$/);
	await page.waitForFunction(() => document.querySelectorAll('.metrics-rows tbody tr').length === 4);
	await page.reload();
	await page.waitForFunction(() => document.querySelectorAll('.metrics-rows tbody tr').length === 4);
	assert.equal(await page.locator('.metrics-charts section').count(), 1);
	await page.locator('.toolbar .chip', {hasText: 'tag'}).click();
	await page.waitForURL(/metrics\?event=queue_depth$/);
	await page.waitForFunction(() => document.querySelectorAll('.metrics-rows tbody tr').length === 30);
	await page.goBack();
	await page.waitForFunction(() => document.querySelectorAll('.metrics-rows tbody tr').length === 4);
}));

test('a line that is appended is there at once, also in its chart, and can wait', () => withPage('#/metrics?event=speed', async (page) => {
	await page.getByText('No entries yet').waitFor();
	appendFileSync(metrics, '\n'); // the fixture's last line is not finished
	const time = (s) => new Date(Date.UTC(2026, 2, 9, 11, 0, s)).toISOString();
	append({timestamp: time(0), event: 'speed', value: 12, tags: ['lane-Z']});
	await row(page, 'speed').waitFor();
	append({timestamp: time(9), event: 'speed', value: 20});
	append({timestamp: time(9), event: 'other', value: 1});
	await page.getByRole('img', {name: /^Last 20 · 12 to 20 · average 16/}).waitFor();
	assert.equal(await row(page, 'other').count(), 0);
	await page.keyboard.press('p');
	append({timestamp: time(10), event: 'speed', value: 31});
	await page.getByRole('button', {name: '1 new · go on'}).click();
	await page.getByRole('img', {name: /^Last 31/}).waitFor();
	for (let i = 0; i < 500; i++) {
		append({timestamp: time(11 + i), event: 'speed', value: i});
	}
	await page.getByRole('img', {name: /^Last 499 · 0 to 499/}).waitFor();
	await page.locator('.side').getByRole('cell', {name: '503'}).waitFor();
	await page.getByText('As a table').click();
	assert.equal(await page.locator('.metrics-charts tbody tr').count(), 503);
}));

test('names are text, and no spreadsheet runs them', () => withPage('#/metrics?tag=hostile', async (page) => {
	append({event: HOSTILE, value: HOSTILE, tags: ['hostile', HOSTILE], message: HOSTILE, more: HOSTILE});
	append({event: '=cmd()', value: 1, tags: ['hostile']});
	await row(page, '=cmd()').waitFor();
	await row(page, '<img src=x').waitFor();
	assert.equal(await page.locator('main img').count(), 0);
	await page.getByText('Export').click();
	const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'These entries as CSV'}).click()]);
	const text = readFileSync(await csv.path(), 'utf8');
	assert.match(text, /^time,event,value,tags,text,file\n/);
	assert.match(text, /^,'=cmd\(\),1,hostile,,metrics\.jsonl$/m);
	const [json] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'These entries as JSON'}).click()]);
	assert.deepEqual(JSON.parse(readFileSync(await json.path(), 'utf8')), await at.daemon.get('/api/metrics?tag=hostile'));
}));

test('figures of an orchestrator are those of its files', () => withPage('#/quality', async (page) => {
	const want = expected('orchestrator');
	await page.locator('.quality-usage table').waitFor();
	await page.locator('.quality-resources .tiles').waitFor();
	await page.locator('.quality-quality_gates table').first().waitFor();
	await page.locator('.quality-resolution table').first().waitFor();
	await page.getByText('From the orchestrator’s files').waitFor();
	const tasks = want['/api/metrics/tasks'], gates = want['/api/metrics/quality_gates'];
	for (const [panel, name, value] of [['tasks', 'Queue', tasks.queueDepth], ['tasks', 'Done in an hour', tasks.throughputLastHour], ['tasks', 'Succeed', '40 %'], ['tasks', 'Retries', '60 %'],
		['tasks', 'Agents at work', '33 %'], ['tasks', 'Bottleneck', 'Pending'], ['quality_gates', 'Passed', '40 %'], ['quality_gates', 'Decisions', gates.totalDecisions], ['quality_gates', 'Escalated', 1],
		['quality_gates', 'Consensus', '71 %'], ['resolution', 'Open', 2], ['resolution', 'Without end', 1], ['resources', 'Claude processes', 3], ['resources', 'Throttled', 'level 1']]) {
		assert.equal(await tile(page, panel, name).textContent(), String(value), name);
	}
	assert.deepEqual((await cells(page, '.quality-quality_gates table >> nth=0')).map((c) => c.slice(0, 3)), gates.gateBreakdown.map((g) => [g.gate, String(g.approvals), String(g.rejections)]));
	assert.deepEqual(await page.locator('.quality-quality_gates .counts').first().evaluate((ul) => [...ul.children].map((li) => [li.children[0].textContent, Number(li.children[2].textContent)])),
		gates.rejectionReasons.map((r) => [r.reason, r.count]));
	assert.deepEqual((await cells(page, '.quality-usage table')).map((c) => [c[0], Number(c[2]), Number(c[4])]), want['/api/metrics/usage'].providers.map((p) => [p.id, p.hourlyRequests, p.dailyRequests]));
	await page.locator('.quality-resolution tr', {hasText: 'T-9'}).first().getByText('7, no end').waitFor();
	await page.locator('.quality-resources .bars li', {hasText: 'Memory'}).getByText('62.5 %').waitFor();
	assert.equal(await page.locator('.missing li').count(), 0);
	await page.locator('.quality-tasks').getByRole('img', {name: /: Queue 10 to 13, In progress 2 to 3, Blocked 1 to 2$/}).waitFor();
}));

test('tasks of a state beyond the first 20, by an address of their own', () => withPage('#/quality', async (page) => {
	const list = page.locator('.quality-tasks .drill li');
	await page.locator('.quality-tasks').getByRole('link', {name: /^Done/}).click();
	await page.waitForURL(/#\/quality\?state=done$/);
	await page.locator('.quality-tasks').getByText('20 of 26').waitFor();
	assert.equal(await list.count(), 20);
	await page.getByRole('button', {name: 'More'}).click();
	await page.locator('.quality-tasks').getByText('26 of 26').waitFor();
	const {tasks} = await at.daemon.get('/api/metrics/tasks?state=done&limit=500');
	assert.deepEqual((await list.allTextContents()).map((t) => t.split(' ')[0]), tasks.map((t) => t.id));
	const [csv] = await Promise.all([page.waitForEvent('download'), page.locator('.quality-tasks').getByRole('button', {name: 'CSV'}).click()]);
	assert.equal(csv.suggestedFilename(), 'tasks-done.csv');
	await page.locator('.quality-tasks').getByRole('link', {name: /^In progress/}).click();
	await list.filter({hasText: 'Build the feed'}).waitFor();
	await page.goBack();
	await list.filter({hasText: 'T-D00'}).waitFor();
}));

test('what changes in its files is on the screen; what is wrong with them, too', () => withPage('#/quality', async (page) => {
	await page.locator('.quality-resolution tr', {hasText: 'T-9'}).first().waitFor();
	put('resolution_metrics.json', {updatedAt: new Date().toISOString(), activeLoops: [{taskId: HOSTILE, attempts: 2, lastLabel: HOSTILE}], stats: {totalLoops: 1}});
	await page.locator('.quality-resolution tr', {hasText: '<img src=x'}).waitFor();
	assert.equal(await page.locator('main img').count(), 0);
	assert.equal(await tile(page, 'resolution', 'Open').textContent(), '1');
	appendFileSync(join(analytics, 'quality_gate_decisions.jsonl'), '{"taskId":"T-50","decision":"APPROVED"}\n{"taskId":\n');
	await page.locator('.quality-quality_gates .tiles').getByText('5 of 11').waitFor();
	await page.locator('.quality-quality_gates').getByText(/quality_gate_decisions\.jsonl is wrong/).waitFor();
	rmSync(join(analytics, 'resolution_metrics.json'));
	await page.locator('.missing li', {hasText: 'Resolution loops'}).getByText('analytics/resolution_metrics.json is missing').waitFor();
	assert.equal(await page.locator('.quality-resolution').isVisible(), false);
	cpSync(join(DATA, 'orchestrator/state/analytics/resolution_metrics.json'), join(analytics, 'resolution_metrics.json'));
	await page.locator('.quality-resolution tr', {hasText: 'T-9'}).first().waitFor();
}));

test('how busy the host was is drawn while one looks', () => withPage('#/quality', async (page) => {
	for (const [i, cpu] of [10, 20, 31].entries()) {
		put('resource_metrics.json', {timestamp: '2026-03-09T11:00:' + i + '0Z', cpu_used_pct: cpu, memory_used_pct: 50, disk_used_pct: 70});
		await page.locator('.quality-resources .bars li', {hasText: 'CPU'}).getByText(cpu + ' %').waitFor();
	}
	await page.locator('.quality-resources').getByRole('img', {name: /CPU 10 to 48 %, Memory 50 to 62\.5 %, Disk 70 to 71\.25 %$/}).waitFor();
	await page.keyboard.press('f');
	assert.match(await page.evaluate(() => document.activeElement.textContent), /^Pending/);
}));

test('a part that failed says so, and the others live on', () => withPage('#/quality', async (page) => {
	await page.locator('.quality-quality_gates table').first().waitFor();
	await page.locator('.quality-usage').getByText('busy').waitFor();
	await page.unroute('**/api/metrics/usage');
	await page.locator('.quality-usage').getByRole('button', {name: 'Try again'}).click();
	await page.locator('.quality-usage').getByText('claude:default').waitFor();
}, {expect: /503/, before: (page) => page.route('**/api/metrics/usage', (route) => route.fulfill({status: 503, json: {error: {code: 503, message: 'busy'}}}))}));

test('without files the daemon tells what it sees, and why the rest is missing', async () => {
	const board = join(directory, 'board');
	mkdirSync(join(board, 'assigned/frontend'), {recursive: true});
	const plain = await Daemon.start(['--stream-interval', '0.2', '--tasks-dir', board]);
	try {
		await withPage('#/quality', async (page) => {
			await page.locator('.missing li', {hasText: 'Resolution loops'}).getByText('nothing failed twice in a row').waitFor();
			await page.locator('.missing li', {hasText: 'Quality gates'}).waitFor();
			await page.getByText('As this daemon sees it').waitFor();
			assert.equal(await page.locator('nav').getByRole('link', {name: 'Metrics'}).count(), 0);
			writeFileSync(join(board, 'assigned/frontend/t-1.yaml'), 'title: Paint it\nstatus: in_progress\n');
			await page.locator('.quality-tasks .drill').getByRole('link', {name: 't-1'}).waitFor();
			assert.equal(await page.locator('.quality-tasks .drill a').getAttribute('href'), '#/task/t-1');
			await plain.hook('s1', 'UserPromptSubmit', {cwd: '/srv/webshop'});
			for (let i = 0; i < 2; i++) {
				await plain.record('claude-code', {'event.name': 'tool_result', 'session.id': 's1', tool_name: 'Bash', tool_use_id: 'b' + i, success: 'false', decision_type: 'accept', decision_source: 'config'});
			}
			await page.locator('.quality-resolution').getByRole('link', {name: 'Bash, turn 1'}).first().waitFor();
			assert.equal(await page.locator('.quality-resolution a').first().getAttribute('href'), '#/session/s1/turn/1');
			await page.locator('.quality-quality_gates tr', {hasText: 'Bash'}).getByText('100 %').waitFor();
			mkdirSync(join(board, 'done/frontend'), {recursive: true});
			renameSync(join(board, 'assigned/frontend/t-1.yaml'), join(board, 'done/frontend/t-1.yaml'));
			await until('it is done', async () => (await plain.get('/api/tasks/history')).by_agent.length === 1);
			await page.reload();
			await page.locator('.quality').getByRole('link', {name: 'frontend'}).waitFor();
			assert.equal(await page.locator('.quality').getByRole('link', {name: 'frontend'}).getAttribute('href'), '#/tasks?agent=frontend');
			await page.goto(plain.url + '/#/metrics');
			await page.getByText('otel-ai-monitor serve --metrics-file FILE').waitFor();
		}, {url: plain.url});
	} finally {
		await plain.stop();
	}
});

for (const [scheme, width] of [['light', 1280], ['dark', 360]]) {
	test('axe finds nothing: ' + scheme + ', ' + width, () => withPage('#/metrics', async (page) => {
		for (const [view, there] of [['metrics?tag=lane-A', '.toolbar .chip'], ['quality?state=done', '.drill li']]) {
			await page.goto(at.daemon.url + '/#/' + view);
			await page.locator(there).first().waitFor();
			await page.locator('.quality-usage td, .metrics-rows td').first().waitFor();
			await axe(page, view);
			assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, view + ' scrolls sideways');
		}
	}, {width, scheme}));
}
