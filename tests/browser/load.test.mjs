// Many sessions, and many changes of them.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {at, useDaemon, withPage} from './browser.mjs';

useDaemon();

const SESSIONS = 500, CHANGES = 2000, AT_ONCE = 20;

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
