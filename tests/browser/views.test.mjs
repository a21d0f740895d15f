// Every view: its address, its keys, names that nobody expects, and what assistive technology finds in it.

import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {at, axe, card, useDaemon, withPage} from './browser.mjs';

const HOSTILE = '<img src=x onerror=alert(1)>‮esrever "\'=cmd|\'/C calc\'!A0';
/** Each view, and what stands there once it is drawn. @type {[string, string][]} */
const views = [['', '.lane-working .card'], ['sessions', '.sessions-panel tbody tr'], ['cost', '.breakdown'], ['feed', '.is-event'], ['quality', '.figures-table, .empty'], ['setup', '.client'],
	['health', '.pairs'], ['day', '.strips'], ['session/money', '.turns a'], ['session/money/turn/2', '.waterfall']];
const RECORDED = '9db7222b-ad07-47d5-803e-eeb1f9a154ac';

/** What a real client sent, names that nobody expects, and money. */
useDaemon(['--budget-day', '5'], async (daemon) => {
	await daemon.play('claude-2.1.332/c-perm60');
	await daemon.hook('h1', 'UserPromptSubmit', {cwd: '/srv/' + HOSTILE.replaceAll('/', '')});
	await daemon.hook('long', 'UserPromptSubmit', {cwd: '/srv/' + 'n'.repeat(3000)});
	await daemon.hook('formula', 'UserPromptSubmit', {cwd: '/srv/=cmd'});
	await daemon.call('formula', {cost_usd: 0, model: '=cmd|\'/C calc\'!A0' + 'm'.repeat(10000), 'project.name': '=cmd'});
	for (let turn = 0; turn < 3; turn++) {
		await daemon.hook('money', 'UserPromptSubmit', {cwd: '/srv/money'});
		await daemon.call('money', {cost_usd: 0.5 + turn, request_id: 'r' + turn});
		await daemon.hook('money', 'PreToolUse', {tool_name: 'Edit', tool_use_id: 'e' + turn});
		await daemon.hook('money', 'PostToolUse', {tool_name: 'Edit', tool_use_id: 'e' + turn});
		await daemon.hook('money', 'Stop');
	}
});

test('money is exact to the cent', () => withPage('#/', async (page) => {
	await page.locator('.today-panel .big', {hasText: /^\$4\.50$/}).waitFor();
	await card(page, 'done', 'money').getByText('$4.50').waitFor();
	await page.locator('.budget', {hasText: '90 % of $5.00'}).waitFor();
	const {total} = await at.daemon.get('/api/stats');
	assert.equal(total.cost_usd, 4.51774, 'and what was recorded on another day');
}));

test('a session tells its turns, the dearest marked, and the steps of one', () => withPage('#/session/money', async (page) => {
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('heading', {name: 'money'}).waitFor();
	await dialog.locator('.tiles').getByText('$4.50').waitFor();
	const dearest = dialog.locator('.turns tr', {hasText: 'dearest'});
	await dearest.getByRole('link', {name: 'Turn 3'}).waitFor();
	await dialog.getByRole('link', {name: 'Turn 1'}).click();
	await page.waitForURL(/#\/session\/money\/turn\/1$/);
	await dialog.getByRole('heading', {name: 'Turn 1'}).waitFor();
	await dialog.locator('.turn-panel').getByText('in 1 call').waitFor();
	await page.keyboard.press('Escape');
	await page.waitForURL(/#\/$/);
}));

test('a recorded session costs and lasts what was recorded', () => withPage('#/session/' + RECORDED, async (page) => {
	const dialog = page.getByRole('dialog');
	await dialog.locator('.tiles dd[title^="$0.01774"]').waitFor();
	await dialog.locator('.turns td[title="31,964"]').waitFor();
	await dialog.getByText('model 3.2 s in 3 calls').waitFor(); // 70, 73 and 3022 ms
}));

test('addresses lead where they say; back and forward work; what is filtered stands in them', () => withPage('#/sessions?q=money', async (page) => {
	await page.getByRole('link', {name: 'money'}).waitFor();
	assert.equal(await page.locator('.sessions-panel tbody tr').count(), 1);
	assert.equal(await page.getByRole('searchbox').inputValue(), 'money');
	await page.getByRole('link', {name: 'money'}).click();
	await page.getByRole('dialog').waitFor();
	await page.goBack();
	await page.getByRole('dialog').waitFor({state: 'detached'});
	assert.match(page.url(), /#\/sessions\?q=money$/);
	await page.goForward();
	await page.getByRole('dialog').waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('button', {name: 'Clear'}).click();
	await page.waitForURL(/#\/sessions$/);
	await page.locator('.sessions-panel tbody tr').nth(2).waitFor();
	await page.getByRole('combobox', {name: 'Project'}).selectOption('money');
	await page.waitForURL(/#\/sessions\?project=money$/);
	await page.reload();
	await page.getByRole('link', {name: 'money'}).waitFor();
	assert.equal(await page.getByRole('combobox', {name: 'Project'}).inputValue(), 'money');
	for (const [old, address] of [['dashboard', '/#/'], ['tasks', '/#/tasks'], ['kanban', '/#/tasks']]) {
		await page.goto(at.daemon.url + '/' + old);
		assert.equal(page.url(), at.daemon.url + address);
	}
}));

test('names are text, whatever is in them', () => withPage('#/', async (page) => {
	const link = card(page, 'working', 'h1').getByRole('link').first();
	await link.waitFor();
	assert.equal((await link.textContent()).includes('<img src=x'), true);
	assert.equal(await page.evaluate(() => document.querySelector('[data-session=h1] h3 bdi').dir), 'auto', 'it turns round nothing beside it');
	await throughAll(page, async (view) => {
		assert.equal(await page.locator('img').count(), 0, view);
	});
	await page.keyboard.press('Escape');
	await page.goto(at.daemon.url + '/#/session/h1');
	await page.getByRole('dialog').getByRole('heading', {name: '<img src=x'}).waitFor();
	const csv = await (await fetch(at.daemon.url + '/api/export/sessions.csv')).text();
	assert.equal(/(^|[,"])[=+@-][^",\n]*cmd/m.test(csv), false, 'no sheet takes a name for a formula');
	assert.equal(csv.includes('cmd'), true);
}));

test('the keyboard is enough', () => withPage('#/', async (page) => {
	await card(page, 'done', 'money').waitFor();
	await page.keyboard.press('2');
	await page.waitForURL(/#\/sessions$/);
	await page.keyboard.press('/');
	await page.keyboard.type('money');
	await page.waitForURL(/q=money$/);
	await page.keyboard.press('Tab');
	await page.evaluate(() => document.activeElement.blur());
	await page.locator('.sessions-panel tbody tr').nth(1).waitFor({state: 'detached'});
	await page.keyboard.press('j');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').getByRole('heading', {name: 'money'}).waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({state: 'detached'});
	assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#/session/money', 'the focus came back');
	await page.keyboard.press('?');
	await page.getByRole('dialog').getByText('go to its terminal').waitFor();
	await page.keyboard.press('Escape');
	await page.keyboard.press('1');
	await page.waitForURL(/#\/$/);
	await page.locator('a[href="#/session/money"]').first().focus();
	await at.daemon.hook('money', 'UserPromptSubmit');
	await card(page, 'working', 'money').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#/session/money', 'the focus goes along');
	await at.daemon.hook('money', 'Stop');
	await card(page, 'done', 'money').waitFor();
	await page.keyboard.press('a');
	await card(page, 'idle', 'money').waitFor({state: 'attached'});
	await page.keyboard.press('t');
	assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
	await page.reload();
	assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light', 'the theme is kept');
}));

test('setup finds the assistants, and ticks them off as they report', () => withPage('#/setup', async (page) => {
	const codex = page.locator('[data-client=codex]'), url = 'http://127.0.0.1:' + at.daemon.port;
	await page.getByText('Not found here: ').waitFor();
	await codex.getByText('nothing has come yet').waitFor({state: 'attached'});
	assert.equal(await codex.isVisible(), false);
	mkdirSync(join(at.daemon.directory, '.codex'));
	await page.getByRole('button', {name: 'Look again'}).click();
	await codex.getByText('It is not set up').waitFor();
	await codex.getByText('otel-ai-monitor setup codex --port ' + at.daemon.port).waitFor();
	await codex.getByText('By hand').click();
	await codex.getByText('endpoint = "' + url + '/v1/logs"').waitFor();
	await at.daemon.hook('c1', 'UserPromptSubmit', {cwd: '/srv/codex'}, 'codex');
	await codex.locator('.tick.is-done', {hasText: '1 session, last news'}).waitFor();
	await at.daemon.hook('c1', 'SessionEnd', {}, 'codex');
	await codex.locator('.tick.is-idle').waitFor();
}, {before: () => mkdirSync(join(at.daemon.directory, '.qwen'))}));

/**
 * Goes from view to view, each drawn before it is looked at.
 * @param {any} page
 * @param {(view: string) => Promise<void>} look
 */
async function throughAll(page, look) {
	for (const [view, sign] of views) {
		await page.evaluate((hash) => {
			location.hash = hash;
		}, '#/' + view);
		await page.locator((view.startsWith('session/') ? 'dialog ' : '.view-' + (view || 'now') + ' ') + sign.replace(', ', ', .view-' + view + ' ')).first().waitFor();
		await look(view || 'now');
	}
}

/** @param {any} page @param {string} view */
async function fits(page, view) {
	const wide = await page.evaluate(() => [...document.querySelectorAll('dialog, html')].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.tagName + ' ' + e.scrollWidth));
	assert.deepEqual(wide, [], view + ' scrolls sideways');
}

const COLOURS = ['color-contrast', 'link-in-text-block']; // all that a theme can change
for (const [scheme, width, rules] of /** @type {[string, number, string[]?][]} */ ([['light', 1280], ['dark', 360], ['dark', 1280, COLOURS], ['light', 360, COLOURS]])) {
	test('axe finds nothing: ' + scheme + ', ' + width, () => withPage('#/', (page) => throughAll(page, async (view) => {
		await axe(page, view, rules);
		await fits(page, view);
	}), {width, scheme}));
}

test('axe finds nothing in a terminal’s colours', () => withPage('#/', (page) => throughAll(page, (view) => axe(page, view, COLOURS)),
	{before: (page) => page.addInitScript(() => localStorage.setItem('otel-ai-monitor theme', 'terminal'))}));

test('with colours of the system’s own, states still differ and focus is seen', () => withPage('#/', (page) => throughAll(page, async (view) => {
	if (view === 'now') {
		const drawn = await page.evaluate(() => ['.meter', '.lane-working .icon', '.lane-done .icon'].map((s) => {
			const e = document.querySelector(s), style = getComputedStyle(e), box = e.getBoundingClientRect();
			return s + ' ' + (box.width > 0 && (style.stroke !== 'none' || style.backgroundImage !== 'none') ? 'is seen' : 'is lost');
		}));
		assert.deepEqual(drawn.filter((d) => !d.endsWith('is seen')), []);
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none');
	}
	await fits(page, view);
}), {forced: true}));

test('who wants no motion sees none, and others little', async () => {
	const moving = (page) => page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').map((a) => a.effect.target.getAttribute('class')));
	await withPage('#/', async (page) => {
		await card(page, 'working', 'h1').waitFor();
		assert.deepEqual(await moving(page), []);
	});
	await withPage('#/', async (page) => {
		await card(page, 'working', 'h1').waitFor();
		assert.equal((await moving(page)).every((what) => what === 'icon'), true, 'only what works breathes');
	}, {moves: true});
});

test('on paper there is all of it, and nothing to press', () => withPage('#/', async (page) => {
	await card(page, 'working', 'h1').waitFor();
	await page.emulateMedia({media: 'print', colorScheme: 'light'});
	await throughAll(page, async (view) => {
		const left = await page.evaluate(() => [...document.querySelectorAll('button, .toasts, .notices')].filter((e) => e.checkVisibility()).map((e) => e.outerHTML));
		assert.deepEqual(left, [], view);
		const cut = await page.evaluate(() => [...document.querySelectorAll('.scroller, dialog')].filter((e) => getComputedStyle(e).overflow !== 'visible' && e.scrollHeight > e.clientHeight + 1).map((e) => e.className));
		assert.deepEqual(cut, [], view + ' is cut');
	});
}));

test('nothing scrolls sideways at 400 %', () => withPage('#/', (page) => throughAll(page, (view) => fits(page, view)), {width: 320, height: 256}));
