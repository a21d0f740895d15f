// Many sessions, many tasks, and many changes of them.

import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {at, useDaemon, withPage} from './browser.mjs';
import {Daemon, until} from './daemon.mjs';

useDaemon();

const SESSIONS = 500, CHANGES = 2000, AT_ONCE = 20, TASKS = 10000, PATIENT_MS = 5000;

/** @param {number} count @param {(i: number) => Promise<any>} work */
async function all(count, work) {
	let next = 0;
	await Promise.all(Array.from({length: AT_ONCE}, async () => {
		while (next < count) {
			await work(next++);
		}
	}));
}

test('500 sessions are drawn, and follow thousands of changes', async () => {
	const {daemon} = at;
	await all(SESSIONS, (i) => daemon.hook('s' + i, 'UserPromptSubmit', {cwd: '/srv/p' + i % 40}));
	await withPage('#/', async (page) => {
		await page.locator('.lane-working article').nth(SESSIONS - 1).waitFor({state: 'attached'});
		const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
		console.log('first paint after ' + Math.round(paint) + ' ms');
		const delays = [];
		for (let i = 0; i < 40; i++) {
			const shown = page.evaluate((id) => new Promise((done) => {
				const what = document.querySelector('[data-session="' + id + '"] .what');
				const observer = new MutationObserver(() => requestAnimationFrame(() => {
					observer.disconnect();
					done(Date.now());
				}));
				observer.observe(what, {childList: true, subtree: true});
			}), 's' + (i + 2));
			await page.evaluate(() => 0); // the observer is there
			const began = Date.now();
			await daemon.hook('s' + (i + 2), 'PreToolUse', {tool_name: 'Grep', tool_use_id: 'g' + i});
			delays.push(await shown - began);
		}
		delays.sort((a, b) => a - b);
		console.log('from its POST to the pixel: median ' + delays[20] + ' ms, p95 ' + delays[37] + ' ms');
		const memory = await page.context().newCDPSession(page);
		const count = async () => {
			await memory.send('HeapProfiler.collectGarbage');
			const {usedSize} = await memory.send('Runtime.getHeapUsage');
			const {nodes} = await memory.send('Memory.getDOMCounters');
			return {heap: usedSize, nodes};
		};
		const change = (i) => daemon.hook('s' + i % SESSIONS, ...(i % 2 ? ['PreToolUse', {tool_name: 'Bash', tool_use_id: 'u' + i}]
			: ['PostToolUse', {tool_name: 'Bash', tool_use_id: 'u' + (i - 1)}]));
		await all(CHANGES / 2, change);
		await daemon.hook('s0', 'Stop');
		await page.locator('.lane-done article[data-session=s0]').waitFor();
		const before = await count();
		await all(CHANGES, change);
		await daemon.hook('s1', 'Stop');
		await page.locator('.lane-done article[data-session=s1]').waitFor();
		const afterwards = await count();
		console.log('heap ' + Math.round(before.heap / 1e3) + ' → ' + Math.round(afterwards.heap / 1e3) + ' kB, nodes ' + before.nodes + ' → ' + afterwards.nodes);
		assert.equal(afterwards.nodes < before.nodes * 1.1, true, 'no nodes are left behind');
		assert.equal(afterwards.heap < before.heap * 1.25, true, 'nor anything else');
	});
});

/** @param {string} dir */
function manyTasks(dir) {
	const agents = ['backend-dev', 'frontend', 'qa', 'writer', 'architect', 'devops', 'data', 'mobile'];
	const lanes = ['inbox', ...agents.flatMap((a) => ['assigned/' + a, 'done/' + a])];
	lanes.forEach((lane) => mkdirSync(join(dir, lane), {recursive: true}));
	for (let i = 0; i < TASKS; i++) {
		const lane = i % 10 < 2 ? 'inbox' : (i % 10 < 5 ? 'assigned/' : 'done/') + agents[i % 8];
		writeFileSync(join(dir, lane, 't' + i + '.yaml'), 'id: t' + i + '\ntitle: Task ' + i + '\npriority: ' + ['critical', 'high', 'medium', 'low'][i % 4]
			+ '\ndependencies: [t' + (i - 1) + ']\ndescription: ' + (i % 50 ? 'rain' : 'snow') + '\n');
	}
}

/**
 * How long it takes from doing something until the page has drawn what follows.
 * @param {any} page
 * @param {string} selector of what is there then
 * @param {string} text a regular expression for what it says
 * @param {() => any} act
 */
async function drawnAfter(page, selector, text, act) {
	const drawn = page.evaluate(([s, t]) => new Promise((done) => {
		const look = () => requestAnimationFrame(() => [...document.querySelectorAll(s)].some((e) => new RegExp(t).test(e.textContent)) ? done(Date.now()) : look());
		look();
	}), [selector, text]);
	await page.evaluate(() => 0); // it looks
	const began = Date.now();
	await act();
	return await drawn - began;
}

test('10 000 tasks are drawn, followed and filtered', async () => {
	const home = mkdtempSync(join(tmpdir(), 'tasks-')), dir = join(home, 'board');
	manyTasks(dir);
	const daemon = await Daemon.start(['--tasks-dir', dir]);
	try {
		await until('the board is read', async () => (await daemon.get('/api/tasks?q=t1')).counts.total === TASKS);
		await withPage('#/tasks', async (page) => {
			await page.locator('article.task').first().waitFor();
			console.log('first card after ' + await page.evaluate(() => Math.round(globalThis.firstCard)) + ' ms, '
				+ await page.evaluate(() => document.querySelectorAll('*').length) + ' elements');
			assert.equal(await page.locator('.lane-done h2').textContent(), 'Done 5,000');
			const delays = [];
			for (let i = 0; i < 400; i += 20) {
				const to = 'done/qa/t' + i + '.yaml';
				delays.push(await drawnAfter(page, '.lane-done [data-task="' + to + '"]', '', () => renameSync(join(dir, 'inbox/t' + i + '.yaml'), join(dir, to))));
			}
			delays.sort((a, b) => a - b);
			console.log('from the move of a file to its card: median ' + delays[10] + ' ms, p95 ' + delays[18] + ' ms');
			const agent = await drawnAfter(page, '.lane-inbox .lane-count', ' of ', () => page.getByRole('combobox', {name: 'Agent'}).selectOption('frontend'));
			const clear = await drawnAfter(page, '.lane-inbox .lane-count', '^1,980', () => page.getByRole('button', {name: 'Clear'}).click());
			const more = await drawnAfter(page, '.lane-done article:nth-child(41)', '', () => page.locator('.lane-done button').last().click());
			const found = await drawnAfter(page, '.lane-inbox .lane-count', '^[1-9].* of ', () => page.getByRole('searchbox').fill('snow'));
			console.log('drawn after: a choice ' + agent + ' ms, clear ' + clear + ' ms, more ' + more + ' ms, a search in files ' + found + ' ms (250 of them for typing)');
			assert.equal(await page.locator('article.task').count() > 40, true);
			assert.equal(delays[18] < PATIENT_MS && agent < PATIENT_MS && found < PATIENT_MS, true);
		}, {url: daemon.url, before: (page) => page.addInitScript(() => {
			const look = () => requestAnimationFrame(() => {
				if (document.querySelector('article.task')) {
					globalThis.firstCard = performance.now();
				} else {
					look();
				}
			});
			look();
		})});
	} finally {
		await daemon.stop();
		rmSync(home, {recursive: true});
	}
});
