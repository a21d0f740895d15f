// The orchestrator's answers as panels: where tasks stand, gates, loops, resources, providers. Each draws nothing where
// nothing is known.

import {createFigure, tableOf} from '../chart/figure.js';
import {toolLabel} from '../chart/fold.js';
import {line} from '../chart/series.js';
import {el, outside} from '../core/dom.js';
import {bytes, count, duration, figure, fullTime, percent, shortDuration, time, tokens, unknown, usd} from '../core/format.js';
import {icon} from '../core/icons.js';
import {addressOf, sessionAddress} from '../core/router.js';

/** @typedef {import('../core/dom.js').Child} Part */
/** @typedef {{hasBoard: boolean, state: string, more: (state: string) => any[], loadMore: (state: string) => void, save: (path: string) => void}} Context */

const HISTORY = 288, HISTORY_MS = 5000;
const figureOfTasks = createFigure();
export const states = {pending: 'Pending', ready: 'Ready', inProgress: 'In progress', blocked: 'Blocked', done: 'Done'};

/** @param {(null | undefined | false | [string, Part, string?])[]} rows name, value, more */
function tiles(rows) {
	return el('dl', {class: 'tiles'}, rows.map((row) => row && row[1] !== unknown && row[1] !== null && el('div', {}, el('dt', {}, row[0]), el('dd', {}, row[1]), row[2] && el('dd', {class: 'note muted'}, row[2]))));
}

/**
 * @param {string} title
 * @param {string[]} columns
 * @param {(string | number | Node)[][]} rows
 */
function table(title, columns, rows) {
	return rows.length > 0 && el('div', {}, el('h3', {class: 'sub'}, title), tableOf(columns, rows, title));
}

/**
 * How often each.
 * @param {string} title
 * @param {[string, number][]} rows
 */
function bars(title, rows) {
	const most = Math.max(...rows.map(([, n]) => n));
	return rows.length > 0 && el('div', {}, el('h3', {class: 'sub'}, title), el('ul', {class: 'bars counts'}, rows.map(([name, n]) => el('li', {}, outside(name, {class: 'bar-name', title: name}),
		el('span', {class: 'bar', vars: {share: n / most}}), el('span', {class: 'bar-value'}, count(n))))));
}

/** @typedef {{at: number, values: number[]}} Sample */

/**
 * Some lines over time, if there are enough to see anything.
 * @param {ReturnType<typeof createFigure>} f
 * @param {string[]} names
 * @param {Sample[]} samples
 * @param {string} unit
 */
function trend(f, names, samples, unit) {
	const points = samples.map(({at, values: [value, ...more]}) => ({at, value, more, words: time(at) + names.map((name, i) => ' · ' + name + ' ' + figure([value, ...more][i]) + unit).join('')}));
	if (points.length < 3) {
		return null;
	}
	f.update({
		sentence: 'Since ' + time(samples[0].at) + ': ' + names.map((name, i) => name + ' ' + figure(Math.min(...samples.map((s) => s.values[i]))) + ' to ' + figure(Math.max(...samples.map((s) => s.values[i]))) + unit).join(', '),
		draw: line({axis: (v) => figure(v) + unit, points}),
		columns: ['Time', ...names],
		rows: () => [...samples].reverse().map((s) => [fullTime(s.at), ...s.values]),
	});
	return el('div', {class: 'trend'}, f.element, el('p', {class: 'legend', 'aria-hidden': 'true'}, names.map((name, i) => el('span', {}, el('span', {class: 'swatch', vars: {color: 'var(--s' + i + ')'}}), name))));
}

/** @param {any} at ISO, or ms since the epoch */
function when(at) {
	const ms = typeof at === 'number' ? at : Date.parse(at);
	return Number.isNaN(ms) ? outside(String(at ?? unknown)) : el('span', {title: fullTime(ms)}, time(ms));
}

/** @param {number | null} part */
function rate(part) {
	return part === null ? unknown : el('span', {class: part < 0.5 ? 'is-bad' : part < 0.8 ? 'is-doubtful' : ''}, percent(part));
}

/** @param {{approvals: number, rejections: number}} g @returns {number | null} of all decisions */
function passed(g) {
	const all = g.approvals + g.rejections;
	return all > 0 ? g.approvals / all : null;
}

/** @param {any} id @param {Context} c */
function taskLink(id, c) {
	return c.hasBoard ? el('a', {href: '#/task/' + encodeURIComponent(id)}, outside(id)) : outside(id);
}

/**
 * A loop that the daemon saw is SESSION/TURN/TOOL, with the session as its run.
 * @param {any} loop @param {any} answer @param {Context} c
 */
function loopLink(loop, answer, c) {
	const id = String(loop.taskId), run = String(loop.runId);
	if (answer.source !== 'own' || !id.startsWith(run + '/')) {
		return taskLink(id, c);
	}
	const [turn, ...tool] = id.slice(run.length + 1).split('/');
	return el('a', {href: sessionAddress(run, Number(turn)), title: id}, outside(tool.join('/') === 'llm' ? 'model call' : toolLabel(tool.join('/'))), ', turn ' + turn);
}

/** @param {any} a @param {Context} c @returns {Part[]} */
function tasks(a, c) {
	const known = Object.values(a.tasksByState).some((n) => n !== null) || Object.keys(a.drilldown).length > 0;
	if (!known) {
		return [];
	}
	const all = Object.keys(states), chosen = all.includes(c.state) ? c.state : ['blocked', 'inProgress', 'ready', 'pending'].find((s) => a.drilldownTotals[s] > 0) || 'done';
	const listed = [...a.drilldown[chosen] || [], ...c.more(chosen)], total = a.drilldownTotals[chosen] || 0;
	return [
		tiles([['Queue', count(a.queueDepth)], ['Done in an hour', count(a.throughputLastHour), a.throughputLast5Min === null ? '' : count(a.throughputLast5Min) + ' in 5 minutes'],
			['Succeed', a.successRate === null ? null : rate(a.successRate)], ['Retries', percent(a.retryRate), 'of decisions'], ['Agents at work', percent(a.wipUtilization)],
			['Bottleneck', a.bottleneckStage && states[/** @type {'ready'} */ (a.bottleneckStage)]]]),
		trend(figureOfTasks, ['Queue', 'In progress', 'Blocked'], (a.history || []).map((/** @type {any} */ h) => ({at: Date.parse(h.timestamp), values: [h.queueDepth, h.inProgressCount, h.blockedCount]}))
			.filter((/** @type {Sample} */ s) => s.at && s.values.every((v) => v !== null)).sort((/** @type {Sample} */ x, /** @type {Sample} */ y) => x.at - y.at), ''),
		el('nav', {class: 'choice', 'aria-label': 'State'}, Object.entries(states).map(([state, words]) => el('a', {href: addressOf('quality', {state}), 'aria-current': state === chosen && 'true'},
			words + ' ', el('b', {}, count(a.tasksByState[state] ?? a.drilldownTotals[state]))))),
		el('ul', {class: 'drill', tabindex: '0', 'aria-label': 'Tasks'}, listed.map((t) => el('li', {}, taskLink(t.id, c), ' ', outside(t.title), ' ',
			el('span', {class: 'muted'}, outside([t.status.toLowerCase() !== chosen.toLowerCase() && t.status, t.domain, t.milestone, ...t.labels || []].filter(Boolean).join(' · ')))))),
		total === 0 ? el('p', {class: 'muted'}, 'None is listed') : el('p', {class: 'paging'}, el('span', {class: 'muted'}, listed.length + ' of ' + count(total) + (a.source === 'own' ? '' : ' in the roadmap')),
			listed.length < total && el('button', {type: 'button', onclick: () => c.loadMore(chosen)}, 'More'),
			el('button', {type: 'button', class: 'quiet', onclick: () => c.save('/api/metrics/export/tasks?state=' + chosen)}, 'CSV')),
	];
}

/** @param {any} a @param {Context} c @returns {Part[]} */
function gates(a, c) {
	const all = a.approvals + a.rejections;
	return all + (a.totalDecisions || 0) === 0 ? [] : [
		tiles([['Passed', rate(passed(a)), count(a.approvals) + ' of ' + count(all)], ['Decisions', count(a.totalDecisions), Object.entries(a.byType).map(([type, n]) => count(/** @type {number} */ (n)) + ' ' + type.replaceAll('_', ' ')).join(', ')], a.escalations > 0 && ['Escalated', el('span', {class: 'is-bad'}, count(a.escalations))],
			['Consensus', percent(a.consensusReachRate)]]),
		table('Gates', ['Gate', 'Passed', 'Rejected', 'Pass rate'], a.gateBreakdown.map((/** @type {any} */ g) => [outside(toolLabel(g.gate)), count(g.approvals), count(g.rejections), rate(passed(g))])),
		bars('Why rejected', a.rejectionReasons.map((/** @type {any} */ r) => [r.reason, r.count])),
		bars('Adversarial findings', a.adversarialCategories.map((/** @type {any} */ r) => [r.category, r.count])),
		table('Rubrics', ['Rubric', 'Average'], Object.entries(a.rubricAverages).map(([name, value]) => [outside(name), figure(value)])),
		table('Consensus', ['Task', 'Kind', 'When', 'Quorum'], a.consensusHistory.map((/** @type {any} */ h) => [taskLink(h.taskId || h.id, c), outside(h.type || unknown), when(h.timestamp),
			h.quorumSatisfied ? 'reached' : el('span', {class: 'is-bad'}, 'not reached')])),
	];
}

/** @param {any} a @param {Context} c @returns {Part[]} */
function loops(a, c) {
	const s = a.stats, now = a.activeLoops.length;
	return s.totalLoops + now + a.recentEvents.length === 0 ? [] : [
		tiles([['Open', count(now)], ['Closed', count(s.closedLoops), s.closedLoops ? percent(s.closedWithin3 / s.closedLoops) + ' within 3 attempts' : ''],
			['Without end', s.infiniteLoopCount ? el('span', {class: 'is-bad'}, count(s.infiniteLoopCount)) : '0', 'over 5 attempts'], ['Incidents', count(s.incidentCount)]]),
		table('Open loops', ['Task', 'Attempts', 'Last', 'For', 'Last attempt'], a.activeLoops.map((/** @type {any} */ l) => [
			el('span', {}, l.infiniteLoopFlag && icon('error', 'is-error'), ' ', loopLink(l, a, c)), el('span', {class: l.infiniteLoopFlag ? 'is-bad' : ''}, count(l.attempts) + (l.infiniteLoopFlag ? ', no end' : '')),
			outside(l.lastLabel || unknown), duration(l.elapsedMs), when(l.lastAttemptAt)])),
		bars('Loops by attempts', Object.entries(s.attemptHistogram || {}).map(([n, times]) => [n + (n === '1' ? ' attempt' : ' attempts'), Number(times)])),
		table('Lately', ['Task', 'What', 'When'], a.recentEvents.map((/** @type {any} */ e) => [loopLink(e, a, c),
			outside({attempt: 'attempt ' + e.attempt + ', ' + e.label, closed: 'closed after ' + e.attempts + ' in ' + shortDuration(e.durationMs), incident: 'given up in ' + e.state + ' at attempt ' + e.attempt}[/** @type {'closed'} */ (e.type)] || e.type),
			when(e.timestamp || e.closedAt)])),
	];
}

/** @type {Sample[]} what the host was like while one looked */
let history = [];
const hosts = {cpuPercent: 'CPU', memoryPercent: 'Memory', diskPercent: 'Disk'};
const figureOfHost = createFigure();

/** @param {any} a */
export function remember(a) {
	const at = Date.parse(a.updatedAt) || Date.now(), last = history.at(-1), values = Object.keys(hosts).map((h) => a.host[h]);
	if (values.every((v) => v !== null) && (!last || at - last.at >= HISTORY_MS)) {
		history = [...history, {at, values}].slice(-HISTORY);
	}
}

/** @param {any} a @returns {Part[]} */
function resources(a) {
	const host = Object.entries(hosts).filter(([name]) => a.host[name] !== null), cost = a.costPerTask, own = a.own?.daemon;
	return host.length + (own ? 1 : 0) === 0 ? [] : [
		el('ul', {class: 'bars'}, host.map(([name, words], i) => el('li', {class: a.host[name] >= 95 ? 'is-over' : a.host[name] >= 80 ? 'is-near' : ''}, el('span', {class: 'bar-name'}, words), el('span', {class: 'bar series-' + i, vars: {share: Math.min(1, a.host[name] / 100)}}),
			el('span', {class: 'bar-value'}, figure(a.host[name]) + ' %')))),
		trend(figureOfHost, Object.values(hosts), history, ' %'),
		tiles([['Claude processes', count(a.processes.claude)], ['Node processes', count(a.processes.node)], a.throttle.level > 0 && ['Throttled', 'level ' + a.throttle.level, Object.entries(a.throttle.params || {}).filter(([name]) => name !== 'level').map(([name, value]) => (name === 'name' ? '' : name.replaceAll('_', ' ') + ' ') + value).join(' · ')],
			['A task costs', usd(cost.usd), cost.tasks ? 'today, ' + count(cost.tasks) + ' done' : ''], ['By its tokens', usd(a.estimatedCostPerTask), 'a guess of the orchestrator'],
			own && ['This daemon', bytes(own.rssBytes), own.cpuPercent + ' % CPU, ' + own.fds + ' files']]),
		table('Limits of providers', ['Provider', 'Now', 'Hits', 'Recovered', 'Down on average', 'Longest'], a.providers.map((/** @type {any} */ p) => [outside(p.provider),
			el('span', {class: p.currentStatus === 'healthy' ? '' : 'is-bad'}, outside(p.currentStatus || unknown)), count(p.totalLimitHits), count(p.totalRecoveries), shortDuration(p.averageDowntimeMs), shortDuration(p.longestDowntimeMs)])),
	];
}

/** @param {any} a @returns {Part[]} */
function usage(a) {
	return a.providers.length === 0 ? [] : [tableOf(['Provider', 'Tokens this hour', 'Requests', 'Tokens today', 'Requests', 'Of its limit'], a.providers.map((/** @type {any} */ p) => [
		outside(p.id), tokens(p.hourlyTokens), count(p.hourlyRequests), tokens(p.dailyTokens), count(p.dailyRequests),
		p.utilizationPercent === null ? unknown : el('span', {class: p.utilizationPercent >= 80 ? 'is-bad' : ''}, figure(p.utilizationPercent) + ' %')]), 'Usage')];
}

/**
 * name: below /api/metrics; key: in its stream; none: why the daemon itself knows nothing
 * @type {{title: string, name: string, key?: string, none: string, parts: (answer: any, c: Context) => Part[]}[]}
 */
export const stateParts = [
	{title: 'Tasks by state', name: 'tasks', key: 'tasks', none: 'there is no task board (tasks-dir) and no state-dir', parts: tasks},
	{title: 'Quality gates', name: 'quality_gates', key: 'quality', none: 'no tool call needed a decision in 24 hours', parts: gates},
	{title: 'Resolution loops', name: 'resolution', key: 'resolution', none: 'nothing failed twice in a row', parts: loops},
	{title: 'Resources', name: 'resources', key: 'resources', none: 'this machine is not known', parts: resources},
	{title: 'Tokens by provider', name: 'usage', none: 'no model was called today', parts: usage},
];

/** What is below a panel: files that are not as they should be, and how old it is. @param {any} answer */
export function footOf(answer) {
	return answer.source === 'own' ? [] : [...troubles(answer).map((t) => el('p', {class: 'is-doubtful'}, outside(t))), answer.updatedAt && el('p', {class: 'as-of muted'}, 'As of ', when(answer.updatedAt))];
}

/** @param {any} answer @returns {string[]} files that are not as they should be */
export function troubles(answer) {
	return answer.sources.filter((/** @type {any} */ s) => s.state !== 'ok').map((/** @type {any} */ s) => s.file + ' is ' + s.state.replace('_', ' ') + (s.error && s.state !== 'missing' ? ': ' + s.error : ''));
}
