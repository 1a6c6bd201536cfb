// The sandbox as the shell sees it: each command is put inside, or it is said why not. Nothing of it is loaded before the first command.
import type { ShellStart } from '../shell-start.ts';

/** A command that was put inside. */
export interface Enclosure {
  /** Started in place of the command's own, in the same folder, with descriptor 3 handed on. */
  readonly start: ShellStart;
  /** Beside the environment of every command. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the sandbox refused to the command that has ended, as a sentence. */
  blocked(output: string, exitCode: number | undefined): string | undefined;
  /** To be called once when the command has ended, or was never started. */
  release(): void;
}

/** Reasons are whole sentences for the model and the person: what is wrong and what to do. */
export type SandboxEntry =
  | { readonly kind: 'inside'; readonly enclosure: Enclosure }
  /** There can be no sandbox on this machine, and none is required: the command may start as it is. */
  | { readonly kind: 'outside'; readonly reason: string }
  /** The command may not start. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface CommandSandbox {
  /** No command may leave it, whoever asks. */
  readonly required: boolean;
  /** Never rejects. Calls may overlap. The last argument of `start` is the command. */
  enter(start: ShellStart, signal: AbortSignal): Promise<SandboxEntry>;
  /** Its temp folder goes with it. */
  dispose(): void;
}
