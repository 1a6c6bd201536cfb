// The capabilities that the core is built over. Each contract says whether it may throw, who disposes, and whether calls may overlap.
import type { Failure } from './events.ts';
import type { ApiMessage, ApiServerTool, ApiStreamEvent, ApiSystemBlock, ApiToolDefinition } from './messages/api.ts';

// ---------------------------------------------------------------- the model

/** How much work an answer may take, least first. */
export const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof efforts)[number];

/** Whether the model thinks before it answers: as it sees fit, or not at all. */
export const thinkingModes = ['adaptive', 'disabled'] as const;
export type ThinkingMode = (typeof thinkingModes)[number];

/** How the model is to answer. What is left out is left to the API. */
export interface ModelParameters {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stopSequences?: readonly string[];
  /** `none` forbids tools, `any` demands one, a name demands that one. */
  readonly toolChoice?: 'auto' | 'any' | 'none' | { readonly name: string };
  readonly userId?: string;
  /** `adaptive`, off, or a budget in tokens of at least 1,024. */
  readonly thinking?: ThinkingMode | { readonly budgetTokens: number };
  readonly effort?: Effort;
}

/** The limit on requests or tokens that is nearest to its end. */
export interface RateLimit {
  readonly kind: string;
  /** What is left of it, from 0 to 1. */
  readonly share: number;
  /** Epoch milliseconds. */
  readonly resetsAt?: number;
}

export interface ModelRequest {
  readonly model: string;
  readonly maxTokens: number;
  readonly parameters?: ModelParameters;
  readonly system: readonly ApiSystemBlock[];
  readonly tools: readonly (ApiToolDefinition | ApiServerTool)[];
  readonly messages: readonly ApiMessage[];
}

export type ModelEvent =
  | { readonly type: 'connected'; readonly requestId: string | undefined; readonly rateLimit?: RateLimit }
  | { readonly type: 'stream'; readonly event: ApiStreamEvent }
  /** The last event, if any: the stream itself never throws. */
  | { readonly type: 'failed'; readonly failure: Failure };

/** Streams one answer. Never throws; an aborted signal ends the iteration quietly. Overlapping calls are independent. */
export interface ModelClient {
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** Tokens that the request holds, as the endpoint counts them; undefined when it does not say. Never rejects. */
  countTokens?(request: ModelRequest, signal: AbortSignal): Promise<number | undefined>;
}

// ---------------------------------------------------------------- files

export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  /** How many names it has on its disk (hard links); absent where nobody counts. */
  readonly names?: number;
}

/** Text as an editor sees it; `write` puts it back the way it was found. */
export interface TextFile {
  /** Decoded, without a byte order mark, with its own line endings. */
  readonly text: string;
  readonly encoding: string;
  readonly bom: boolean;
  /** SHA-256 of the bytes on disk, or of the buffer's text; changes if and only if the content does. */
  readonly hash: string;
  /** An editor holds unsaved changes: `text` is the buffer's, and a write goes to the buffer. */
  readonly unsaved: boolean;
}

/** Reasons are for code, messages for people and the model. */
export type FileErrorReason =
  | 'not_found'
  | 'is_folder'
  | 'not_text'
  | 'too_large'
  | 'stale'
  | 'no_access'
  | 'no_space'
  | 'other';

export class FileError extends Error {
  override readonly name = 'FileError';
  readonly reason: FileErrorReason;
  constructor(reason: FileErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * The workspace's files by absolute path. Methods throw `FileError` and nothing else. Overlapping calls are allowed;
 * callers serialise writers of one path. A write is all or nothing: the file is the old one or the new one, never half.
 */
export interface FileSystem {
  stat(path: string): Promise<FileStat | undefined>;
  /** Names with their kinds, unsorted. `link`: it is one, and `kind` is what it leads to; absent where that is not known. */
  list(path: string): Promise<readonly { name: string; kind: FileStat['kind']; link?: boolean }[]>;
  readBytes(path: string, options?: { maxBytes?: number }): Promise<Uint8Array>;
  readText(path: string): Promise<TextFile>;
  /**
   * Writes text in `like`'s encoding and byte order mark, or UTF-8 for a new file (parent folders are made). When `like` is
   * given and the content is no longer `like.hash`, throws `stale` and writes nothing; when it is not given and the file
   * exists, likewise. Mode bits and links are kept. Returns what now stands there.
   */
  writeText(path: string, text: string, like: TextFile | undefined): Promise<TextFile>;
  /** The canonical path: links resolved, for a missing file those of its deepest existing ancestor. Undefined when it cannot be told. */
  resolve(path: string): Promise<string | undefined>;
  /**
   * Has the system read a file's beginning that is likely to be asked for, so that it is at hand; nothing is kept here. `path` is canonical. Does
   * nothing for what is no file; never throws. Absent where files are far away.
   */
  readAhead?(path: string): Promise<void>;
  /** Whether that very name is a link, one that leads nowhere too; never throws. Absent where `resolve` is as cheap. */
  isLink?(path: string): Promise<boolean>;
}

// ---------------------------------------------------------------- processes and search

export interface ShellRequest {
  readonly command: string;
  readonly cwd: string;
  /** Default: it may run for ever. */
  readonly timeoutMs?: number;
  /** Output past this is dropped in the middle while it is being read: memory stays bounded. */
  readonly maxOutputBytes: number;
  /** False: outside the sandbox, as the person allowed; without effect where it is required. Default: in it, where there is one. */
  readonly sandboxed?: boolean;
}

export interface ShellResult {
  /** Output and errors as they came, capped, control sequences included. */
  readonly output: string;
  /** Bytes that came in all. */
  readonly totalBytes: number;
  readonly exitCode: number | undefined;
  readonly ended: 'exit' | 'signal' | 'timeout' | 'abort' | 'spawn_failed';
  /** The folder the shell was in when it ended. */
  readonly cwd: string;
  /** What the sandbox has refused to it, as far as it shows: a sentence with the line that shows it. */
  readonly blocked?: string;
  /** It belonged in the sandbox and ran without: why, and what the person can do. */
  readonly unsandboxed?: string;
}

/**
 * Runs shell commands, each in a process group of its own that is ended whole on abort, time-out, dispose, and when this process dies.
 * Calls may overlap, up to a bound past which they are answered with `spawn_failed`. Never throws.
 */
export interface ProcessRunner {
  /** `onOutput` gets all of the output as it comes. Where it returns a promise (never rejecting), no more is read until then. */
  run(
    request: ShellRequest,
    signal: AbortSignal,
    onOutput: (text: string) => Promise<void> | undefined,
  ): Promise<ShellResult>;
}

export interface GlobQuery {
  readonly pattern: string;
  /** The folder to look in, canonical. */
  readonly path: string;
  /** Most files returned. */
  readonly limit: number;
  /** True for a path below `path` that must not show: neither in what is found nor in a count. */
  readonly excludes?: (path: string) => boolean;
}

export interface GrepQuery {
  readonly pattern: string;
  readonly path: string;
  readonly glob?: string;
  readonly type?: string;
  readonly mode: 'files_with_matches' | 'content' | 'count';
  readonly ignoreCase: boolean;
  readonly lineNumbers: boolean;
  readonly before: number;
  readonly after: number;
  /** With content: each match on a line of its own, without the text around it. Default false. */
  readonly onlyMatching?: boolean;
  readonly multiline: boolean;
  /** Most lines returned. */
  readonly limit: number;
  readonly offset: number;
  /** As in `GlobQuery`. */
  readonly excludes?: (path: string) => boolean;
}

export interface SearchResult {
  /** Absolute paths, or `path:line:text` lines for content. */
  readonly lines: readonly string[];
  /** How many there were, `lines` included; a lower bound when the search was ended early. */
  readonly total: number;
  readonly capped: boolean;
}

/** Finds files and text, respecting ignore files. Throws `SearchError` with a sentence for the model. */
export interface Search {
  /** Files that match, newest first; of very many (20,000) in the order of their names. */
  glob(query: GlobQuery, signal: AbortSignal): Promise<SearchResult>;
  grep(query: GrepQuery, signal: AbortSignal): Promise<SearchResult>;
}

export class SearchError extends Error {
  override readonly name = 'SearchError';
}

// ---------------------------------------------------------------- results too long for a request

export type KeptResult =
  /** `complete` false: the file holds the text's beginning, `bytes` long, as it was longer than what is kept of one. */
  | { readonly path: string; readonly bytes: number; readonly complete: boolean }
  /** Why there is no file, as in "the disk is full". */
  | { readonly failure: string };

/** A text on its way into a file. Never throws, its promises never reject. Ended by `finish` or `discard`, once. */
export interface ResultWriter {
  /** A promise is to be waited for before more is added. What comes past the cap or after a failure is let go. */
  add(text: string): Promise<void> | undefined;
  finish(): Promise<KeptResult>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** Keeps texts that are too long for a request as files that the model can read in parts and the person can open. */
export interface ResultStore {
  /** Never throws. Writers may overlap. */
  begin(): ResultWriter;
}

// ---------------------------------------------------------------- version control

/** A working tree at a glance. Names, paths and subjects are anybody's words. */
export interface GitState {
  /** Undefined: HEAD is on no branch. */
  readonly branch: string | undefined;
  /** As `origin` says it, else a local `main` or `master`. */
  readonly defaultBranch: string | undefined;
  /** Undefined: it could not be told in time. */
  readonly changes:
    | {
        /** Two letters as in `git status --short`, and the path from the top folder. The first ones only. */
        readonly listed: readonly { readonly status: string; readonly path: string }[];
        readonly count: number;
        /** There are more than `count`: they were not counted to the end. */
        readonly more: boolean;
      }
    | undefined;
  /** The newest first, at most five; empty before the first commit. */
  readonly commits: readonly { readonly hash: string; readonly subject: string }[];
}

/** Looks at repositories. Runs nothing that a repository names: no hook, filter, monitor, pager, signer or transport. */
export interface Git {
  /** Undefined: not a repository, not trusted, or no usable git. Never rejects, answers within seconds; may be half a minute old. */
  state(folder: string): Promise<GitState | undefined>;
}

// ---------------------------------------------------------------- the person

/** A question for the person, put in words once, by the gate. */
export interface PermissionQuestion {
  readonly requestId: string;
  readonly tool: string;
  /** "Run a command", "Write outside the workspace". */
  readonly title: string;
  /** The whole command, or the resolved path: all of it, nothing hidden. */
  readonly subject: string;
  /** Facts that the person should weigh, one a line: leaves the workspace, which rule asks. */
  readonly facts: readonly string[];
  /** How much it could harm, from 0 to 10: of several that wait, the greatest comes first. */
  readonly risk: number;
  /** What the model says it is for; untrusted words. */
  readonly purpose?: string;
  /** What "for this session" would allow, in words; absent when it cannot be offered. */
  readonly sessionGrant?: string;
  /**
   * What "always" would save, word for word, and into which file (absolute); absent when it cannot be offered. `effect` looks up what the
   * rules would have done to the calls of past sessions, for when the person wants to save them: sentences without the last one's end,
   * undefined when nothing is known. It takes 300 milliseconds at most and never rejects.
   */
  readonly always?: {
    readonly rules: readonly string[];
    readonly file: string;
    readonly effect?: () => Promise<string | undefined>;
  };
}

export type PermissionAnswer =
  | { readonly decision: 'allow_once' }
  | { readonly decision: 'allow_session' }
  | { readonly decision: 'allow_always' }
  /** `words` go to the model. `by`: nobody was there to be asked. */
  | { readonly decision: 'deny'; readonly words?: string; readonly by?: 'nobody' };

/**
 * Asks the person. Rejects never; an aborted signal or a closed dialog is a denial. Questions overlap when calls wait side by side:
 * they may be shown as one list. A question whose signal aborts needs no answer any more, perhaps as another answer covers it.
 */
export interface PermissionPrompter {
  ask(question: PermissionQuestion, signal: AbortSignal): Promise<PermissionAnswer>;
  /** Says how a rule was saved, or why not. Default: nobody is told. */
  tell?(message: string): void;
}

/** Keeps the rules that the person wants from now on. */
export interface RuleStore {
  /** Where they go, absolute; undefined where none can be kept (a folder that is not trusted). */
  file(): string | undefined | Promise<string | undefined>;
  /** Adds allow rules, once each. Throws an `Error` in words for the person; then the file is as it was. */
  add(rules: readonly string[]): Promise<void>;
}

export interface EditProposal {
  readonly requestId: string;
  /** Canonical absolute path. */
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
  readonly facts: readonly string[];
}

export type EditVerdict =
  /** `after` is what the person accepted, perhaps changed by hand. */
  | { readonly decision: 'accept'; readonly after: string; readonly forSession?: boolean }
  /** As a denial: `words` go to the model. */
  | { readonly decision: 'reject'; readonly words?: string; readonly by?: 'nobody' };

/** Shows an edit and waits for the verdict. Never rejects; an aborted signal is a rejection. Several may be open at once. */
export interface EditReviewer {
  review(proposal: EditProposal, signal: AbortSignal): Promise<EditVerdict>;
}

// ---------------------------------------------------------------- state and time

/** Keys and tokens of the person. May throw when the store is locked. */
export interface SecretStore {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds from some fixed moment, never going back. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}
