// The page shows what is, or says that it does not know.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {at, card, useDaemon, withPage} from './browser.mjs';
import {Daemon, until} from './daemon.mjs';

useDaemon();

const DISCONNECTED = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection/;
const cwd = '/srv/webshop';

test('a card moves with its session, and says why', () => withPage('#/', async (page) => {
	const {daemon} = at;
	await daemon.hook('s1', 'UserPromptSubmit', {cwd});
	await card(page, 'working', 's1').waitFor();
	await daemon.hook('s1', 'PreToolUse', {cwd, tool_name: 'Bash', tool_use_id: 'u1'});
	await card(page, 'working', 's1').getByText('runs Bash').waitFor();
	await daemon.hook('s1', 'PermissionRequest', {cwd, tool_name: 'Bash', tool_use_id: 'u1'});
	await card(page, 'needs', 's1').getByText('asks permission: Bash').waitFor();
	await page.getByRole('heading', {level: 1}).getByText('needs you').waitFor();
	assert.match(await page.title(), /^▲1 /);
	await page.getByRole('status').getByText('webshop asks permission: Bash').waitFor({state: 'attached'});
	await card(page, 'needs', 's1').getByRole('link', {name: 'Why?'}).click();
	await page.getByRole('dialog').getByText('Why it is in this state').waitFor();
	await page.getByRole('dialog').locator('.tiles div', {hasText: 'Blocked on you'}).getByText(/[1-9]\d* s$/).waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({state: 'detached'});
	await daemon.hook('s1', 'PostToolUse', {cwd, tool_name: 'Bash', tool_use_id: 'u1'});
	await card(page, 'working', 's1').waitFor();
	await daemon.hook('s1', 'Stop', {cwd});
	await card(page, 'done', 's1').getByText('is done').waitFor();
	await card(page, 'done', 's1').getByRole('button', {name: 'Acknowledge'}).click();
	await page.locator('.lane-idle').waitFor();
	await card(page, 'idle', 's1').waitFor({state: 'attached'});
	await daemon.hook('s1', 'SessionEnd', {cwd});
	await card(page, 'idle', 's1').waitFor({state: 'detached'});
}));

test('a daemon that has gone is noticed at once, and one that comes back is believed', () => withPage('#/', async (page) => {
	const {daemon} = at;
	await daemon.hook('s2', 'UserPromptSubmit', {cwd});
	await card(page, 'working', 's2').waitFor();
	const began = Date.now();
	await daemon.kill();
	await page.locator('.link-state.is-offline').waitFor();
	console.log('disconnected after ' + (Date.now() - began) + ' ms');
	await page.getByText('No connection to the daemon').waitFor();
	assert.match(await page.title(), /^✕/);
	await daemon.run(daemon.port);
	await daemon.hook('s3', 'UserPromptSubmit', {cwd: '/srv/other'});
	await page.locator('.link-state.is-live').waitFor();
	await card(page, 'working', 's3').waitFor();
	await card(page, 'working', 's2').waitFor({state: 'detached'}); // it is not known any more
	assert.equal(await page.locator('.notice').count(), 0);
}, {expect: DISCONNECTED}));

test('a daemon that says nothing makes the page stale, not wrong', () => withPage('#/', async (page) => {
	const {daemon} = at;
	await daemon.hook('s4', 'UserPromptSubmit', {cwd});
	await card(page, 'working', 's4').waitFor();
	daemon.child.kill('SIGSTOP');
	await page.clock.fastForward(16000);
	await page.locator('.link-state.is-stale').waitFor();
	await page.getByText('has said nothing since').waitFor();
	daemon.child.kill('SIGCONT');
	await page.clock.fastForward(2000);
	await page.locator('.link-state.is-live').waitFor();
}, {before: (page) => page.clock.install(), expect: DISCONNECTED}));

test('what was missed is asked for', async () => {
	let drops = false;
	await withPage('#/', async (page) => {
		const {daemon} = at;
		await daemon.hook('s5', 'UserPromptSubmit', {cwd});
		await card(page, 'working', 's5').waitFor();
		drops = true;
		await daemon.hook('s5', 'Stop', {cwd});
		await until('the end is known', async () => (await daemon.get('/api/sessions/s5')).state === 'completed');
		await new Promise((done) => setTimeout(done, 300));
		drops = false;
		assert.equal(await card(page, 'working', 's5').count(), 1, 'the message was lost');
		await daemon.hook('s6', 'UserPromptSubmit', {cwd});
		await card(page, 'working', 's6').waitFor();
		await card(page, 'done', 's5').waitFor();
	}, {before: (page) => page.routeWebSocket(/socket\.io/, (socket) => {
		const server = socket.connectToServer();
		server.onMessage((message) => drops || socket.send(message));
	})});
});

test('without WebSocket by event stream, without that by asking', async () => {
	const refuse = (page) => page.routeWebSocket(/socket\.io/, (socket) => socket.close({code: 1008, reason: 'refused'}));
	await withPage('#/health', async (page) => {
		await page.getByText('live by event stream').waitFor();
		await at.daemon.hook('s7', 'UserPromptSubmit', {cwd});
		await page.goto(at.daemon.url + '/#/');
		await card(page, 'working', 's7').waitFor();
	}, {before: refuse, expect: DISCONNECTED});
	await withPage('#/health', (page) => page.getByText('asks every 30 s').waitFor(), {expect: /WebSocket|404/, async before(page) {
		await refuse(page);
		await page.route('**/api/stream?*', (route) => route.fulfill({status: 404, body: ''}));
	}});
});

test('seven tabs live at once', () => withPage('#/', async (page, context) => {
	const tabs = [page];
	while (tabs.length < 7) {
		const tab = await context.newPage();
		await tab.goto(at.daemon.url + '/#/');
		tabs.push(tab);
	}
	await at.daemon.hook('s8', 'UserPromptSubmit', {cwd});
	for (const tab of tabs) {
		await tab.bringToFront();
		await tab.locator('.link-state.is-live').waitFor();
		await card(tab, 'working', 's8').waitFor();
	}
}));

test('without a history, and without a daemon for long, it says what to do', async () => {
	const plain = await Daemon.start(['--no-store']);
	try {
		await plain.hook('s9', 'UserPromptSubmit', {cwd});
		await withPage('#/', async (page) => {
			await card(page, 'working', 's9').waitFor();
			await page.getByText('there is no history').first().waitFor();
			await page.goto(plain.url + '/#/sessions');
			await page.getByRole('link', {name: 'webshop'}).click();
			await page.getByText('its turns are not known').waitFor();
			await page.keyboard.press('Escape');
			await plain.kill();
			await page.locator('.link-state.is-offline').waitFor();
			await page.clock.runFor(70000);
			await page.getByText('systemctl --user start otel-ai-monitor').waitFor();
		}, {url: plain.url, before: (page) => page.clock.install(), expect: /404|ERR_|WebSocket/});
	} finally {
		await plain.stop();
	}
});

test('a part that failed says so, and the others live on', () => withPage('#/health', async (page) => {
	await page.getByRole('button', {name: 'Try again'}).first().waitFor();
	await page.unroute('**/health');
	await page.getByRole('button', {name: 'Try again'}).first().click();
	await page.getByText('Running for').waitFor();
}, {expect: /503/, before: (page) => page.route('**/health', (route) => route.fulfill({status: 503, json: {error: {code: 503, message: 'busy'}}}))}));

test('an answer that breaks off is a fault of that part alone', () => withPage('#/sessions', async (page) => {
	await page.getByText('The answer of the daemon broke off').waitFor();
	await page.unroute('**/api/sessions?*');
	await page.getByRole('button', {name: 'Try again'}).click();
	await page.locator('.sessions-panel tbody tr').first().waitFor();
}, {before: (page) => page.route('**/api/sessions?*', (route) => route.fulfill({contentType: 'application/json', body: '{"sessions":[{"session'}))}));

test('another build of the page asks to be loaded', () => withPage('#/', async (page) => {
	await page.getByText('The daemon has been updated').waitFor();
}, {before: (page) => page.route('**/health', async (route) => {
	const answer = await route.fetch();
	await route.fulfill({json: {...await answer.json(), page: 'another'}});
})}));
