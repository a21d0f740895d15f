// Pages in Debian's Chromium, each of which must stay silent: nothing on the console, no error, no report of the
// policy.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {readFile} from 'node:fs/promises';
import {after, before} from 'node:test';
import {Daemon} from './daemon.mjs';

const require = createRequire(process.env.BROWSER_MODULES + '/');
const {chromium} = require('playwright-core');
const AXE = require.resolve('axe-core/axe.min.js');

/** @type {{browser: any, daemon: Daemon, hasSocket: boolean}} */
export const at = {browser: null, daemon: null, hasSocket: false};

/**
 * A browser and a daemon for all tests of a file.
 * @param {string[]} args of the daemon
 * @param {(daemon: Daemon) => Promise<void>} [feed] before the tests
 */
export function useDaemon(args = [], feed) {
	before(async () => {
		at.daemon = await Daemon.start(['--completed-timeout', '7200', '--session-timeout', '7200', ...args]);
		at.hasSocket = (await fetch(at.daemon.url + '/socket.io/?EIO=4&transport=polling')).status === 400;
		await feed?.(at.daemon);
		at.browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--host-resolver-rules=MAP *.test 127.0.0.1',
			'--disable-features=LocalNetworkAccessChecks']});
	});
	after(async () => {
		await at.browser?.close();
		await at.daemon?.stop();
	});
}

/**
 * Opens an address, hands the page over, and sees to it that it was silent.
 * @param {string} address "#/"
 * @param {(page: any, context: any) => Promise<void>} use
 * @param {{width?: number, height?: number, scheme?: string, expect?: RegExp, before?: (page: any, context: any) => any, wait?: boolean, url?: string,
 *   moves?: boolean, forced?: boolean}} options
 *   expect: what the console may say; before: what happens before the page is opened
 */
export async function withPage(address, use, options = {}) {
	const context = await at.browser.newContext({
		viewport: {width: options.width || 1280, height: options.height || 800},
		colorScheme: options.scheme || 'light',
		reducedMotion: options.moves ? 'no-preference' : 'reduce',
		forcedColors: options.forced ? 'active' : 'none',
	});
	const page = await context.newPage();
	/** @type {string[]} */
	const said = [];
	page.on('console', (message) => said.push(message.type() + ': ' + message.text()));
	page.on('pageerror', (error) => said.push('error: ' + (error.stack || error)));
	await page.addInitScript(() => addEventListener('securitypolicyviolation',
		(e) => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI)));
	try {
		await options.before?.(page, context);
		await page.goto((options.url || at.daemon.url) + '/' + address);
		if (options.wait !== false) {
			await page.locator('.link-state.is-live').waitFor();
		}
		await use(page, context);
		assert.deepEqual(said.filter((line) => !options.expect?.test(line)), [], 'the console is silent');
	} finally {
		await context.close();
	}
}

/**
 * @param {any} page
 * @param {string} what
 * @param {string[]} [rules] only these
 */
export async function axe(page, what, rules) {
	if (!await page.evaluate(() => 'axe' in window)) {
		await page.evaluate(await readFile(AXE, 'utf8'));
	}
	const found = await page.evaluate(async (rules) => (await window.axe.run(document, {resultTypes: ['violations'], ...rules ? {runOnly: rules} : {}})).violations
		.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ') + ' ' + n.failureSummary).join('; ')), rules);
	assert.deepEqual(found, [], what);
}

/**
 * The card of a session.
 * @param {any} page
 * @param {string} lane
 * @param {string} id
 */
export function card(page, lane, id) {
	return page.locator('.lane-' + lane + ' article[data-session="' + id + '"]');
}
