// Days as "2026-11-27", and ranges of them.

import {el} from '../core/dom.js';
import {day} from '../core/format.js';

/** @param {string} date */
export function dateOf(date) {
	const [y, m, d] = date.split('-').map(Number);
	return new Date(y, m - 1, d, 12);
}

/** @param {string} date */
export function isDay(date) {
	return /^\d{4}-\d\d-\d\d$/.test(date) && day(dateOf(date)) === date;
}

/**
 * @param {string} date
 * @param {number} days later
 */
export function plusDays(date, days) {
	const d = dateOf(date);
	d.setDate(d.getDate() + days);
	return day(d);
}

/**
 * "27 Nov"; with a weekday: "Fri 27 Nov".
 * @param {string} date
 * @param {boolean} [weekday]
 */
export function dayName(date, weekday) {
	return dateOf(date).toLocaleDateString('en-GB', {weekday: weekday ? 'short' : undefined, day: 'numeric', month: 'short'}).replace(',', '');
}

const LONGEST = 731;

/**
 * Every day from the first to the last.
 * @param {string} first
 * @param {string} last
 */
export function daysOf(first, last) {
	const days = [];
	for (let d = first; d <= last && days.length < LONGEST; d = plusDays(d, 1)) {
		days.push(d);
	}
	return days;
}

/** The name in the address, and the words. */
const ranges = [['today', 'Today'], ['7', '7 days'], ['', '30 days'], ['month', 'This month']];

/**
 * The range that an address chooses; 30 days by default.
 * @param {URLSearchParams} query
 * @param {string} today
 * @returns {{name: string | null, from: string, to: string, words: string}} name: null where the days were given
 */
export function rangeOf(query, today) {
	const from = query.get('from') || '', to = query.get('to') || '';
	if (isDay(from) || isDay(to)) {
		const last = isDay(to) ? to : today;
		const first = isDay(from) && from <= last ? from : last;
		return {name: null, from: first, to: last, words: first === last ? 'on ' + dayName(first) : 'from ' + dayName(first) + ' to ' + dayName(last)};
	}
	switch (query.get('range')) {
	case 'today': return {name: 'today', from: today, to: today, words: 'today'};
	case '7': return {name: '7', from: plusDays(today, -6), to: today, words: 'in 7 days'};
	case 'month': return {name: 'month', from: today.slice(0, 8) + '01', to: today, words: 'this month'};
	}
	return {name: '', from: plusDays(today, -29), to: today, words: 'in 30 days'};
}

/**
 * @param {string | null} now
 * @param {(name: string) => string} address
 */
export function rangeLinks(now, address) {
	return el('nav', {class: 'choice', 'aria-label': 'Range'}, ranges.map(([name, words]) => el('a', {href: address(name), 'aria-current': name === now && 'true'}, words)));
}
