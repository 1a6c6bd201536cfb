// The named states of cards, of right-to-left text and of what went wrong in the panel itself.
import type { PanelState } from './states.ts';
import { breakOn } from './break-on.ts';
import { footer, noticeOf, readOf, textOf, thinkingOf, toolOf, turnOf, viewOf } from './views.ts';

const hebrew = `## מה מצאתי

הלולאה ב־\`parseList\` מסתיימת מוקדם מדי, ולכן הפריט האחרון נעלם.

- לתקן את \`src/parser.ts\`
- להריץ את \`npm test\`

> אין עוד קריאות אליה.

\`\`\`ts
for (let at = 0; at <= source.length; at += 1) read(at); // עד הסוף
\`\`\`

The same in English stays on the left.`;

const broken = turnOf(
  't1',
  'Why is the last item dropped?',
  [
    readOf('r1', 'src/parser.ts'),
    textOf('x1', 'What breaks the panel: POISON'),
    textOf('x2', 'What comes after it is still there.'),
  ],
  { footer },
);

const plan = `# Keep the last item

1. Write a test with a trailing comma in \`test/parser.test.ts\`
2. Let the loop in \`src/parser.ts\` reach the end
3. Run **all** tests

## Not touched

The lexer, and what calls it.`;

const planCall = toolOf('p1', 'ExitPlanMode', 'Keep the last item', { verb: 'Presented a plan', plan });

const questions = [
  {
    header: 'Storage',
    question: 'Where should the parsed lists be kept?',
    options: [
      { label: 'In memory', description: 'Fast, gone after a restart.' },
      { label: 'In a file', description: 'Slower; needs a format that older versions can read.' },
    ],
  },
  {
    header: 'Tests',
    question: 'Which tests are to be written?',
    options: [
      { label: 'Unit', description: 'For the parser alone.' },
      { label: 'End to end', description: 'Through the command line.' },
    ],
  },
];
const asking = toolOf('q1', 'AskUserQuestion', 'Where should the parsed lists be kept?', { verb: 'Asking', questions });

const summary = `## What was asked\n\nKeep the last item of a list.\n\n## What was found\n\n- \`parseList\` ends early`;

export const cardStates: Readonly<Record<string, PanelState>> = {
  'render-error': {
    view: viewOf({}),
    async act(page, panel) {
      await breakOn(page, 'POISON');
      const queued = [{ id: 'm1', text: 'POISON', attachments: [] }];
      const turns = [
        broken,
        turnOf('t2', 'POISON', []),
        turnOf('t3', 'And the next turn?', [textOf('x3', 'It is fine.')]),
      ];
      await panel.show(viewOf({ turns, session: { queued } }));
    },
  },
  'plan-waiting': {
    view: viewOf({
      session: { state: 'waiting', mode: 'plan' },
      turns: [
        turnOf(
          't1',
          'Plan how to keep the last item.',
          [{ ...planCall, state: 'waiting', waiting: { requestId: 'w1', words: 'Approve the plan?', review: false } }],
          { state: 'running' },
        ),
      ],
    }),
  },
  'plan-decided': {
    view: viewOf({
      turns: [
        turnOf(
          't1',
          'Plan how to keep the last item.',
          [
            { ...planCall, id: 'p0', verdict: 'rejected', note: 'Not approved: leave the lexer alone' },
            { ...planCall, verdict: 'approved', note: 'Approved with your changes (+1 −1)' },
            textOf('x1', 'I begin with the test.'),
          ],
          { footer },
        ),
      ],
    }),
    act: (page) => page.getByRole('button', { name: /Plan/ }).last().click(),
  },
  'question-waiting': {
    view: viewOf({
      session: { state: 'waiting' },
      turns: [
        turnOf(
          't1',
          'Keep the lists somewhere.',
          [
            textOf('x1', 'Two things only you can decide.'),
            { ...asking, state: 'waiting', waiting: { requestId: 'w1', words: questions[0]!.question, review: false } },
          ],
          { state: 'running' },
        ),
      ],
    }),
  },
  'question-answered': {
    view: viewOf({
      turns: [
        turnOf(
          't1',
          'Keep the lists somewhere.',
          [
            {
              ...asking,
              verb: 'Asked',
              questions: [
                { ...questions[0]!, answer: { chosen: ['In a file'] } },
                { ...questions[1]!, answer: { chosen: ['Unit', 'End to end'], words: 'and one for the empty list' } },
              ],
              note: 'In a file, Unit, End to end, and one for the empty list',
            },
            { ...asking, id: 'q2', verb: 'Asked', note: 'Closed without an answer', questions: [questions[0]!] },
          ],
          { footer },
        ),
      ],
    }),
  },
  compaction: {
    view: viewOf({
      turns: [
        turnOf(
          't1',
          'Go on with the lexer.',
          [
            noticeOf('n1', {
              title: 'Conversation shortened',
              body: 'It was about to fill what the model can hold.',
              facts: [
                { name: 'Kept', words: 'Your last request, word for word, and a summary of what came before' },
                { name: 'Dropped', words: '14 answers and the results of 22 × Read and 3 × Bash' },
                { name: 'Size', words: '171k → about 9.2k tokens' },
              ],
              more: { label: 'Summary', text: summary },
            }),
            textOf('x1', 'The lexer needs the same change.'),
          ],
          { footer },
        ),
      ],
    }),
    act: (page) => page.getByRole('button', { name: 'Summary' }).click(),
  },
  'focus-view': {
    view: viewOf({
      session: { state: 'waiting' },
      turns: [
        turnOf(
          't1',
          'Fix the parser.',
          [
            thinkingOf('h1', 'Look first.'),
            readOf('r1', 'src/parser.ts'),
            readOf('r2', 'src/lexer.ts'),
            toolOf('b1', 'Bash', 'npm test', { durationMs: 900 }),
            textOf('x1', 'The loop ends early, so I change its end.'),
            toolOf('e1', 'Edit', 'src/parser.ts', { diff: '@@ -1 +1 @@\n-a\n+b', added: 1, removed: 1 }),
            toolOf('b2', 'Bash', 'npm test', { state: 'failed', note: 'Ended with code 1' }),
            textOf('x2', 'One test still fails.'),
          ],
          { footer },
        ),
        turnOf(
          't2',
          'And now?',
          [
            readOf('r3', 'src/list.ts'),
            toolOf('b3', 'Bash', 'git push', {
              verb: 'Run',
              state: 'waiting',
              waiting: { requestId: 'w1', words: 'Capstan wants to run git push', review: false },
            }),
          ],
          { state: 'running' },
        ),
      ],
    }),
    async act(page, panel) {
      await panel.push({ type: 'toggleFocusView' });
      await page.getByRole('button', { name: '1 step hidden' }).first().click();
    },
  },
  sending: {
    view: viewOf({ turns: [turnOf('t1', 'What is this?', [textOf('x1', 'A parser of lists.')], { footer })] }),
    async act(page) {
      await page.getByRole('textbox').fill('Explain the parser');
      await page.keyboard.press('Enter');
    },
  },
  'thinking-opened': {
    view: viewOf({
      session: { state: 'running' },
      turns: [
        turnOf(
          't1',
          'Why?',
          [
            thinkingOf('h0', ''),
            thinkingOf('h1', 'The list ends early.\n\nThe end may be inclusive …', { state: 'streaming' }),
          ],
          { state: 'running' },
        ),
      ],
    }),
    async act(page) {
      await page.getByRole('button', { name: 'Thought' }).click();
      await page.getByRole('button', { name: 'Thinking' }).click();
    },
  },
  'right-to-left': {
    view: viewOf({
      session: {
        state: 'running',
        queued: [{ id: 'm1', text: 'ואז עדכן את התיעוד', attachments: [] }],
        todos: [
          { content: 'לתקן את הקוד', activeForm: 'מתקן את הקוד', status: 'in_progress' },
          { content: 'Run all tests', activeForm: 'Running all tests', status: 'pending' },
        ],
      },
      turns: [
        turnOf(
          't1',
          'إصلاح المحلل: يحذف العنصر الأخير من القائمة',
          [
            thinkingOf('h1', 'أبدأ بالقراءة.'),
            readOf('r1', 'src/parser.ts'),
            textOf('x1', hebrew),
            toolOf('b1', 'Bash', 'npm test', { state: 'failed', note: 'הסתיים עם קוד 1', durationMs: 900 }),
          ],
          { footer },
        ),
      ],
    }),
    act: (page) => page.getByRole('textbox').fill('למה זה קורה?'),
  },
};
