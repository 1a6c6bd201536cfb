// The script of the tour: answers as a model's would come, made here. Nothing is sent; what it calls is judged and asked about as always.
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ApiMessage, ApiStreamEvent } from '../../core/messages/api.ts';
import type { ModelEvent, ModelRequest } from '../../core/ports.ts';

/** What the tour writes, in the folder that is open. */
export const TOUR_FILE = 'capstan-tour.md';
const PAUSE_MS = 12;

interface Step {
  readonly text: string;
  readonly call?: { readonly name: string; readonly input: Readonly<Record<string, unknown>> };
}

/** Ends quietly when the signal aborts. */
export async function* playTour(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  yield { type: 'connected', requestId: undefined };
  for (const event of eventsOf(request.model, stepFor(request))) {
    if (event.type === 'content_block_delta') await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    yield { type: 'stream', event };
  }
}

/** Worked out from the conversation itself, so that a tour that was stopped or reloaded goes on where it was. */
function stepFor({ messages, tools }: ModelRequest): Step {
  const shell = tools.some((tool) => 'name' in tool && tool.name === 'PowerShell') ? 'PowerShell' : 'Bash';
  const told = messages.flatMap(resultsOf);
  const refused = told.at(-1)?.is_error === true;
  const last = messages.at(-1);
  if (told.length >= 3 && last && resultsOf(last).length === 0) return { text: end() };
  switch (told.length) {
    case 0:
      return {
        text: vscode.l10n.t(
          'I am a script: no model is asked, and nothing leaves this machine. I show you how Capstan works, in your own folder. First I look around. Reading here needs no question.',
        ),
        call: { name: 'Glob', input: { pattern: '*' } },
      };
    case 1:
      return {
        text: vscode.l10n.t(
          'Running a command does need one. You see all of what would run, and may allow it or not: nothing depends on it here.',
        ),
        call: { name: shell, input: { command: 'whoami', description: vscode.l10n.t('Ask for the name of the user') } },
      };
    case 2:
      return {
        text: `${refused ? vscode.l10n.t('You said no, so it did not run, and I was told so.') : vscode.l10n.t('It ran, and I have read what it printed.')} ${vscode.l10n.t('Now an edit: it opens beside your file. Accept it, reject it, or change it by hand first.')}`,
        call: { name: 'Write', input: { file_path: TOUR_FILE, content: tourText() } },
      };
    case 3:
      return {
        text: `${refused ? vscode.l10n.t('Nothing was written.') : vscode.l10n.t('{0} is there now; delete it when you like.', TOUR_FILE)} ${end()}`,
      };
    default:
      return { text: end() };
  }
}

const end = () =>
  vscode.l10n.t(
    'That is the tour. For real answers run "Capstan: Set API Key…" or "Capstan: Use a Local Model…", then begin a new conversation.',
  );

function tourText(): string {
  return vscode.l10n.t(
    '# Capstan\n\nThis file was written by a tour, after you had seen it. You can change these lines before you accept them.\n',
  );
}

function resultsOf({ role, content }: ApiMessage): readonly { readonly is_error?: boolean | undefined }[] {
  if (role !== 'user' || typeof content === 'string') return [];
  return content.flatMap((block) => (block.type === 'tool_result' ? block : []));
}

function* eventsOf(model: string, { text, call }: Step): Generator<ApiStreamEvent> {
  const usage = { input_tokens: 0, output_tokens: 0 };
  const id = `tour-${Date.now()}`;
  const message = { id, type: 'message', role: 'assistant', model, content: [], stop_reason: null, usage };
  yield { type: 'message_start', message } as unknown as ApiStreamEvent;
  yield { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', citations: null } };
  for (const piece of text.match(/\S+\s*/g) ?? []) {
    yield { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: piece } };
  }
  yield { type: 'content_block_stop', index: 0 };
  if (call) {
    const block = { type: 'tool_use', id: `toolu_${id}`, name: call.name, input: {} } as const;
    yield { type: 'content_block_start', index: 1, content_block: block };
    const input = { type: 'input_json_delta', partial_json: JSON.stringify(call.input) } as const;
    yield { type: 'content_block_delta', index: 1, delta: input };
    yield { type: 'content_block_stop', index: 1 };
  }
  const delta = { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null };
  yield { type: 'message_delta', delta, usage } as unknown as ApiStreamEvent;
  yield { type: 'message_stop' };
}
