// A real daemon in a directory of its own, and short ways to feed it.

import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';

const PROGRAM = process.env.OTEL_AI_MONITOR;
const RECORDINGS = process.env.TEST_RECORDINGS;
const PATIENCE_MS = 20000;

/** @param {number} ms */
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * @param {string} what
 * @param {() => any} condition
 */
export async function until(what, condition, patience = PATIENCE_MS) {
	const end = Date.now() + patience;
	while (Date.now() < end) {
		const value = await condition();
		if (value) {
			return value;
		}
		await sleep(20);
	}
	throw new Error(what + ' did not happen');
}

/**
 * A body whose client's clock is this machine's: every time within an hour of then is moved to now.
 * @param {Buffer} body
 * @param {number} then ms since the epoch
 * @param {number} now
 */
function shifted(body, then, now) {
	const hour = 3600000, near = (/** @type {number} */ ms) => Math.abs(ms - then) < hour;
	const text = body.toString('latin1').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, // as long as it was
		(iso) => near(Date.parse(iso)) ? new Date(Date.parse(iso) + now - then).toISOString() : iso)
		.replace(/"(\d{13})(\d{6})"/g, (all, ms, ns) => near(Number(ms)) ? '"' + (Number(ms) + now - then) + ns + '"' : all);
	const bytes = Buffer.from(text, 'latin1');
	for (let i = 0; i + 8 <= bytes.length; i++) {
		const ns = bytes.readBigUInt64LE(i);
		if (near(Number(ns / 1000000n))) {
			bytes.writeBigUInt64LE(ns + BigInt(now - then) * 1000000n, i);
			i += 7;
		}
	}
	return bytes;
}

export class Daemon {
	/** @param {string[]} args */
	static async start(args = []) {
		const d = new Daemon();
		d.directory = mkdtempSync(join(tmpdir(), 'browser-'));
		d.args = args;
		for (const name of ['run', 'state', 'config']) {
			mkdirSync(join(d.directory, name), {mode: 0o700});
		}
		await d.run(0);
		return d;
	}

	/** @param {number} port */
	async run(port) {
		this.log = '';
		this.child = spawn(PROGRAM, ['serve', '--port', String(port), '--no-notifications', ...this.args], {
			stdio: ['ignore', 'ignore', 'pipe'],
			env: {
				PATH: process.env.PATH,
				HOME: this.directory,
				XDG_RUNTIME_DIR: join(this.directory, 'run'),
				XDG_STATE_HOME: join(this.directory, 'state'),
				XDG_CONFIG_HOME: join(this.directory, 'config'),
			},
		});
		this.child.stderr.on('data', (data) => {
			this.log += data;
		});
		this.exit = new Promise((done) => this.child.once('exit', done));
		const match = await until('the daemon listens', () => {
			if (this.child.exitCode !== null) {
				throw new Error('the daemon has ended: ' + this.log);
			}
			return /listening on http:\/\/localhost:(\d+)/.exec(this.log);
		});
		this.port = Number(match[1]);
		this.url = 'http://localhost:' + this.port;
	}

	async kill(signal = 'SIGKILL') {
		this.child.kill(signal);
		await this.exit;
	}

	async stop() {
		this.child.kill('SIGCONT');
		await this.kill('SIGTERM');
		rmSync(this.directory, {recursive: true, force: true});
	}

	/**
	 * @param {string} path
	 * @param {any} body
	 * @param {string} type
	 */
	async post(path, body = '', type = 'application/json') {
		const answer = await fetch(this.url + path, {method: 'POST', headers: {'Content-Type': type}, body});
		if (!answer.ok) {
			throw new Error(path + ': ' + answer.status + ' ' + await answer.text());
		}
		return answer;
	}

	/** @param {string} path */
	async get(path) {
		return (await fetch(this.url + path)).json();
	}

	/**
	 * A hook of Claude Code, or of another client.
	 * @param {string} session
	 * @param {string} name
	 * @param {Record<string, any>} more
	 */
	hook(session, name, more = {}, client = 'claude-code') {
		return this.post('/hooks/' + client, JSON.stringify({session_id: session, hook_event_name: name, ...more}));
	}

	/**
	 * The end of a model call as Claude Code logs it.
	 * @param {string} session
	 * @param {Record<string, any>} fields cost_usd, input_tokens, model, …
	 */
	call(session, fields = {}, ms = Date.now()) {
		const all = {'event.name': 'api_request', 'session.id': session, model: 'claude-opus-5-5', input_tokens: 1200, output_tokens: 300,
			cache_read_tokens: 24000, cache_creation_tokens: 900, duration_ms: 2400, query_source: 'repl_main_thread', ...fields};
		return this.record('claude-code', all, ms);
	}

	/**
	 * @param {string} service
	 * @param {Record<string, any>} fields
	 */
	record(service, fields, ms = Date.now()) {
		const attributes = Object.entries(fields).map(([key, value]) => ({key, value: {stringValue: String(value)}}));
		return this.post('/v1/logs', JSON.stringify({resourceLogs: [{
			resource: {attributes: [{key: 'service.name', value: {stringValue: service}}]},
			scopeLogs: [{logRecords: [{timeUnixNano: Math.round(ms) + '000000', attributes}]}],
		}]}));
	}

	/**
	 * Plays what a real client sent: as fast as it is taken, or when it was sent.
	 * @param {string} name "claude-2.1.332/c-perm60"
	 * @param {{isPaced?: boolean, from?: number, change?: (body: Buffer, request: any) => Buffer}} [options] from: what
	 *   came before, in ms of the recording, is sent at once
	 * @returns {Promise<{recording: any, start: number, sent: Record<string, {began: number, ended: number}>}>} start: of
	 *   the recording, as it was here; sent: when, by number
	 */
	async play(name, options = {}) {
		const directory = join(RECORDINGS, name), start = Date.now() - (options.from || 0);
		/** @type {Record<string, {began: number, ended: number}>} */
		const sent = {};
		const recording = JSON.parse(readFileSync(join(directory, 'recording.json'), 'utf8'));
		for (const r of recording.requests) {
			let body = gunzipSync(readFileSync(join(directory, r.no + '.body.gz')));
			if (options.isPaced) {
				await sleep(start + r.at - Date.now());
			}
			if (r.content_encoding === 'gzip') {
				body = gunzipSync(body);
			}
			if (options.isPaced) {
				body = shifted(body, recording.first_arrival_unix_ms, start);
			}
			if (options.change) {
				body = options.change(body, r);
			}
			const began = Date.now();
			await (await fetch(this.url + r.path, {method: 'POST', headers: {'Content-Type': r.content_type}, body})).arrayBuffer();
			sent[r.no] = {began, ended: Date.now()};
		}
		return {recording, start, sent};
	}
}
