// The task board: lanes, one task, the graph, the history; against the fixture of the board, changed while one looks.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {at, axe, useDaemon, withPage} from './browser.mjs';
import {Daemon, until} from './daemon.mjs';

const home = mkdtempSync(join(tmpdir(), 'tasks-'));
const DIR = join(home, 'board');
execFileSync('python3', [fileURLToPath(new URL('../data/board/prepare.py', import.meta.url)), DIR]);
after(() => rmSync(home, {recursive: true, force: true}));
useDaemon(['--tasks-dir', DIR], (daemon) => until('the board is read', async () => (await daemon.get('/api/tasks')).counts.total > 0));

const HOSTILE = '<img src=x onerror=alert(1)>‮esrever';

/** @param {string} path below the board @param {Record<string, any>} task */
function write(path, task) {
	const file = join(DIR, path);
	mkdirSync(join(file, '..'), {recursive: true});
	writeFileSync(file, JSON.stringify(task)); // which is YAML, too
}

/** @param {any} page @param {string} name */
function lane(page, name) {
	return page.locator('.lane-' + name);
}

/** @param {any} page @param {string} path */
function taskAt(page, path) {
	return page.locator('article[data-task="' + path + '"]');
}

test('lanes and counts are those of the board, what cannot be read says where', () => withPage('#/tasks', async (page) => {
	const {counts} = await at.daemon.get('/api/tasks');
	await page.getByRole('link', {name: 'Tasks', exact: true}).and(page.locator('[aria-current=page]')).waitFor();
	for (const name of ['inbox', 'assigned', 'done', 'other']) {
		const title = name.charAt(0).toUpperCase() + name.slice(1);
		await page.getByRole('heading', {level: 2, name: title + ' ' + counts[name], exact: true}).waitFor();
		assert.equal(await lane(page, name).locator('article').count(), counts[name], name);
	}
	for (const [agent, {assigned}] of Object.entries(counts.by_agent).filter(([, n]) => n.assigned > 0)) {
		assert.equal(await page.locator('.group[data-agent="' + agent + '"] article').count(), assigned, agent);
	}
	await page.getByRole('heading', {name: 'qa 0'}).waitFor();
	const broken = taskAt(page, 'inbox/broken-quote.yaml');
	await broken.getByText('line 4, column 1: ').waitFor();
	await taskAt(page, 'inbox/too-large.yaml').getByText('larger than 1 MiB').waitFor();
	await taskAt(page, 'assigned/backend-dev/says-done.yaml').getByText('status: done, still in assigned').waitFor();
	await taskAt(page, 'assigned/backend-dev/2026-03-05T0900-backend-dev-payment-retry.yaml').locator('.priority.is-critical').getByText('critical').waitFor();
	await page.getByText(counts.errors + ' cannot be read').waitFor();
	await page.getByText('6 files are not opened').click();
	await page.getByText('link-out.yaml').waitFor();
	await page.locator('.board-words').getByText('3 in the archive').waitFor();
}));

test('a file that is moved moves its card, with the focus; one that is made, changed or broken is shown at once', () => withPage('#/tasks', async (page) => {
	write('inbox/live.yaml', {id: 'live', title: 'Live', priority: 'low'});
	await lane(page, 'inbox').locator(taskAt(page, 'inbox/live.yaml')).waitFor();
	await page.getByRole('link', {name: 'Live', exact: true}).focus();
	mkdirSync(join(DIR, 'assigned/qa'), {recursive: true});
	renameSync(join(DIR, 'inbox/live.yaml'), join(DIR, 'assigned/qa/live.yaml'));
	const there = lane(page, 'assigned').locator('.group[data-agent=qa]').locator(taskAt(page, 'assigned/qa/live.yaml'));
	await there.waitFor();
	assert.equal(await taskAt(page, 'inbox/live.yaml').count(), 0);
	write('assigned/qa/live.yaml', {id: 'live', title: 'Live', priority: 'critical', status: 'blocked', dependencies: ['guide']});
	await there.getByText('critical').waitFor();
	await there.getByText('blocked').waitFor();
	await there.getByText('waits for guide').waitFor();
	writeFileSync(join(DIR, 'assigned/qa/live.yaml'), 'title: "no end\n');
	const broken = lane(page, 'other').locator(taskAt(page, 'assigned/qa/live.yaml'));
	await broken.getByText(/line \d+, column \d+: /).waitFor();
	await broken.getByText('Live', {exact: true}).waitFor(); // its last good title
	write('assigned/qa/live.yaml', {id: 'live', title: 'Live'});
	await there.waitFor();
	mkdirSync(join(DIR, 'done/qa'), {recursive: true});
	renameSync(join(DIR, 'assigned/qa/live.yaml'), join(DIR, 'done/qa/live.yaml'));
	await lane(page, 'done').locator(taskAt(page, 'done/qa/live.yaml')).waitFor();
	unlinkSync(join(DIR, 'done/qa/live.yaml'));
	await taskAt(page, 'done/qa/live.yaml').waitFor({state: 'detached'});
	const {counts} = await at.daemon.get('/api/tasks');
	await page.getByRole('heading', {name: 'Done ' + counts.done, exact: true}).waitFor();
	await page.goto(at.daemon.url + '/#/feed');
	const done = page.locator('.is-event', {hasText: 'live is done'});
	await done.waitFor();
	assert.equal(await done.getByRole('link').getAttribute('href'), '#/task/live');
	await page.locator('.is-event', {hasText: 'live cannot be read'}).waitFor();
}));

test('the focus goes along with its card', () => withPage('#/tasks', async (page) => {
	write('inbox/focus.yaml', {id: 'focus', title: 'Focus'});
	await page.getByRole('link', {name: 'Focus', exact: true}).focus();
	write('inbox/focus.yaml', {id: 'focus', title: 'Focus', priority: 'critical'}); // to the top of its lane
	await taskAt(page, 'inbox/focus.yaml').getByText('critical').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Focus');
	unlinkSync(join(DIR, 'inbox/focus.yaml'));
	await taskAt(page, 'inbox/focus.yaml').waitFor({state: 'detached'});
}));

test('what is filtered stands in the address, and is found in the files too', () => withPage('#/tasks?agent=backend-dev&priority=critical', async (page) => {
	await page.getByRole('heading', {name: 'Assigned 1 of ', exact: false}).waitFor();
	await page.getByRole('link', {name: 'Retry failed payments'}).waitFor();
	assert.equal(await page.getByRole('combobox', {name: 'Agent'}).inputValue(), 'backend-dev');
	assert.deepEqual((await page.getByRole('combobox', {name: 'Priority'}).locator('option').allTextContents()).slice(0, 6),
		['All priorities', 'critical', 'high', 'medium', 'normal', 'low']);
	await page.getByRole('combobox', {name: 'Priority'}).selectOption('');
	await page.waitForURL(/#\/tasks\?agent=backend-dev$/);
	await page.getByRole('link', {name: 'Invoices as PDF'}).waitFor();
	await page.getByRole('button', {name: 'Clear'}).click();
	await page.waitForURL(/#\/tasks$/);
	await page.keyboard.press('/');
	await page.keyboard.type('unicode');
	await page.waitForURL(/q=unicode$/);
	await page.getByRole('heading', {name: 'Inbox 1 of ', exact: false}).waitFor();
	await page.getByRole('searchbox').fill('folded text on two'); // only in the text of one file
	await page.getByRole('link', {name: 'Text fields of every kind'}).waitFor();
	assert.equal(await page.locator('.board article').count(), 1);
	await page.getByRole('searchbox').fill('nothing has this');
	await lane(page, 'done').getByText('None fits the filter').waitFor();
}));

test('one task: its description and criteria first, as text; dependencies lead on; changes are seen', () => withPage('#/task/multi-line', async (page) => {
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('heading', {name: 'Text fields of every kind'}).waitFor();
	assert.deepEqual((await dialog.locator('.task-body h3').allTextContents()).slice(0, 2), ['Description', 'Acceptance criteria']);
	await dialog.getByText('<script>alert(1)</script> is shown as text').waitFor();
	await page.goto(at.daemon.url + '/#/task/guide');
	await dialog.getByText('no task has this id').waitFor();
	await dialog.locator('section', {hasText: 'Blocks'}).getByRole('link', {name: 'Dependencies as objects'}).click();
	await page.waitForURL(/#\/task\/map-deps$/);
	await dialog.getByRole('heading', {name: 'Dependencies as objects'}).waitFor();
	await page.goBack();
	await dialog.getByRole('link', {name: 'Show in the graph'}).click();
	await page.waitForURL(/#\/graph\?id=guide$/);
	await dialog.waitFor({state: 'detached'});
	await page.locator('.node[data-id=guide]').waitFor();
	assert.equal(await page.locator('.node').count(), 5);
	write('inbox/told.yaml', {id: 'told', title: 'Told', description: 'before'});
	await until('it is there', async () => (await fetch(at.daemon.url + '/api/tasks/told')).ok);
	await page.goto(at.daemon.url + '/#/task/told');
	await dialog.getByText('before').waitFor();
	await dialog.getByText(DIR + '/inbox/told.yaml').waitFor();
	write('inbox/told.yaml', {id: 'told', title: 'Told', description: 'afterwards'});
	await dialog.getByText('afterwards').waitFor();
	unlinkSync(join(DIR, 'inbox/told.yaml'));
	await dialog.getByText('no task of that id').waitFor();
}, {expect: /404/}));

test('of two tasks with one id both can be seen', () => withPage('#/tasks', async (page) => {
	await taskAt(page, 'done/python-dev/twice.yaml').getByRole('link').click();
	const dialog = page.getByRole('dialog');
	await dialog.getByText('/done/python-dev/twice.yaml', {exact: false}).waitFor();
	await dialog.getByRole('link', {name: 'assigned/backend-dev/twice.yaml'}).click();
	await dialog.getByText(DIR + '/assigned/backend-dev/twice.yaml').waitFor();
	await page.keyboard.press('Escape');
	await page.waitForURL(/#\/tasks$/);
}));

test('the graph shows cycles and ids that no task has, to eyes, keys and as a table', () => withPage('#/graph', async (page) => {
	await page.getByText('2 cycles').waitFor();
	await page.getByText('cycle-a, cycle-b, cycle-c wait for each other').waitFor();
	assert.equal(await page.locator('.node.is-cycle').count(), 4);
	assert.equal(await page.locator('.edge.is-cycle').count(), 4);
	assert.deepEqual(await page.locator('.node.is-missing').evaluateAll((all) => all.map((n) => n.dataset.id).sort()),
		['17', 'docs/outline.md (context)', 'licence-answer', 'nobody-made-this']);
	const boxes = await page.locator('.node rect').evaluateAll((all) => all.map((r) => r.getBBox()).map((b) => [b.x, b.y, b.x + b.width, b.y + b.height]));
	assert.equal(boxes.some((a, i) => boxes.some((b, k) => i < k && a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3])), false, 'no node covers another');
	const x = async (id) => (await page.locator('.node[data-id="' + id + '"] rect').boundingBox()).x;
	assert.equal(await x('guide') > await x('twice') && await x('map-deps') > await x('guide'), true, 'what comes first is on the left');
	await page.locator('.node[data-id=guide]').focus();
	await page.keyboard.press('ArrowRight');
	assert.equal(await page.evaluate(() => document.activeElement.dataset.id), 'map-deps');
	await page.locator('.edge.is-near').first().waitFor();
	await page.keyboard.press('ArrowLeft');
	await page.keyboard.press('Enter');
	await page.waitForURL(/#\/task\/guide$/);
	await page.getByRole('dialog').getByRole('heading', {name: 'Guide for newcomers'}).waitFor();
	await page.keyboard.press('Escape');
	await page.waitForURL(/#\/graph$/);
	const row = page.locator('.graph-table tr', {hasText: 'Invoices as PDF'});
	await row.getByText('licence-answer').waitFor();
	await page.getByRole('link', {name: 'Not done'}).click();
	await page.waitForURL(/show=open$/);
	assert.equal(await page.locator('.node[data-id="2026-03-02T0910-backend-dev-schema"]').count(), 0);
	write('inbox/answer.yaml', {id: 'licence-answer', title: 'The answer'});
	await row.getByRole('link', {name: 'The answer'}).waitFor();
	unlinkSync(join(DIR, 'inbox/answer.yaml'));
	await page.goto(at.daemon.url + '/#/tasks');
	await taskAt(page, 'inbox/answer.yaml').waitFor({state: 'detached'});
}));

test('the history has lead times, by day and by agent', () => withPage('#/tasks/history?from=2026-03-01&to=2026-03-10', async (page) => {
	await page.locator('.cost-total .big', {hasText: /^3$/}).waitFor();
	await page.locator('.cost-facts div', {hasText: 'Lead time'}).getByText('1 d 6 h').waitFor();
	await page.getByText('3 done in 10 days').waitFor();
	await page.getByText('As a table').click();
	assert.deepEqual(await page.locator('.as-table tbody tr', {hasText: '2026-03-02'}).locator('td').allTextContents(), ['1', '2', '1']);
	await page.getByRole('group', {name: 'Done by agent'}).getByText('backend-dev').waitFor();
	await page.getByRole('link', {name: 'Checkout in three steps'}).waitFor();
	await page.goto(at.daemon.url + '/#/tasks/history?from=2020-01-01&to=2020-01-02');
	await page.getByText('No data yet').waitFor();
}));

test('the board is exported as it is filtered', () => withPage('#/tasks?agent=frontend', async (page) => {
	await page.getByText('Export').click();
	for (const [format, name] of [['CSV', 'tasks.csv'], ['JSON', 'tasks.json']]) {
		const download = page.waitForEvent('download');
		await page.getByRole('button', {name: 'Tasks as ' + format}).click();
		assert.equal((await download).suggestedFilename(), name);
	}
}));

test('names are text, whatever is in them', () => withPage('#/tasks', async (page) => {
	write('assigned/' + HOSTILE + '/hostile.yaml', {id: HOSTILE, title: HOSTILE + 't', priority: HOSTILE, status: HOSTILE, description: HOSTILE, [HOSTILE]: HOSTILE,
		dependencies: [HOSTILE + '2']});
	const link = page.locator('.group[data-agent^="<img"] article').getByRole('link');
	await link.click();
	await page.getByRole('dialog').getByRole('heading', {name: '<img'}).first().waitFor();
	await page.getByRole('dialog').getByText('no task has this id').waitFor();
	await page.getByRole('dialog').getByRole('link', {name: 'Show in the graph'}).click();
	await page.locator('.node[data-id^="<img"]').first().waitFor();
	assert.equal(await page.locator('main img, dialog img').count(), 0);
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
	rmSync(join(DIR, 'assigned', HOSTILE), {recursive: true});
}));

test('the keyboard is enough', () => withPage('#/', async (page) => {
	await page.getByRole('link', {name: 'Tasks', exact: true}).waitFor();
	await page.keyboard.press('4');
	await page.waitForURL(/#\/tasks$/);
	await lane(page, 'inbox').locator('article').first().waitFor();
	await page.keyboard.press('j');
	await page.keyboard.press('j');
	const second = await lane(page, 'inbox').locator('article h3').nth(1).textContent();
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').getByRole('heading', {name: second}).waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({state: 'detached'});
	assert.equal(await page.evaluate(() => document.activeElement.textContent), second, 'the focus came back');
	await page.getByRole('combobox', {name: 'Agent'}).waitFor(); // it stays away behind a dialog
	await page.keyboard.press('f');
	await page.waitForFunction(() => document.activeElement.getAttribute('aria-label') === 'Agent');
}));

test('a board that is compared, or gone, says so', () => withPage('#/tasks', async (page) => {
	await page.getByText('Compared every 5 s, not watched: no watches are left').waitFor();
}, {before: (page) => page.route('**/api/tasks?*', async (route) => {
	await route.fulfill({json: {...await (await route.fetch()).json(), state: 'polling', reason: 'no watches are left'}});
})}));

test('without a board there is no tab, and the address says what to do; an empty one has three empty lanes', async () => {
	const plain = await Daemon.start();
	try {
		await withPage('#/tasks', async (page) => {
			await page.getByText('No task board is set up').waitFor();
			assert.equal(await page.getByRole('link', {name: 'Tasks', exact: true}).count(), 0);
			await page.goto(plain.url + '/#/graph');
			await page.getByText('No task board is set up').waitFor();
		}, {url: plain.url});
		const empty = join(home, 'empty');
		mkdirSync(empty);
		plain.args = ['--tasks-dir', empty];
		await plain.kill('SIGTERM');
		await plain.run(plain.port);
		await withPage('#/tasks', async (page) => {
			await page.getByText('No data yet').waitFor();
			for (const name of ['Inbox', 'Assigned', 'Done']) {
				await page.getByRole('heading', {name: name + ' 0', exact: true}).waitFor();
			}
			const command = await page.locator('.command code').textContent();
			execFileSync('sh', ['-c', command]);
			assert.equal(existsSync(join(empty, 'inbox/first.yaml')), true);
			await page.getByRole('link', {name: 'My first task'}).waitFor();
			await page.getByText('No data yet').waitFor({state: 'detached'});
		}, {url: plain.url});
	} finally {
		await plain.stop();
	}
});

for (const [scheme, width] of [['light', 1280], ['dark', 360]]) {
	test('axe finds nothing: ' + scheme + ', ' + width, () => withPage('#/tasks', async (page) => {
		for (const [address, there] of [['tasks', '.lane-other article'], ['tasks/history?from=2026-03-01&to=2026-03-10', '.chart-picture *'], ['graph', '.node'], ['task/guide', '.task-body']]) {
			await page.evaluate((hash) => {
				location.hash = hash;
			}, '#/' + address);
			await page.locator(there).first().waitFor({state: 'attached'});
			await axe(page, address);
			assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, address + ' scrolls sideways');
		}
	}, {width, scheme}));
}
