// `capstan context`: what the model is told before the first message, part by part. Nothing is sent or written.
import { stat } from 'node:fs/promises';
import { visibleText } from '../core/permissions/visible-text.ts';
import { contextReport, type ContextRow } from '../core/prompt/context-report.ts';
import type { ApiToolDefinition } from '../core/messages/api.ts';
import { emptyRuleSet } from '../core/permissions/rules.ts';
import { toolDefinition } from '../core/tools/tool-definition.ts';
import { settings as defaults } from '../shared/contributions.ts';
import { ArgumentsError } from './arguments-error.ts';
import type { ContextArguments } from './arguments.ts';
import { homeFolder, isTrustedFolder } from './home-folder.ts';
import { createRunContext } from './run-context.ts';
import { compose } from './compose.ts';
import { denyingPrompter, rejectingReviewer } from './nobody-asks.ts';
import { openRunLog } from './run-log.ts';
import { createStreams } from './standard-streams.ts';

/** Returns the exit status when everything is written. Throws `ArgumentsError` for a folder that is not there. */
export async function runContextCommand({ cwd, json, model: named, trust }: ContextArguments): Promise<number> {
  const found = await stat(cwd).catch(() => undefined);
  if (!found?.isDirectory()) throw new ArgumentsError(`${cwd} is not a folder. Name one that exists.`);
  const streams = createStreams(process.stdout, process.stderr);
  const model = named ?? defaults.model.default;
  const trusted = trust || (await isTrustedFolder(homeFolder(process.env), cwd));
  const context = createRunContext({
    cwd,
    additionalFolders: [],
    model,
    trusted,
    said: [],
    onWarning: (message) => streams.err(`capstan: ${message}\n`),
  });
  const parts = contextReport(await context.parts(), await listedTools(cwd, model, trusted));
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  streams.out(
    json ? `${JSON.stringify({ cwd, model, trusted, tokens, parts }, undefined, 2)}\n` : table(parts, tokens),
  );
  if (!json && !trusted)
    streams.err(`capstan: ${cwd} is not trusted: its own instructions are left out. --trust counts them.\n`);
  await streams.drained();
  return 0;
}

/** As a run would tell the model of them. Nothing of that run is started or kept. */
async function listedTools(cwd: string, model: string, trusted: boolean): Promise<readonly ApiToolDefinition[]> {
  const home = homeFolder(process.env);
  const log = await openRunLog({
    home,
    cwd,
    origin: { kind: 'new' },
    fork: false,
    sessionId: undefined,
    ephemeral: true,
    onWarning: ignore,
  });
  const { session, tools } = compose({
    cwd,
    additionalFolders: [],
    connection: { baseUrl: '', idleMs: 0 },
    model,
    fileRules: { rules: async () => emptyRuleSet },
    rules: [],
    mode: 'default',
    sandbox: 'off',
    trusted,
    prompter: denyingPrompter,
    reviewer: rejectingReviewer,
    log,
    home,
    ephemeral: true,
    onWarning: ignore,
  });
  await session.dispose();
  return tools.filter((tool) => !tool.deferred).map(toolDefinition);
}

/** What would be warned of was warned of before. */
function ignore(): void {}

function table(parts: readonly ContextRow[], tokens: number): string {
  const rows = parts.flatMap(({ name, truncated, pieces, ...size }) => [
    { name: truncated ? `${name} (cut to fit)` : name, ...size },
    ...pieces.map((piece) => ({ ...piece, name: `  ${piece.name}` })),
  ]);
  const cells = [
    ['PART', 'TOKENS', 'SHARE'] as const,
    ...rows.map((row) => [visibleText(row.name), grouped(row.tokens), `${Math.round(row.share * 100)} %`] as const),
    ['all', grouped(tokens), ''] as const,
  ];
  const width = (column: 0 | 1 | 2): number => Math.max(...cells.map((row) => row[column].length));
  const [names, counts, shares] = [width(0), width(1), width(2)];
  return cells
    .map(([name, count, share]) => `${name.padEnd(names)}  ${count.padStart(counts)}  ${share.padStart(shares)}`)
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
