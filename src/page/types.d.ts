/* The shapes that the daemon answers with (docs/api.md) and that the modules hand each other. For tsc only;
 * not part of the page. */

interface Metrics {
	input_tokens: number;
	output_tokens: number;
	cache_tokens: number;
	cache_read_tokens: number;
	cache_write_tokens: number;
	reasoning_tokens: number;
	cost_usd?: number;
	cost_source?: 'reported' | 'estimated' | 'mixed' | 'free';
	unpriced_calls?: number;
}

interface Session {
	session_id: string;
	tool: string;
	state: 'idle' | 'working' | 'completed' | 'expired';
	project: string | null;
	cwd: string | null;
	metrics: Metrics | null;
	reason: string | null;
	attention: string | null;
	doing: string | null;
	background?: number;
	model: string | null;
	pid: number | null;
	turn: number | null;
	since: number;
	muted?: boolean;
}

/* A sum of /api/stats, of a past session, of a turn. */
interface Sum {
	cost_usd: number;
	cost: {reported: number; estimated: number; free: number};
	free_calls: number;
	unpriced_calls: number;
	unpriced_tokens: number;
	tokens: Tokens;
	calls: number;
	errors: number;
	success_rate: number | null;
	latency_ms: {avg: number | null; p50: number | null; p95: number | null};
	ttft_ms: {p50: number | null; p95: number | null};
	turns: number;
	worked_ms: number;
	waited_ms: number;
}

interface Tokens {
	input: number;
	cache_read: number;
	cache_write_5m: number;
	cache_write_1h: number;
	cache_write: number;
	output: number;
	reasoning: number;
	total: number;
}

interface Budget {
	period: string;
	limit_usd: number;
	spent_usd: number;
	percent: number;
}

interface Stats {
	today: Sum;
	month: Sum;
	total: Sum;
	range?: Sum;
	hours: any[];
	days: any[];
	months: any[];
	by_model: any[];
	by_project: any[];
	by_tool: any[];
	by_day: any[];
	projected_today: number | null;
	budgets: Budget[];
	plan: 'api' | 'subscription';
	[more: string]: any;
}

/* A line of the feed. */
interface FeedEvent {
	id: number;
	at: number;
	kind: string;
	session_id: string | null;
	tool: string | null;
	project: string | null;
	detail: {[name: string]: any} | null;
}

/* A card of the task board; what else is in its file stands beside these. */
interface Task {
	id: string;
	title: string;
	agent: string;
	priority: string | null;
	status: string;
	_meta: {
		path: string;
		dir?: string; // where there are several boards
		lane: string;
		group: string | null;
		mtime: string;
		placeholders: string[];
		raw: Record<string, any>;
		contradictions: {field: string; value: any; place: string}[];
		duplicates: any[];
		waiting_for: string[];
		unknown_dependencies: string[];
		cycle: boolean;
		warnings: string[];
		error: {line: number | null; column: number | null; message: string} | null;
	};
	[more: string]: any;
}

interface Board {
	cards: Map<string, Task>; // by where they lie
	moved: Map<string, string>; // when one came there, as far as it was seen
	agents: string[]; // those that have a directory
	counts: any; // of the answer, as are the others
	state: 'watching' | 'polling' | 'missing' | 'off';
	reason: string | null;
	dir: string | null;
	ignored: any[];
	truncated: boolean;
}

/* How the data come, and whether they are true. */
interface Link {
	state: 'connecting' | 'live' | 'stale' | 'offline';
	way: 'socket' | 'stream' | 'poll' | null;
	since: number; // of the state, ms
	heard: number; // when the daemon was last heard, ms; 0: never
	retryAt: number; // of an offline link, ms
	reason: string;
	needsToken?: boolean; // the daemon is there, and knows nobody without it
}

interface Route {
	name: string; // of the view: the first part, "now" for "#/"
	parts: string[]; // decoded, without the name
	query: URLSearchParams;
	address: string; // "#/sessions?project=webshop"
}

interface View {
	name: string;
	title: string;
	tab?: string | null; // the tab that is marked while it is shown, if not one of its own; null: none
	over?: string; // shown over the view before it, else over this one
	isThere?(health: any): boolean; // whether it has a tab; health: as /health has it
	mount(root: HTMLElement, app: App): Mounted;
}

interface Mounted {
	show(route: Route): void; // at once after mount, and whenever the address changes within the view
	stop(): void;
	filter?(): void; // "f" was pressed
	search?(): void; // "/" was pressed
	pause?(): void; // "p" was pressed
}

interface Api {
	get(path: string, options?: {signal?: AbortSignal; timeoutMs?: number}): Promise<any>;
	post(path: string, options?: {signal?: AbortSignal}): Promise<any>;
	fields(): Record<string, string>;
	token(): string;
	/** Fetches a file, with the token, and has the browser save it. */
	download(path: string): Promise<void>;
	/** Has the browser save it as a file. */
	save(blob: Blob, name: string): void;
}

interface Store {
	/** A value, undefined while it is not known. */
	get(key: string): any;
	set(key: string, value: any): void;
	/** The value was changed in place. */
	touch(key: string): void;
	/** run is called once now, and in the frame after each change of one of the keys; hidden: also while
	 * the tab is. */
	subscribe(keys: string[], run: () => void, options?: {hidden?: boolean}): () => void;
}

interface App {
	api: Api;
	store: Store;
	route(): Route;
	navigate(address: string, options?: {replace?: boolean}): void;
	/** Says it to a screen reader. */
	announce(text: string): void;
	/** Shows it for some seconds, too. */
	toast(text: string): void;
	live: {
		retry(): void;
		refresh(): void;
		/** run is called for each message whose kind begins with prefix. What was missed is not repeated: ask anew when
		 * "refreshed" in the store changes. */
		on(prefix: string, run: (data: any, kind: string) => void): () => void;
	};
	/** Keeps store's "board" true until the function that it returns is called. */
	watchBoard(): () => void;
}
