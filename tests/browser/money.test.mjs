// Cost, a day, the feed and quality, as people use them.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {test} from 'node:test';
import {at, axe, useDaemon, withPage} from './browser.mjs';
import {until} from './daemon.mjs';

useDaemon(['--budget-day', '20']);

const CASE = 'claude-2.1.332/c-perm-feedback-hooks';

test('fed with what there is to pay for', async () => {
	const {daemon} = at;
	await daemon.play(CASE);
	await daemon.hook('till', 'UserPromptSubmit', {cwd: '/srv/till'});
	await daemon.call('till', {cost_usd: 2.5, request_id: 'r1'});
	await daemon.hook('till', 'PermissionRequest', {tool_name: 'Bash'});
	await daemon.hook('till', 'PreToolUse', {tool_name: 'Bash', tool_use_id: 'b1'});
	await daemon.hook('till', 'PostToolUse', {tool_name: 'Bash', tool_use_id: 'b1'});
	await daemon.hook('till', 'Stop');
	await daemon.hook('blog', 'UserPromptSubmit', {cwd: '/srv/blog'});
	await daemon.call('blog', {cost_usd: 0.75, request_id: 'r2', model: 'claude-haiku-5-5'});
	await daemon.record('gemini-cli', {'event.name': 'gemini_cli.api_response', 'session.id': 'lab', model: 'nobody-knows-me-1', input_token_count: 1000, output_token_count: 20,
		cached_content_token_count: 0, thoughts_token_count: 0, total_token_count: 1020, duration_ms: 100, prompt_id: 'p1', auth_type: 'gemini-api-key'});
	await daemon.record('claude-code', {'event.name': 'api_error', 'session.id': 'till', model: 'claude-opus-5-5', status_code: 529, error: 'overloaded', duration_ms: 900, attempt: 1});
	await until('all is stored', async () => (await daemon.get('/api/stats')).today.cost_usd >= 3.25 && (await daemon.get('/api/events')).events.some((e) => e.kind === 'done' && e.project === 'till'));
});

test('sums are those of the daemon, and what is chosen stands in the address', () => withPage('#/cost', async (page) => {
	const {range} = await at.daemon.get('/api/stats?from=2000-01-01');
	await page.locator('.cost-total .big', {hasText: new RegExp('^≥\\s*\\$' + range.cost_usd.toFixed(2).replace('.', '\\.') + '$')}).waitFor();
	await page.locator('.cost-total .budget', {hasText: 'of $20.00 today'}).waitFor();
	await page.getByRole('link', {name: 'Today', exact: true}).click();
	await page.waitForURL(/#\/cost\?range=today$/);
	await page.locator('.cost-total .big', {hasText: '$3.25'}).waitFor();
	await page.locator('.breakdown').getByRole('link', {name: 'till', exact: true}).click();
	await page.waitForURL(/project=till/);
	await page.locator('.cost-total .big', {hasText: /^\$2\.50$/}).waitFor();
	assert.equal(await page.locator('.cost-total .budget').count(), 0, 'the budget is not that of one project');
	await page.getByRole('link', {name: 'till ✕'}).click();
	await page.getByRole('link', {name: 'Tokens', exact: true}).click();
	await page.waitForURL(/measure=tokens/);
	await page.locator('.cost-by .breakdown thead th').nth(1).getByText('Tokens').waitFor();
	await page.goBack();
	await page.locator('.cost-by .breakdown thead th').nth(1).getByText('Cost').waitFor();
	await page.getByLabel('from').fill('2020-02-01');
	await page.waitForURL(/from=2020-02-01/);
	await page.locator('.cost-days .chart-picture[aria-label*="a day on average"]').waitFor();
}));

test('charts have a sentence, a table, and words for what is pointed at', () => withPage('#/cost', async (page) => {
	const days = page.locator('.cost-days');
	await days.getByRole('img').waitFor();
	assert.match(await days.getByRole('img').getAttribute('aria-label'), /^\$0\.1\d a day on average, most on .* with \$3\.25$/);
	await days.getByText('As a table').click();
	assert.equal(await days.locator('tbody tr').count(), 30);
	await days.locator('tbody tr').first().getByText('$3.25').waitFor();
	const box = await days.locator('.chart-picture').boundingBox();
	await page.mouse.move(box.x + box.width - 16, box.y + 40);
	await days.locator('.chart-words', {hasText: /^\w+ \d+ \w+ · \$3\.25 · \d+ calls$/}).waitFor();
	await page.mouse.click(box.x + box.width - 16, box.y + 40);
	await page.waitForURL(/#\/day\/\d{4}-\d\d-\d\d$/);
}));

test('waits by tool, and models without a price with the command that helps', () => withPage('#/cost', async (page) => {
	await page.locator('tr', {has: page.getByRole('rowheader', {name: 'Bash'})}).first().waitFor();
	const unpriced = page.locator('.cost-unpriced');
	await unpriced.getByText('nobody-knows-me-1').waitFor();
	await unpriced.getByText('1 call, 1k tokens').waitFor();
	await unpriced.getByText('otel-ai-monitor prices import FILE').waitFor();
}));

test('exports can be read', () => withPage('#/cost?range=today', async (page) => {
	/** @param {string} name */
	const downloaded = async (name) => {
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name}).click()]);
		return {name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8')};
	};
	await page.getByText('Export').click();
	const csv = await downloaded('Model calls as CSV'), json = await downloaded('Model calls as JSON');
	const [head, ...lines] = csv.text.trim().split('\r\n');
	const rows = JSON.parse(json.text);
	assert.match(csv.name, /\.csv$/);
	assert.match(json.name, /\.json$/);
	assert.equal(lines.length, rows.length);
	assert.deepEqual(head.split(','), Object.keys(rows[0]));
	assert.equal(rows.reduce((sum, r) => sum + r.cost_usd, 0), 3.25);
}));

test('a day has a strip for each session', () => withPage('#/day', async (page) => {
	const row = page.locator('.strips tbody tr', {has: page.getByRole('link', {name: 'till', exact: true})});
	await row.getByText('$2.50').waitFor();
	assert.match(await row.getByRole('img').getAttribute('aria-label'), /^till, \d\d:\d\d to \d\d:\d\d: worked \d+ s/);
	await page.locator('.strips tbody tr', {has: page.getByRole('link', {name: 'blog'})}).locator('.strip .is-working').waitFor({state: 'attached'});
	await page.locator('a[rel=prev], .toolbar a').first().click();
	await page.waitForURL(/#\/day\/\d{4}-\d\d-\d\d$/);
	await page.getByRole('link', {name: 'Today', exact: true}).click();
	await row.waitFor();
}));

test('the feed is filtered, pauses, and says what is new', () => withPage('#/feed', async (page) => {
	await page.locator('.is-event').first().waitFor();
	assert.equal(await page.locator('.feed-mark').count(), 0, 'this browser was never here');
	await page.getByRole('button', {name: 'Done', exact: true}).click();
	await page.waitForURL(/#\/feed\?kind=done$/);
	await page.locator('.is-event').filter({hasText: 'asks'}).first().waitFor({state: 'detached'});
	assert.equal(await page.getByRole('button', {name: 'Done', exact: true}).getAttribute('aria-pressed'), 'true');
	await page.keyboard.press('p');
	await page.getByRole('button', {name: 'Paused'}).waitFor();
	await at.daemon.hook('blog', 'Stop');
	await page.getByRole('button', {name: '1 new · go on'}).click();
	await page.locator('.is-event', {hasText: 'blog is done'}).waitFor();
	const [, seen] = (await at.daemon.get('/api/events?kind=done')).events;
	await page.evaluate((ms) => localStorage.setItem('otel-ai-monitor looked', String(ms)), seen.at);
	await page.evaluate(() => Object.defineProperty(document, 'hidden', {value: false, configurable: true}) && document.dispatchEvent(new Event('visibilitychange')));
	await page.locator('.feed-mark', {hasText: '1 since you last looked'}).waitFor();
}));

test('quality shows what there is to judge', () => withPage('#/quality?range=today', async (page) => {
	const models = page.getByRole('region', {name: 'Models'});
	await models.locator('tr', {hasText: 'opus-5-5'}).getByText('overloaded').waitFor();
	assert.equal(await page.getByRole('heading', {name: 'MCP servers'}).isVisible(), false, 'no server was asked');
	await page.evaluate(() => location.hash = '#/quality');
}));

for (const [scheme, width] of [['light', 1280], ['dark', 320]]) { // 320: what 400 % leaves of 1280
	test('axe finds nothing: ' + scheme + ', ' + width, () => withPage('#/cost', async (page) => {
		for (const [view, sign] of [['cost', '.breakdown'], ['day', '.strips'], ['feed', '.is-event'], ['quality', '.figures-table']]) {
			await page.evaluate((hash) => location.hash = hash, '#/' + view);
			await page.locator(sign).first().waitFor();
			await axe(page, view);
			assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, view + ' scrolls sideways');
		}
	}, {width, scheme}));
}
