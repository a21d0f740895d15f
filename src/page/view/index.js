// Which view answers which address, in the order of the tabs; the first is the one without a name.

import {view as cost} from './cost.js';
import {view as day} from './day.js';
import {view as feed} from './feed.js';
import {view as now} from './now.js';
import {view as quality} from './quality.js';

/** @type {View[]} */
export const views = [now, cost, feed, quality, day];

/** Those that have a tab. */
export const tabs = views.filter((v) => !v.overlay);

/**
 * @param {string} name
 * @returns {View | undefined}
 */
export function viewOf(name) {
	return views.find((v) => v.name === name);
}
