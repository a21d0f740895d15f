// The arithmetic of the charts and of ranges of days. No browser is needed.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {clockTicks, durationLabel, durationTicks, fitted, labelled, linear, valueTicks} from '../../src/page/chart/axis.js';
import {arrange, arrangeTurn, coveredMs, fold, toolLabel} from '../../src/page/chart/fold.js';

process.env.TZ = 'Europe/Berlin';

test('values have round ticks that reach beyond the largest', () => {
	assert.deepEqual(valueTicks(0), [0, 1]);
	assert.deepEqual(valueTicks(NaN), [0, 1]);
	assert.deepEqual(valueTicks(8), [0, 2, 4, 6, 8]);
	assert.deepEqual(valueTicks(9), [0, 2.5, 5, 7.5, 10]);
	assert.deepEqual(valueTicks(0.03), [0, 0.01, 0.02, 0.03]);
	for (let max = 1e-6; max < 1e9; max *= 1.37) {
		const ticks = valueTicks(max);
		assert.ok(ticks.at(-1) >= max * (1 - 1e-9) && ticks.at(-2) < max && ticks.length >= 3 && ticks.length <= 6, max + ': ' + ticks);
	}
});

test('a line goes through its two points, or stays where it is', () => {
	const x = linear(10, 20, 0, 100);
	assert.deepEqual([x(10), x(15), x(20)], [0, 50, 100]);
	assert.equal(linear(5, 5, 7, 9)(5), 7);
});

test('durations have round ticks', () => {
	assert.deepEqual(durationTicks(0, 60000, 6).map((t) => t.label), ['0', '10 s', '20 s', '30 s', '40 s', '50 s', '1 min']);
	assert.deepEqual(durationTicks(1234, 1300, 3).map((t) => t.at), [1250, 1300]);
	for (let end = 1; end < 1e11; end *= 1.7) {
		assert.ok(durationTicks(0, end, 8).length <= 9, String(end));
	}
	assert.deepEqual([[0, 1], [5, 5], [50, 50], [500, 500], [90000, 30000], [5400000, 1800000], [7200000, 3600000]].map(([ms, step]) => durationLabel(ms, step)),
		['0', '0.005 s', '0.05 s', '0.5 s', '1:30 min', '1:30 h', '2 h']);
});

test('the hours of a day are those of the clock, also when it is changed', () => {
	const day = (date, hours) => clockTicks(Date.parse(date), Date.parse(date) + hours * 3600000, 12).map((t) => t.label);
	assert.deepEqual(day('2026-11-27T00:00+01:00', 24).slice(0, 3), ['00:00', '02:00', '04:00']);
	assert.deepEqual(day('2026-03-29T00:00+01:00', 23).slice(0, 3), ['00:00', '04:00', '06:00']); // there is no 02:00
	assert.deepEqual(day('2026-10-25T00:00+02:00', 25).slice(0, 3), ['00:00', '03:00', '06:00']);
	assert.deepEqual(clockTicks(Date.parse('2026-11-27T08:30+01:00'), Date.parse('2026-11-27T11:10+01:00'), 12).map((t) => t.label), ['09:00', '10:00', '11:00']);
});

test('labels do not touch, and one is always there', () => {
	assert.deepEqual(labelled(5, 500, 50, 4), [0, 1, 2, 3, 4]);
	assert.deepEqual(labelled(30, 300, 50, 29), [4, 9, 14, 19, 24, 29]);
	assert.deepEqual(labelled(24, 300, 30, 0).slice(0, 2), [0, 3]);
	assert.deepEqual([fitted('Read', 100), fitted('claude-opus-5-5', 40), fitted('claude', 20)], ['Read', 'claud…', '']);
});

const step = (kind, name, offset_ms, length_ms, more = {}) => ({kind, name, tool_name: null, model: null, actor: 'main', agent: null, outcome: 'ok', fault: null,
	status: null, offset_ms, length_ms, tokens: null, cost_usd: null, ...more});

test('equal neighbours are folded, others are not', () => {
	const reads = Array.from({length: 41}, (_, i) => step('tool', 'Read', i * 10, 8));
	const groups = fold([...reads, step('tool', 'Bash', 500, 100), step('tool', 'Read', 700, 10)]);
	assert.deepEqual(groups.map((g) => [g.label, g.steps.length, g.begin, g.end]), [['Read', 41, 0, 408], ['Bash', 1, 500, 600], ['Read', 1, 700, 710]]);
});

test('what overlaps lies in lanes, of which there are not too many', () => {
	const at = (begin, end) => ({label: '', kind: 'tool', begin, end, lane: 0, steps: []});
	const groups = [at(0, 100), at(10, 20), at(15, 40), at(25, 30), at(100, 110)];
	assert.equal(arrange(groups), 3);
	assert.deepEqual(groups.map((g) => g.lane), [0, 1, 2, 1, 0]);
	assert.equal(arrange(Array.from({length: 20}, () => at(0, 10))), 6);
	assert.equal(arrange([]), 1);
});

test('a turn has a row for the model, tools, its user and each subagent', () => {
	const plan = arrangeTurn({turn: 1, begin: 1000, end: 3000, truncated: false, steps: [
		step('model', 'm', 0, 100),
		step('tool', 'Task', 100, 900),
		step('agent', 'explore', 150, 800, {agent: 'a1', actor: null}),
		step('model', 'm', 200, 50, {agent: 'a1', actor: 'agent'}),
		step('tool', 'mcp__github__search', 300, 50, {agent: 'a1', actor: 'agent', outcome: 'error'}),
		step('you', 'permission', 400, 100, {tool_name: 'Bash', agent: 'a1'}),
		step('model', 'm', 1100, null, {fault: 'overloaded', status: 529, outcome: 'error'}),
	]});
	assert.deepEqual(plan.rows.map((r) => [r.label, r.frames.length, r.groups.map((g) => g.label)]), [
		['model', 0, ['m']], ['tools', 0, ['Task']], ['you', 0, ['Bash']], ['explore', 1, ['m', 'github: search']]]);
	assert.equal(plan.errors.length, 2);
	assert.equal(plan.length, 2000);
	assert.equal(arrangeTurn({turn: 1, begin: 1000, end: null, truncated: false, steps: [step('model', 'm', 0, 700)]}).length, 700);
	assert.equal(arrangeTurn({turn: 1, begin: 0, end: null, truncated: false, steps: []}).length, 1);
	assert.equal(toolLabel('mcp__a_b__c__d'), 'a_b: c__d');
});

test('time that several share counts once', () => {
	assert.equal(coveredMs([]), 0);
	assert.equal(coveredMs([{begin: 50, end: 60}, {begin: 0, end: 10}, {begin: 5, end: 20}, {begin: 7, end: 8}]), 30);
});
