// `capstan permissions check`: says what the permission engine would decide, for machines line by line, for people in words.
import { homedir } from 'node:os';
import { createPermissionSettings, managedSettingsPath } from '../../adapters/permission-settings.ts';
import { hostPlatform } from '../../adapters/host-platform.ts';
import { NodeFileSystem } from '../../adapters/node-file-system.ts';
import { createPastCalls } from '../../adapters/past-calls.ts';
import { createShellGrammar } from '../../adapters/shell-grammar.ts';
import type { Access } from '../../core/permissions/access.ts';
import { PermissionEvaluator } from '../../core/permissions/evaluator.ts';
import { explainVerdict } from '../../core/permissions/explain-verdict.ts';
import { resolvePath } from '../../core/permissions/lexical-path.ts';
import { tellPastEffect } from '../../core/permissions/past-calls.ts';
import { ArgumentsError } from '../arguments-error.ts';
import type { PermissionsArguments } from '../arguments.ts';
import { homeFolder, isTrustedFolder, sessionsFolder } from '../home-folder.ts';
import { createStreams, type Streams } from '../standard-streams.ts';
import { checkRequestSchema, type CheckAnswer } from './check-request.ts';
import { judgeRequest } from './judge-request.ts';

/** Longest line that is read, in characters. */
const MAX_LINE = 4_000_000;

/** Returns the exit status when everything is written: 0, whatever was decided. Throws `ArgumentsError`. */
export async function runPermissionsCommand(args: PermissionsArguments): Promise<number> {
  const streams = createStreams(process.stdout, process.stderr);
  if (args.tool !== undefined) await explain(args, streams);
  else if (process.stdin.isTTY)
    throw new ArgumentsError('Give --tool with --command, --path or --url, or JSON lines on standard input.');
  else await answerLines(streams);
  await streams.drained();
  return 0;
}

async function answerLines(streams: Streams): Promise<void> {
  for await (const line of linesOf(process.stdin.setEncoding('utf8') as AsyncIterable<string>)) {
    if (line.trim() !== '') streams.out(`${JSON.stringify(await answerLine(line))}\n`);
  }
}

/** Ended by line feeds alone: other separators may stand within a JSON text. */
async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    // Longer than any line that is read: its end is waited for, its text is not kept.
    if (rest.length > MAX_LINE) rest = rest.slice(0, MAX_LINE + 1);
  }
  if (rest !== '') yield rest;
}

function refuse(reason: string, id: unknown = null): CheckAnswer {
  return { id, decision: 'deny', reason, rule: null, scope: null, parts: [] };
}

/** What cannot be understood is denied: a call like that would not be run. */
async function answerLine(line: string): Promise<CheckAnswer> {
  if (line.length > MAX_LINE) return refuse(`The line is longer than ${MAX_LINE} characters.`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refuse('The line is not valid JSON.');
  }
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  const request = checkRequestSchema.safeParse(value);
  if (!request.success) return refuse('The line is not a question: give tool, and command, path or url.', id);
  try {
    return await judgeRequest(request.data);
  } catch (error) {
    return refuse(`It could not be judged: ${error instanceof Error ? error.message : String(error)}`, id);
  }
}

/** By the settings of the current folder. */
async function explain(args: PermissionsArguments, streams: Streams): Promise<void> {
  const { cwd } = args;
  const kept = homeFolder(process.env);
  const trusted = args.trust || (await isTrustedFolder(kept, cwd));
  const settings = createPermissionSettings({
    home: homedir(),
    managed: managedSettingsPath(process.platform),
    workspace: [cwd],
    isTrusted: () => trusted,
  });
  const evaluator = new PermissionEvaluator({
    files: new NodeFileSystem(),
    workspace: [cwd],
    home: homedir(),
    platform: hostPlatform(),
    rules: () => settings.rules(),
    mode: () => args.mode,
    grammar: createShellGrammar(),
    onProblem: ({ file, line, message }) =>
      streams.err(`capstan: ${file}${line === undefined ? '' : `:${line}`}: ${message}\n`),
  });
  const verdict = await evaluator.judge(accessOf(args));
  const suggestions = verdict.decision === 'ask' ? verdict.suggestions : [];
  const pastCalls = createPastCalls({ folder: sessionsFolder(kept), cwd });
  const judge = evaluator.judge.bind(evaluator);
  const effect =
    suggestions.length > 0
      ? await tellPastEffect(suggestions, pastCalls, judge, new AbortController().signal)
      : undefined;
  streams.out(`${explainVerdict(verdict, effect)}\n`);
  if (!trusted)
    streams.err(`capstan: ${cwd} is not trusted: its own files may only restrict. --trust lets them allow.\n`);
}

function accessOf({ tool = '', shellCommand: command, path, url, cwd }: PermissionsArguments): Access {
  if (command !== undefined) return { kind: 'command', tool, command, cwd };
  if (url !== undefined) return { kind: 'web', tool, url };
  if (path === undefined) throw new ArgumentsError('Give what is judged: --command, --path or --url.');
  const reads = ['Read', 'Glob', 'Grep'].includes(tool);
  return { kind: reads ? 'read' : 'edit', tool, path: path.startsWith('~') ? path : resolvePath(cwd, path) };
}
