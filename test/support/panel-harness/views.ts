// Views for tests: short ways to write what a host would send.
import {
  nothingOutside,
  type Attachment,
  type Environment,
  type Item,
  type NoticeItem,
  type Outside,
  type SessionView,
  type TextItem,
  type ThinkingItem,
  type ToolItem,
  type Turn,
  type View,
} from '../../../src/shared/view-model.ts';

export function viewOf(parts: {
  turns?: Turn[];
  session?: Partial<SessionView>;
  environment?: Partial<Environment>;
  outside?: Partial<Outside>;
}): View {
  return {
    session: {
      id: 'session-1',
      title: 'Fix the parser',
      model: 'claude-sonnet-5-5',
      mode: 'ask',
      state: 'idle',
      queued: [],
      inputTokens: 0,
      outputTokens: 0,
      ...parts.session,
    },
    turns: parts.turns ?? [],
    ...nothingOutside,
    ...parts.outside,
    environment: {
      key: 'present',
      trusted: true,
      scripted: false,
      workspaceName: 'sample',
      suggestions: [],
      version: '0.1.0',
      ...parts.environment,
    },
  };
}

export function turnOf(id: string, text: string, items: Item[], rest: Partial<Turn> = {}): Turn {
  return { id, text, attachments: [], startedAt: 1_760_000_000_000, state: 'done', items, ...rest };
}

export const footer: NonNullable<Turn['footer']> = {
  model: 'claude-sonnet-5-5',
  inputTokens: 12_420,
  cachedTokens: 11_178,
  outputTokens: 1240,
  costUsd: 0.031,
  durationMs: 14_300,
};

export function textOf(id: string, text: string, state: TextItem['state'] = 'done'): TextItem {
  return { id, kind: 'text', text, state };
}

export function thinkingOf(id: string, text: string, rest: Partial<ThinkingItem> = {}): ThinkingItem {
  return { id, kind: 'thinking', text, state: 'done', durationMs: 4200, ...rest };
}

export function toolOf(id: string, name: string, object: string, rest: Partial<ToolItem> = {}): ToolItem {
  const verbs: Record<string, string> = {
    Bash: 'Ran',
    Edit: 'Edited',
    Write: 'Wrote',
    Grep: 'Searched',
    Glob: 'Found',
  };
  return {
    id,
    kind: 'tool',
    name,
    verb: verbs[name] ?? name,
    object,
    state: 'done',
    quiet: ['Read', 'Grep', 'Glob'].includes(name),
    input: '',
    output: '',
    outputCapped: false,
    ...rest,
  };
}

/** A call that a subagent works on: one step done, and one like its own state. */
export function agentOf(id: string, description: string, rest: Partial<ToolItem> = {}): ToolItem {
  const item = toolOf(id, 'Agent', description, { verb: 'Asked an agent', ...rest });
  const steps = [
    { verb: 'Searched', object: 'parseList', state: 'done' as const },
    { verb: item.state === 'running' ? 'Reading' : 'Read', object: 'src/parser.ts', state: item.state },
  ];
  const agent = { type: 'explore', steps, earlierSteps: 0, inputTokens: 8400, outputTokens: 620, costUsd: 0.02 };
  return { ...item, agent };
}

export function readOf(id: string, file: string, rest: Partial<ToolItem> = {}): ToolItem {
  return toolOf(id, 'Read', file, { path: `/sample/${file}`, durationMs: 12, ...rest });
}

export function noticeOf(id: string, rest: Partial<NoticeItem>): NoticeItem {
  return { id, kind: 'notice', level: 'info', title: 'Something', body: '', actions: [], ...rest };
}

export const selection: Attachment = {
  kind: 'selection',
  label: 'parser.ts:12-20',
  path: '/sample/src/parser.ts',
  startLine: 12,
  endLine: 20,
  text: 'export function parse() {}',
};
