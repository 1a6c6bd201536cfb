// `capstan context`: what the model is told before the first message, part by part. Nothing is sent or written.
import { stat } from 'node:fs/promises';
import { visibleText } from '../core/permissions/visible-text.ts';
import { contextReport, type ContextRow } from '../core/prompt/context-report.ts';
import { toolDefinition } from '../core/tools/tool-definition.ts';
import { settings as defaults } from '../shared/contributions.ts';
import { ArgumentsError } from './arguments-error.ts';
import type { ContextArguments } from './arguments.ts';
import { homeFolder, isTrustedFolder } from './home-folder.ts';
import { createRunContext } from './run-context.ts';
import { createRunTools } from './run-tools.ts';
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
  const { tools } = createRunTools({ cwd, additionalFolders: [] });
  const parts = contextReport(await context.parts(), tools.map(toolDefinition));
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  streams.out(
    json ? `${JSON.stringify({ cwd, model, trusted, tokens, parts }, undefined, 2)}\n` : table(parts, tokens),
  );
  if (!json && !trusted)
    streams.err(`capstan: ${cwd} is not trusted: its own instructions are left out. --trust counts them.\n`);
  await streams.drained();
  return 0;
}

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
