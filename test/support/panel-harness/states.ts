// The named states of the panel: what is looked at in screenshots and checked for accessibility.
import type { Page } from 'playwright-core';
import { barStates } from './bar-states.ts';
import { cardStates } from './card-states.ts';
import type { PanelPage } from './panel-page.ts';
import type { Mention, View } from '../../../src/shared/view-model.ts';
import { TINY_PNG } from '../tiny-png.ts';
import { agentOf, footer, noticeOf, readOf, selection, textOf, thinkingOf, toolOf, turnOf, viewOf } from './views.ts';

export interface PanelState {
  readonly view: View;
  /** What a person does to get there. */
  readonly act?: (page: Page, panel: PanelPage) => Promise<void>;
}

const request = 'The parser drops the last item of a list. Find out why and fix it.';

const answer = `The loop in \`parseList\` ends one short: it compares with \`<\` where the end is **inclusive**. Three things follow:

1. \`src/parser.ts\` needs \`<=\`
2. The test for empty lists must stay green
3. [The format's page](https://example.com/format) should say so

\`\`\`ts
export function parseList(source: string): string[] {
  const items: string[] = []; // one for each comma
  for (let at = 0; at <= source.length; at += 1) {
    items.push(source.slice(at, at + 10));
  }
  return items;
}
\`\`\`

| Case | Before | After |
|---|---|---:|
| empty | 0 | 0 |
| one item | 0 | 1 |

> Nothing else calls it.`;

const diff = `--- a/src/parser.ts
+++ b/src/parser.ts
@@ -10,7 +10,8 @@
 export function parseList(source) {
   const items = [];
-  for (let at = 0; at < source.length; at += 1) {
+  // The end is inclusive.
+  for (let at = 0; at <= source.length; at += 1) {
     items.push(source.slice(at, at + 10));
   }
   return items;`;

const reads = [
  readOf('r1', 'src/parser.ts'),
  readOf('r2', 'src/lexer.ts'),
  readOf('r3', 'test/parser.test.ts'),
  toolOf('g1', 'Grep', 'parseList', { durationMs: 31 }),
  toolOf('g2', 'Glob', '**/*.test.ts', { durationMs: 8 }),
];

const testRun = toolOf('b1', 'Bash', 'npm test', {
  durationMs: 1420,
  input: 'npm test',
  output: Array.from({ length: 30 }, (_, line) => `ok ${line + 1} - parser keeps item ${line + 1}`).join('\n'),
});

const edit = toolOf('e1', 'Edit', 'src/parser.ts', { path: '/sample/src/parser.ts', diff, added: 2, removed: 1 });
const pendingEdit = {
  ...edit,
  verb: 'Edit',
  state: 'waiting' as const,
  waiting: { requestId: 'q1', words: 'Review the change to src/parser.ts', review: true },
};

const running = { state: 'running' as const };

const todos = [
  { content: 'Find where the last item is dropped', activeForm: 'Finding the place', status: 'completed' as const },
  { content: 'Write a test that fails', activeForm: 'Writing a test', status: 'completed' as const },
  { content: 'Fix the parser', activeForm: 'Fixing the parser', status: 'in_progress' as const },
  {
    content: 'Look at every caller of parseList, also those in the generated code under src/generated/lists.ts',
    activeForm: 'Looking at the callers',
    status: 'pending' as const,
  },
  { content: 'Run all tests', activeForm: 'Running all tests', status: 'pending' as const },
];

/** What a host may offer for an `@` word. */
export const found: Mention[] = [
  { kind: 'file', label: 'parser.ts', detail: 'src/', path: '/sample/src/parser.ts' },
  { kind: 'folder', label: 'parser/', detail: 'test/fixtures/with/a/long/way/down/', path: '/sample/test/parser' },
  { kind: 'symbol', label: 'parseList', detail: 'function, parser.ts', path: '/sample/src/parser.ts', startLine: 10 },
  { kind: 'problems', label: 'Problems', detail: '3 in the workspace' },
  { kind: 'command', label: 'Terminal: last command', detail: 'bash' },
  { kind: 'changes', label: 'Git changes', detail: 'not committed' },
];

const picture = {
  kind: 'image' as const,
  label: 'shot.png',
  text: '',
  image: 'abc',
  thumb: `data:image/png;base64,${TINY_PNG}`,
};

/** A state more is a line more here: it is then drawn in all themes and widths, and held to axe's rules. */
export const panelStates: Readonly<Record<string, PanelState>> = {
  ...cardStates,
  ...barStates,
  'empty-without-key': {
    view: viewOf({ environment: { key: 'missing', suggestions: suggestions() } }),
  },
  'empty-with-key': { view: viewOf({ environment: { suggestions: suggestions() } }) },
  'demo-strip': { view: viewOf({ environment: { scripted: true, key: 'unneeded', suggestions: suggestions() } }) },
  restricted: { view: viewOf({ environment: { trusted: false } }) },
  'composing-with-chips': {
    view: viewOf({ environment: { selection } }),
    async act(page) {
      const attachments = [picture, { kind: 'changes' as const, label: 'Git changes', text: '' }];
      const text = 'Why does this return early?\nIt should read to the end of the list.';
      await page.evaluate((message) => window.postMessage(message, '*'), {
        type: 'compose',
        text,
        attachments,
        send: false,
      });
      await page.locator('.composer img').waitFor();
    },
  },
  'image-said': {
    view: viewOf({
      turns: [
        turnOf('t1', 'What is wrong in this picture?', [textOf('x1', 'It is red.')], {
          attachments: [picture],
          footer,
        }),
      ],
    }),
  },
  'mention-menu': {
    view: viewOf({ turns: [turnOf('t1', request, [textOf('x1', 'Two files matter here.')], { footer })] }),
    async act(page) {
      await page.getByRole('textbox').fill('Look at @pars');
      await page.evaluate((mentions) => {
        const { intents } = window as unknown as { intents: { type: string; id: string }[] };
        const id = intents.findLast((intent) => intent.type === 'findMentions')?.id;
        window.postMessage({ type: 'mentions', id, found: mentions }, '*');
      }, found);
      await page.getByRole('listbox').waitFor();
    },
  },
  'slash-menu': {
    view: viewOf({}),
    act: (page) => page.getByRole('textbox').fill('/'),
  },
  refused: {
    view: viewOf({}),
    async act(page) {
      await page.getByRole('textbox').fill('Explain the parser');
      await page.keyboard.press('Enter');
      await page.evaluate(() => {
        const { intents } = window as unknown as { intents: { type: string; id: string }[] };
        const id = intents.findLast((intent) => intent.type === 'submit')?.id;
        window.postMessage(
          { type: 'refused', id, reason: 'No API key is set. Set one, then send the message again.' },
          '*',
        );
      });
      await page.getByRole('alert').waitFor();
    },
  },
  'streaming-text': {
    view: viewOf({
      session: running,
      turns: [
        turnOf(
          't1',
          request,
          [thinkingOf('h1', 'Look first.'), ...reads, textOf('x1', answer.slice(0, 214), 'streaming')],
          running,
        ),
      ],
    }),
  },
  'streaming-code': {
    view: viewOf({
      session: running,
      turns: [turnOf('t1', request, [textOf('x1', answer.slice(0, 430), 'streaming')], running)],
    }),
  },
  thinking: {
    view: viewOf({
      session: running,
      turns: [turnOf('t1', request, [thinkingOf('h1', 'The list ends early …', { state: 'streaming' })], running)],
    }),
  },
  'tool-running': {
    view: viewOf({
      session: running,
      turns: [
        turnOf(
          't1',
          request,
          [
            ...reads,
            textOf('x1', 'The cause is in `parseList`. I run the tests before I change it.'),
            toolOf('b0', 'Bash', 'npm test -- --reporter dot --grep "a list with one item and a trailing comma"', {
              verb: 'Running',
              state: 'running',
            }),
          ],
          running,
        ),
      ],
    }),
  },
  'agents-running': {
    view: viewOf({
      session: running,
      turns: [
        turnOf(
          't1',
          request,
          [
            agentOf('a1', 'Find the callers', { state: 'running', verb: 'Asking an agent' }),
            agentOf('a2', 'Read the tests', { durationMs: 9200 }),
          ],
          running,
        ),
      ],
    }),
    act: (page) => page.getByRole('button', { name: /Asked an agent/ }).click(),
  },
  'reads-folded': {
    view: viewOf({ turns: [turnOf('t1', request, [...reads, textOf('x1', 'Two files matter here.')], { footer })] }),
  },
  'reads-opened': {
    view: viewOf({ turns: [turnOf('t1', request, [...reads, textOf('x1', 'Two files matter here.')], { footer })] }),
    act: (page) => page.getByRole('button', { name: /Read 3 files/ }).click(),
  },
  'tool-opened': {
    view: viewOf({ turns: [turnOf('t1', request, [testRun], { footer })] }),
    act: (page) => page.getByRole('button', { name: /Ran/ }).click(),
  },
  'edit-pending': {
    view: viewOf({
      session: { state: 'waiting' },
      turns: [
        turnOf(
          't1',
          request,
          [...reads, textOf('x1', 'The end is inclusive, so the loop must reach it.'), pendingEdit],
          running,
        ),
      ],
    }),
  },
  'edits-to-review': {
    view: viewOf({
      environment: {
        pending: { paths: ['/sample/src/parser.ts', '/sample/test/parser.test.ts'], added: 40, removed: 12 },
      },
      turns: [
        turnOf('t1', request, [
          ...reads,
          edit,
          toolOf('e2', 'Edit', 'src/parser.ts', { path: '/sample/src/parser.ts', diff, added: 3, removed: 1 }),
          toolOf('e3', 'Edit', 'test/parser.test.ts', {
            path: '/sample/test/parser.test.ts',
            diff,
            added: 36,
            removed: 11,
          }),
          textOf('x1', 'The loop reaches the end now, and a test says so.'),
        ]),
      ],
    }),
  },
  'edits-kept': {
    view: viewOf({
      turns: [
        turnOf(
          't1',
          request,
          [
            edit,
            toolOf('e2', 'Write', 'test/list-with-a-long-name-that-needs-room.test.ts', {
              diff,
              added: 40,
              removed: 0,
            }),
            testRun,
            textOf('x1', 'Fixed: the last item is kept, and all 30 tests pass.'),
          ],
          { footer },
        ),
      ],
    }),
    act: (page) => page.getByRole('button', { name: 'Show the change to src/parser.ts here' }).click(),
  },
  'edit-rejected-with-words': {
    view: viewOf({
      turns: [
        turnOf(
          't1',
          request,
          [{ ...edit, verb: 'Edit', state: 'denied', note: 'You said: keep the comparison and change the caller' }],
          { footer },
        ),
      ],
    }),
  },
  'waiting-for-permission': {
    view: viewOf({
      session: { state: 'waiting' },
      turns: [
        turnOf(
          't1',
          request,
          [
            ...reads,
            toolOf('b2', 'Bash', 'npm test', {
              verb: 'Run',
              state: 'waiting',
              waiting: { requestId: 'q2', words: 'Capstan wants to run npm test', review: false },
            }),
          ],
          running,
        ),
      ],
    }),
  },
  'retry-countdown': {
    view: viewOf({
      session: running,
      turns: [
        turnOf(
          't1',
          request,
          [
            noticeOf('n1', {
              level: 'warning',
              title: 'The service is busy',
              body: 'Your message is kept. Capstan tries again by itself (2 of 4).',
              until: Date.now() + 3_600_000,
              actions: [{ label: 'Stop', action: 'stop' }],
            }),
          ],
          running,
        ),
      ],
    }),
  },
  'wrong-key': {
    view: viewOf({
      environment: { key: 'refused' },
      turns: [
        turnOf(
          't1',
          request,
          [
            noticeOf('n1', {
              level: 'error',
              title: 'The API key was refused (401)',
              body: 'Your message is kept. Set another key, then try again.',
              actions: [
                { label: 'Show Log', action: 'showLog' },
                { label: 'Retry', action: 'retry' },
                { label: 'Set API Key', action: 'setKey' },
              ],
            }),
          ],
          { state: 'failed' },
        ),
      ],
    }),
  },
  'stopped-partial': {
    view: viewOf({
      turns: [
        turnOf(
          't1',
          request,
          [
            ...reads,
            textOf('x1', 'The loop in `parseList` ends one', 'stopped'),
            toolOf('b3', 'Bash', 'npm test', { state: 'interrupted', durationMs: 800, note: 'Stopped by you' }),
            toolOf('b4', 'Bash', 'npm run lint', { state: 'failed', durationMs: 2100, note: 'Ended with code 1' }),
          ],
          { state: 'stopped', footer },
        ),
      ],
    }),
  },
  'todo-closed': { view: viewOf({ session: { ...running, todos }, turns: [turnOf('t1', request, reads, running)] }) },
  'todo-open': {
    view: viewOf({ session: { ...running, todos }, turns: [turnOf('t1', request, reads, running)] }),
    act: (page) => page.getByRole('button', { name: /2 of 5/ }).click(),
  },
  queued: {
    view: viewOf({
      session: {
        ...running,
        queued: [
          { id: 'm1', text: 'Then update the changelog, and say which version it goes into', attachments: [] },
          { id: 'm2', text: 'Leave the lexer as it is', attachments: [], steer: true },
        ],
      },
      turns: [turnOf('t1', request, [textOf('x1', 'I look at the parser first.', 'streaming')], running)],
    }),
  },
  'whole-answer': {
    view: viewOf({
      turns: [
        turnOf('t1', request, [thinkingOf('h1', 'Look first.'), ...reads, textOf('x1', answer), edit, testRun], {
          footer,
          attachments: [selection, { kind: 'file', label: 'lexer.ts', path: '/sample/src/lexer.ts', text: '' }],
        }),
      ],
    }),
  },
  find: {
    view: viewOf({ turns: [turnOf('t1', request, [...reads, textOf('x1', answer)], { footer })] }),
    async act(page) {
      await page.keyboard.press('Control+f');
      await page.keyboard.type('parser');
      await page.evaluate(() => {
        const match = { turnId: 't1', itemId: 'x1', nth: 0 };
        const found = { type: 'found', words: 'parser', count: 17, capped: false, index: 2, match };
        window.postMessage(found, '*');
      });
      await page.getByText('3 of 17').waitFor();
    },
  },
  'transcript-in-the-middle': {
    view: viewOf({
      outside: { earlier: 12, later: 3 },
      turns: Array.from({ length: 12 }, (_, index) =>
        turnOf(
          `t${index}`,
          `${request} (${index + 1})`,
          [readOf(`r${index}`, 'src/parser.ts'), textOf(`x${index}`, answer)],
          { footer },
        ),
      ),
    }),
    async act(page) {
      await page.getByRole('region', { name: 'Conversation' }).hover();
      await page.mouse.wheel(0, -2400);
      await page.getByRole('button', { name: 'Latest' }).waitFor();
    },
  },
};

/** States that need no click: what a state does by clicks, it does by English names. */
export const stillStates: readonly string[] = Object.entries(panelStates)
  .filter(([, { act }]) => !act)
  .map(([name]) => name);

function suggestions() {
  return [
    { label: 'Fix the 2 problems in src/parser.ts', prompt: 'Fix the problems in src/parser.ts' },
    { label: 'Review the uncommitted changes', prompt: 'Review my uncommitted changes' },
    { label: 'Find out why the test "keeps the last item" fails', prompt: 'Find out why the test fails' },
  ];
}
