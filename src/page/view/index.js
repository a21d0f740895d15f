// Which view answers which address, in the order of the tabs; the first is the one without a name.

import {view as cost} from './cost.js';
import {view as day} from './day.js';
import {view as feed} from './feed.js';
import {view as graph} from './graph.js';
import {view as health} from './health.js';
import {view as metrics} from './metrics.js';
import {view as now} from './now.js';
import {view as quality} from './quality.js';
import {view as session} from './session.js';
import {view as sessions} from './sessions.js';
import {view as setup} from './setup.js';
import {view as task} from './task.js';
import {view as tasks} from './tasks.js';

/** @type {View[]} */
export const views = [now, sessions, cost, tasks, feed, metrics, quality, setup, health, day, graph, session, task];

/**
 * Those that have a tab.
 * @param {any} health as /health has it; undefined while that is not known
 */
export function tabsOf(health) {
	return views.filter((v) => v.tab === undefined && !v.over && (!v.isThere || health && v.isThere(health)));
}

/** @param {string} name */
export function viewOf(name) {
	return views.find((v) => v.name === name) || now;
}
