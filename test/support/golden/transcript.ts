// A golden transcript: events, requests and changed files of a run as readable text, with what changes from run to run cleaned away.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentEvent } from '../../../src/core/events.ts';
import { contentText } from '../../../src/core/view/tool-view.ts';

const folder = join(import.meta.dirname, '../../golden/transcripts');

/** Compares with the file of that name; with `UPDATE_GOLDEN=1` writes it instead, for a person to read before committing. */
export async function assertGolden(name: string, text: string): Promise<void> {
  const file = join(folder, `${name}.txt`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return;
  }
  assert.ok(existsSync(file), `There is no golden file ${name}.txt: run with UPDATE_GOLDEN=1, read it, commit it.`);
  assert.equal(
    text,
    await readFile(file, 'utf8'),
    `${name}.txt differs: if the new one is right, run with UPDATE_GOLDEN=1.`,
  );
}

/** Replaces what is private to a run: its folder, ids, times. */
export function cleaner(replacements: readonly (readonly [string, string])[]): (text: string) => string {
  return (text) => {
    let clean = text;
    for (const [from, to] of replacements) clean = clean.replaceAll(from, to);
    return clean
      .replaceAll(/\b\d+(\.\d+)?( ?ms)\b/g, 'N$2')
      .replaceAll(/duration_ms \d+(\.\d+)?/g, 'duration_ms N')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID');
  };
}

/** One line an event; what a person would not miss is left out. */
export function printEvents(events: readonly AgentEvent[]): string {
  const lines: { text: string; call: string }[] = [];
  let calls: typeof lines = [];
  // Calls that run side by side end in any order: a run of their events is told call by call.
  const flush = () => {
    lines.push(...calls.toSorted((a, b) => (a.call < b.call ? -1 : a.call > b.call ? 1 : 0)));
    calls = [];
  };
  for (const event of events) {
    const line = eventLine(event);
    if (line === undefined) continue;
    const call = callOf(event);
    if (call === undefined) flush();
    (call === undefined ? lines : calls).push({ text: line, call: call ?? '' });
  }
  flush();
  return lines.map((line) => line.text).join('\n');
}

function callOf(event: AgentEvent): string | undefined {
  if (event.type === 'block_completed') return event.block.type === 'tool_use' ? event.block.id : undefined;
  return 'toolUseId' in event ? event.toolUseId : undefined;
}

function eventLine(event: AgentEvent): string | undefined {
  switch (event.type) {
    case 'turn_started':
      return `turn started: ${event.input.text}`;
    case 'block_completed': {
      const { block } = event;
      if (block.type === 'text') return `text: ${block.text}`;
      if (block.type === 'thinking') return `thinking: ${block.thinking}`;
      if (block.type === 'tool_use') return `call ${block.name} ${event.invalidInput ?? JSON.stringify(block.input)}`;
      return `block ${block.type}`;
    }
    case 'tool_waiting':
      return `waiting${event.review ? ' for a review' : ''}: ${event.words}`;
    case 'permission_decided':
      return `${event.decision} by ${event.by}: ${event.reason}`;
    case 'tool_started':
      return `started ${event.name}: ${event.summary.activeVerb} ${event.summary.object}`;
    case 'tool_completed': {
      const { diff, ...details } = event.details;
      const shown = JSON.stringify(details);
      return `${event.outcome} ${event.name}${shown === '{}' ? '' : ` ${shown}`}\n${indent(contentText(event.content))}${diff ? `\n${indent(diff)}` : ''}`;
    }
    case 'agent_event': {
      const line = eventLine({ ...event.event, at: event.at });
      return line === undefined ? undefined : indent(line);
    }
    case 'failed':
      return `failed (${event.failure.class}): ${event.failure.message}`;
    case 'retry_scheduled':
      return `retry ${event.attempt} after ${event.failure.class}`;
    case 'notice':
      return `${event.level}: ${event.title}. ${event.body}`;
    case 'turn_completed':
      return `turn ${event.outcome}${event.reason ? `: ${event.reason}` : ''}`;
    default:
      return undefined;
  }
}

/** What each request added to the earlier one that it goes on from: agents have conversations of their own. */
export function printRequests(requests: readonly { body: unknown }[]): string {
  const earlier: string[][] = [];
  return requests
    .map(({ body }, index) => {
      const { messages } = body as { messages: { role: string; content: string | { type: string }[] }[] };
      const whole = messages.map((message) =>
        JSON.stringify(message, (key, value: unknown) => (key === 'cache_control' ? undefined : value)),
      );
      const known = Math.max(
        0,
        ...earlier.map((other) => (other.every((text, at) => text === whole[at]) ? other.length : 0)),
      );
      earlier.push(whole);
      const lines = messages
        .slice(known)
        .flatMap(({ role, content }) => blocksOf(content).map((block) => `  ${role} ${block}`));
      return [`request ${index + 1}`, ...lines].join('\n');
    })
    .join('\n');
}

function blocksOf(content: string | { type: string }[]): string[] {
  if (typeof content === 'string') return [JSON.stringify(content)];
  return content.map(({ type, ...rest }) => {
    const { cache_control: mark, ...fields } = rest as { cache_control?: unknown };
    return `${type}${mark ? ' (cache mark)' : ''} ${JSON.stringify(fields)}`;
  });
}

export function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line ? `  | ${line}` : '  |'))
    .join('\n');
}
