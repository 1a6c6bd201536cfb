// What a call asks for, and the proof that it was allowed.
import type { EditProposal, EditVerdict } from '../ports.ts';

/** What a tool call wants to do. `path` is as the model wrote it, made absolute against the working folder. */
export type Access =
  | { readonly kind: 'read'; readonly tool: string; readonly path: string }
  | { readonly kind: 'edit'; readonly tool: string; readonly path: string }
  | {
      readonly kind: 'command';
      readonly tool: string;
      readonly command: string;
      readonly cwd: string;
      readonly purpose?: string;
      /** The model asks to run it outside the sandbox that it would run in. Default false. */
      readonly unsandboxed?: boolean;
    }
  /** Sends a request to the host of `url` (http or https). */
  | { readonly kind: 'web'; readonly tool: string; readonly url: string; readonly purpose?: string }
  /** Something whose effects only the person can weigh: a task of the editor, another extension's tool, a search of the web. */
  | {
      readonly kind: 'action';
      readonly tool: string;
      /** "Run the task", "Search the web". */
      readonly title: string;
      /** All of what is done, nothing hidden: the task's command, the query. */
      readonly subject: string;
      /** What a rule may name in brackets: the task, the extension's tool. */
      readonly specifier?: string;
      readonly purpose?: string;
      /** Changes nothing and leaves the machine alone: runs unasked. Default false. */
      readonly readOnly?: boolean;
    }
  /** Touches the conversation alone: the todo list, a question to the person, a subagent (whose own calls are judged). */
  | { readonly kind: 'internal'; readonly tool: string; readonly specifier?: string };

/** Names the proof inside `Grant`; nothing outside this file can spell it, so a grant cannot be written by hand. */
declare const granted: unique symbol;

/**
 * Given by the gate alone, for one call. `path` is the canonical path that was judged: readers and writers open this one,
 * never the spelling they were given. For a command it is the folder, for what has no path it is empty.
 */
export interface Grant {
  readonly [granted]: true;
  readonly path: string;
  /** What was judged: for a command, this very string is run. */
  readonly access: Access;
  /** For a read of a folder: true for a path below it that a rule withholds. What is found leaves these out. */
  readonly excludes?: (path: string) => boolean;
  /** For an edit that a person reviewed: what they accepted, and whether it differs from the proposal. */
  readonly review?: Extract<EditVerdict, { decision: 'accept' }> & { readonly changed: boolean };
}

export type Authorization =
  | {
      readonly decision: 'allow';
      readonly grant: Grant;
      readonly by: 'person' | 'rule' | 'default';
      readonly reason: string;
    }
  /** `reason` is for the model: what was refused, by whom, the person's words if any, and what it may do instead. */
  | {
      readonly decision: 'deny';
      readonly by: 'person' | 'rule' | 'default';
      readonly reason: string;
      readonly note: string;
    };

export interface AuthorizationRequest {
  readonly access: Access;
  /** Works out an edit for review; called at most once, only after the access was not denied. */
  readonly propose?: (path: string) => Promise<Omit<EditProposal, 'requestId' | 'facts'>>;
  /** Who asks, when it is not the conversation's own model: "the agent “Find the callers”". Shown to the person. */
  readonly origin?: string;
  readonly signal: AbortSignal;
  /** Called when the person is being asked. */
  readonly onWaiting: (waiting: { requestId: string; words: string; review: boolean }) => void;
  readonly onAnswered: () => void;
}

/**
 * The one gate. Every call of every tool goes through it and only it makes grants. Passes on what `propose` throws; rejects for no
 * other reason. Calls may overlap.
 */
export interface PermissionGate {
  authorize(request: AuthorizationRequest): Promise<Authorization>;
  /**
   * Where an access leads that would be allowed now without asking anybody, and undefined for any other. Makes no grant, asks nobody, keeps
   * and logs nothing. May reject. Default: nothing is foreseen.
   */
  foresee?(access: Access): Promise<string | undefined>;
}
