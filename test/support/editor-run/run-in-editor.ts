// Runs a bundled mocha suite inside the real extension host and brings its output and counts back.
import { setTimeout as sleep } from 'node:timers/promises';
import { startEditor } from '../../../scripts/lib/editor.ts';
import type { EditorChoice } from '../../../scripts/lib/editors.ts';
import { openWorkbench } from '../workbench.ts';
import { parseCountsLine, startLine, type TestCounts } from './mocha-entry.ts';

export interface EditorRunOptions {
  /** Default: what CAPSTAN_EDITOR says, else the newest. */
  readonly editor?: EditorChoice;
  /** The workspace; absolute. */
  readonly folder: string;
  /** The folder of the extension under development; absolute. */
  readonly extension: string;
  /** The bundled module that exports `run()`; absolute. */
  readonly tests: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment variables the extension host sees. */
  readonly env?: Readonly<Record<string, string>>;
  readonly workspaceTrust?: boolean;
  /** Where the suite's lines go; default standard output. */
  readonly print?: (line: string) => void;
  /** For the whole run; default ten minutes, since a busy machine takes many times a quiet one. */
  readonly timeoutMs?: number;
}

export interface EditorRun extends TestCounts {
  /** 0 when every test passed. */
  readonly exitCode: number;
}

/** Starts an editor, runs the suite and ends the editor. A run that ends without counts is one failed test. */
export async function runInEditor(options: EditorRunOptions): Promise<EditorRun> {
  const { editor: choice, folder, extension, tests, print = console.log, timeoutMs = 600_000 } = options;
  let counts: TestCounts | undefined;
  let started = false;
  const onLog = (line: string) => {
    const found = parseCountsLine(line);
    if (found) counts = found;
    else if (line.includes(startLine)) started = true;
    else if (started && !counts && !isNoise(line)) print(line.replace(/^(log|info|warn|error): ?/, ''));
  };
  await using editor = await startEditor({
    ...(choice ? { editor: choice } : {}),
    ...(options.settings ? { settings: options.settings } : {}),
    ...(options.env ? { env: options.env } : {}),
    ...(options.workspaceTrust === undefined ? {} : { workspaceTrust: options.workspaceTrust }),
  });
  await using workbench = await openWorkbench(editor, { folder, development: extension, tests, onLog });
  const abandoned = new AbortController();
  const exitCode = await Promise.race([
    workbench.testsEnded,
    editor.ended.then(() => 'the editor ended'),
    sleep(timeoutMs, `nothing came for ${timeoutMs / 1000} s`, { signal: abandoned.signal }),
  ]).finally(() => abandoned.abort());
  if (typeof exitCode === 'number' && counts) return { ...counts, exitCode };
  const why = `The run in VS Code ${editor.version} ended without a result: ${exitCode}.`;
  print(why);
  for (const line of workbench.log.slice(-15)) print(`  ${line}`);
  const { passed, failed, skipped, failures = [] } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  return { passed, failed: failed + 1, skipped, failures: [...failures, why], exitCode: 1 };
}

/** What the editor itself says in the same console: look-ups it cannot make, and native parts that were left out. */
function isNoise(line: string): boolean {
  return /Could not locate the bindings file|gallery|marketplace|product\.json#|^page: |^(trace|debug): /i.test(line);
}
