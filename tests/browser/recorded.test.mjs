// A recording in real time: the page follows it, and afterwards shows what it was.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {at, card, useDaemon, withPage} from './browser.mjs';

useDaemon();

const RECORDING = 'codex-0.169.0/tui-approve-hooks'; // 21 s with two permissions
const FIRST = 4500; // ms, before which nothing is asked of it

/** The lanes that a card was in, as often as it moved, with what it said there. */
function watchLanes() {
	const seen = window.seen = [];
	new MutationObserver(() => {
		for (const lane of ['needs', 'working', 'done', 'idle']) {
			const what = document.querySelector('.lane-' + lane + ' article .what');
			if (what && seen.at(-1)?.lane !== lane) {
				seen.push({lane, words: what.textContent});
			}
		}
	}).observe(document, {childList: true, subtree: true, characterData: true});
}

test('cards move as it went, and the waterfall has its lengths', () => withPage('#/', async (page) => {
	const {daemon} = at;
	const {sent, start, recording} = await daemon.play(RECORDING, {from: FIRST, isPaced: true});
	const [{session_id: id}] = (await daemon.get('/api/sessions')).sessions;
	await card(page, 'done', id).waitFor();
	const seen = await page.evaluate(() => window.seen);
	assert.deepEqual(seen.map((s) => s.lane).filter((lane, i) => i > 0 || lane !== 'idle'), ['working', 'needs', 'working', 'needs', 'working', 'done']);
	assert.deepEqual(seen.filter((s) => s.lane === 'needs').map((s) => /asks permission: (\w+)/.exec(s.words)?.[1]), ['Bash', 'Bash']);

	const turn = await daemon.get('/api/sessions/' + id + '/turns/1'), length = turn.end - turn.begin;
	const waits = turn.steps.filter((s) => s.kind === 'you');
	// A busy machine sends hooks late: what they report lies between the moment of the recording and their arrival.
	/** @param {number} began @param {string} hook @param {number} ended @param {string} last */
	const between = (began, hook, ended, last) => [start + ended - sent[hook].ended, sent[last].ended - start - began];
	const [enter, again] = recording.actions.filter((a) => a.what.startsWith('Enter pressed')).map((a) => a.ms);
	const [first, second] = recording.model_calls.filter((c) => !c.aux).map((c) => c.end_ms);
	for (const [what, ms, [least, most]] of [
		['the turn', length, between(recording.turns[0].prompt_ms, '003', recording.turns[0].agent_finished_ms, '015')],
		['the first wait', waits[0].length_ms, between(first, '006', enter, '008')],
		['the second wait', waits[1].length_ms, between(second, '011', again, '013')]]) {
		console.log(what + ' took ' + ms + ' ms; ' + least + ' to ' + most + ' in the recording');
		assert.equal(ms >= least - 20 && ms <= most + 20, true, what + ' took ' + ms + ' ms, not ' + least + ' to ' + most);
	}
	await page.goto(daemon.url + '/#/session/' + id + '/turn/1');
	const picture = page.locator('.waterfall .chart-picture');
	await picture.locator('.step.step-you').nth(1).waitFor();
	const drawn = await picture.evaluate((svg) => [...svg.querySelectorAll('.step.step-you')].map((e) => Number(e.getAttribute('width'))));
	const width = await picture.evaluate((svg) => svg.viewBox.baseVal.width), plot = width - 2 - (width < 480 ? 62 : 92);
	drawn.forEach((w, i) => assert.equal(Math.abs(w - waits[i].length_ms / length * plot) < 1.5, true, 'bar ' + i + ' is ' + w + ' wide'));
	await page.locator('.waterfall summary').click();
	assert.deepEqual(await page.locator('.waterfall tbody tr', {has: page.getByRole('rowheader', {name: 'you'})}).locator('td:nth-of-type(1)').allTextContents(), ['Bash ×2']);

	const {usd_per_million: price} = await daemon.get('/api/prices?model=gpt-5.1-codex'), tokens = recording.turns[0].tokens_returned;
	const cost = (tokens.input * price.input + tokens.cache_read * price.cache_read + tokens.output * price.output) / 1e6; // OpenAI asks nothing for writing
	await page.locator('.tiles dd[title^="$' + cost.toFixed(5) + '"]').waitFor();
}, {before: (page) => page.addInitScript(watchLanes)}));
