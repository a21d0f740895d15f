// Every view: its address, its keys, names that nobody expects, and what assistive technology finds in it.

import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {at, axe, card, useDaemon, withPage} from './browser.mjs';

const HOSTILE = '<img src=x onerror=alert(1)>‮esrever "\'=cmd|\'/C calc\'!A0';
const views = ['', 'sessions', 'setup', 'health'];
const RECORDED = '9db7222b-ad07-47d5-803e-eeb1f9a154ac';

/** What a real client sent, names that nobody expects, and money. */
useDaemon(['--budget-day', '5'], async (daemon) => {
	await daemon.play('claude-2.1.332/c-perm60');
	await daemon.hook('h1', 'UserPromptSubmit', {cwd: '/srv/' + HOSTILE.replaceAll('/', '')});
	await daemon.hook('long', 'UserPromptSubmit', {cwd: '/srv/' + 'n'.repeat(3000)});
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
	assert.equal(await page.locator('main img').count(), 0);
	await link.click();
	await page.getByRole('dialog').getByRole('heading', {name: '<img src=x'}).waitFor();
	await page.goto(at.daemon.url + '/#/sessions');
	await page.getByRole('link', {name: '<img src=x'}).waitFor();
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
	await codex.getByText('Its telemetry does not come here yet.').waitFor();
	await codex.getByText('otel-ai-monitor setup codex --port ' + at.daemon.port).waitFor();
	await codex.getByText('By hand').click();
	await codex.getByText('endpoint = "' + url + '/v1/logs"').waitFor();
	await at.daemon.hook('c1', 'UserPromptSubmit', {cwd: '/srv/codex'}, 'codex');
	await codex.locator('.tick.is-done', {hasText: '1 session, last news'}).waitFor();
	await at.daemon.hook('c1', 'SessionEnd', {}, 'codex');
	await codex.locator('.tick.is-idle').waitFor();
}, {before: () => mkdirSync(join(at.daemon.directory, '.qwen'))}));

for (const [scheme, width] of [['light', 1280], ['dark', 1280], ['light', 360], ['dark', 360]]) {
	test('axe finds nothing: ' + scheme + ', ' + width, () => withPage('#/', async (page) => {
		await card(page, 'working', 'h1').waitFor();
		for (const view of [...views, 'session/money']) {
			await page.evaluate((hash) => {
				location.hash = hash;
			}, '#/' + view);
			await page.waitForTimeout(150);
			await page.locator(view.startsWith('session/') ? '.tiles' : '.view-' + (view || 'now')).waitFor();
			await axe(page, view);
			const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			assert.equal(wide <= 0, true, view + ' scrolls sideways');
		}
	}, {width, scheme}));
}

test('nothing scrolls sideways at 400 %', () => withPage('#/', async (page) => {
	await card(page, 'working', 'long').waitFor();
	for (const view of views) {
		await page.goto(at.daemon.url + '/#/' + view);
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, view);
	}
}, {width: 320, height: 256}));
