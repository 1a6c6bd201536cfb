// One golden run: a real engine with the real tools, gate and files on a folder of its own; only the model and the person are scripted.
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createAnthropicClient } from '../../../src/adapters/anthropic-client.ts';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { createPermissionSettings } from '../../../src/adapters/permission-settings.ts';
import { createPdfPages } from '../../../src/adapters/pdf-pages.ts';
import { openResultFiles } from '../../../src/adapters/result-files.ts';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import { ShellRunner } from '../../../src/adapters/shell-runner.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { WalkSearch } from '../../../src/adapters/walk-search.ts';
import { createWebAccess } from '../../../src/adapters/web-access.ts';
import type { AgentSession } from '../../../src/core/engine/agent-session.ts';
import type { AgentEvent } from '../../../src/core/events.ts';
import { fixedContext } from '../../../src/core/prompt/session-context.ts';
import { composeSession } from '../../../src/core/session/compose-session.ts';
import { MemoryLog } from '../engine/memory-log.ts';
import type { ModelServer, Script } from '../model/model-server.ts';
import { startModelServer } from '../model/model-server.ts';
import { ScriptedPerson } from '../memory/scripted-person.ts';
import { cleaner, indent, printEvents, printRequests } from './transcript.ts';

export interface GoldenOptions {
  /** The workspace before the run, by relative path. */
  readonly files: Readonly<Record<string, string>>;
  /** Paths and commands of the script may hold `{{ws}}`. */
  readonly script: (workspace: string) => Script;
  readonly ask: readonly string[];
  readonly person?: (person: ScriptedPerson) => void;
  /** Runs beside the turn, e.g. to stop it. */
  readonly during?: (run: { session: AgentSession; server: ModelServer; person: ScriptedPerson }) => Promise<void>;
}

/** The name of the file that a request says a result was kept in. */
export function keptIn(body: unknown): string {
  return /whole \w+ is in ([^ "]+\.txt):/.exec(JSON.stringify(body))?.[1] ?? 'nowhere';
}

/** Runs it and returns the transcript: events, what each request added, questions, changed files. */
export async function goldenRun(options: GoldenOptions): Promise<string> {
  // Resolved: where the temp folder is a link, the gate would speak of its target.
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-golden-')));
  const workspace = path.join(root, 'project');
  const processes = new ShellRunner();
  try {
    await writeFiles(workspace, options.files);
    const person = new ScriptedPerson();
    options.person?.(person);
    await using server = await startModelServer(options.script(workspace));
    const { session, events } = openSession({
      workspace,
      root,
      server,
      person,
      processes,
    });
    for (const [index, text] of options.ask.entries()) {
      session.submit({ id: `ask-${index + 1}`, text, attachments: [] });
      await options.during?.({ session, server, person });
      await session.whenIdle();
    }
    await session.dispose();
    const clean = cleaner([
      [workspace, '/project'],
      [root, '/root'],
    ]);
    const sections: [string, string][] = [
      ['EVENTS', printEvents(events)],
      ['QUESTIONS', printQuestions(person)],
      ['REQUESTS', printRequests(server.requests)],
      ['CHANGED FILES', await printChanges(workspace, options.files)],
      ['PROBLEMS', server.problems.join('\n')],
    ];
    return clean(sections.flatMap(([title, body]) => (body ? [`== ${title}\n${body}\n`] : [])).join('\n'));
  } finally {
    processes.dispose();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function openSession(parts: {
  workspace: string;
  root: string;
  server: ModelServer;
  person: ScriptedPerson;
  processes: ShellRunner;
}) {
  const { workspace, root, server, person, processes } = parts;
  let ids = 0;
  const home = path.join(root, 'home');
  const settings = createPermissionSettings({ home, workspace: [workspace], isTrusted: () => true });
  const log = new MemoryLog();
  const results = openResultFiles({ root: path.join(root, 'results'), log });
  const { session } = composeSession({
    cwd: workspace,
    workspace: [workspace],
    files: new NodeFileSystem(),
    search: new WalkSearch(),
    pdf: createPdfPages(),
    commands: { processes, language: 'bash' },
    web: createWebAccess({ version: 'test' }),
    questioner: person.questioner,
    planReviewer: person.planReviewer,
    log,
    results: results.store,
    model: createAnthropicClient({
      connection: async () => ({ apiKey: 'test', baseUrl: server.url, idleMs: 5_000 }),
      userAgent: 'test',
    }),
    settings: () => ({ model: 'scripted-test', maxTokens: 4_096, maxTurns: 20, maxRetries: 2, maxRetryWaitMs: 60_000 }),
    context: fixedContext(`You are a test.\nWorking directory: ${workspace}`),
    permissions: {
      workspace: [workspace],
      readOnly: results.folders,
      home,
      rules: () => settings.rules(),
      prompter: person,
      reviewer: person,
      platform: 'linux',
      grammar: createShellGrammar(),
    },
    clock: systemClock,
    newId: () => `id-${++ids}`,
    random: () => 0,
    product: 'test',
  });
  const events: AgentEvent[] = [];
  session.subscribe((event) => events.push(event));
  return { session, events };
}

function printQuestions({ questions, proposals }: ScriptedPerson): string {
  return [
    ...questions.map(({ title, subject, facts, sessionGrant }) =>
      [title, subject, ...facts, ...(sessionGrant ? [`(session: ${sessionGrant})`] : [])].join('\n  '),
    ),
    ...proposals.map(({ path: file, before, after, facts }) =>
      [
        `Edit ${file}`,
        ...facts,
        before === undefined ? 'new file' : 'before',
        indent(before ?? ''),
        'after',
        indent(after),
      ].join('\n  '),
    ),
  ].join('\n');
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

async function printChanges(folder: string, before: Readonly<Record<string, string>>): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = new Map<string, string>();
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    found.set(path.relative(folder, file), await readFile(file, 'utf8'));
  }
  const all = [...new Set([...Object.keys(before), ...found.keys()])].toSorted();
  return all
    .filter((name) => found.get(name) !== before[name])
    .map((name) => `${name}\n${found.has(name) ? indent(JSON.stringify(found.get(name))) : '  (deleted)'}`)
    .join('\n');
}
