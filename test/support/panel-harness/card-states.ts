// The named states of cards, of right-to-left text and of what went wrong in the panel itself.
import type { PanelState } from './states.ts';
import { breakOn } from './break-on.ts';
import { footer, readOf, textOf, thinkingOf, toolOf, turnOf, viewOf } from './views.ts';

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
