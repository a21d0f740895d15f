// The page over an address that is not loopback's: by far.sh in a network of its own, which has 192.0.2.1.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {at, useDaemon, withPage} from './browser.mjs';

useDaemon(['--listen', '0.0.0.0', '--token', 'secret/token+1=/far']);

const far = () => ({url: 'http://192.0.2.1:' + at.daemon.port});

test('from elsewhere the token is needed, and can be given', () => withPage('#/', async (page) => {
	await page.getByText('needs its token').waitFor();
	const answers = await page.evaluate(async () => (await Promise.all(['/api/sessions', '/health', '/metrics', '/api/setup', '/api/stream'].map((path) => fetch(path)))).map((a) => a.status));
	assert.deepEqual(answers, [401, 401, 401, 401, 401]);
	await page.getByLabel('Token').fill('wrong');
	await page.keyboard.press('Enter');
	await page.getByLabel('Token').and(page.locator(':not(:focus)')).fill('secret/token+1=/far');
	await page.getByRole('button', {name: 'Open'}).click();
	await page.locator('.link-state.is-live').waitFor();
	assert.equal(page.url(), far().url + '/#/');
}, {...far(), wait: false, expect: /401|WebSocket|Opener/}));

test('and it is kept out of the address', () => withPage('#token=secret%2Ftoken%2B1%3D%2Ffar&/health', async (page) => {
	assert.equal(page.url(), far().url + '/#/health');
	await page.getByText(at.hasSocket ? 'live by WebSocket' : 'live by event stream').waitFor();
	await page.reload();
	await page.locator('.link-state.is-live').waitFor();
	assert.doesNotMatch(await page.evaluate(() => JSON.stringify(localStorage) + document.cookie), /secret/, 'the token is the tab’s alone');
}, {...far(), expect: /Opener/})); // a browser trusts plain HTTP from this machine only
