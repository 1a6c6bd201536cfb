// A conversation as long as wanted, of ordinary kinds of rows and answers.
import type { Item, Turn, View } from '../../../src/shared/view-model.ts';
import { footer, readOf, textOf, thinkingOf, toolOf, turnOf, viewOf } from './views.ts';

/** So many messages, half of them the person's: turns `t0`, `t1`… that ask "Question 0", "Question 1"… */
export function longView(messages: number): View {
  return viewOf({ turns: Array.from({ length: messages / 2 }, (_, index) => turnAt(index)) });
}

function turnAt(index: number): Turn {
  const id = (name: string) => `${name}${index}`;
  const items: Item[] = [textOf(id('x'), answerAt(index))];
  if (index % 2 === 0) items.unshift(readOf(id('r'), `src/file-${index}.ts`), readOf(id('s'), `test/file-${index}.ts`));
  if (index % 3 === 0) items.unshift(thinkingOf(id('h'), 'Where would that be?'));
  if (index % 4 === 0)
    items.push(toolOf(id('b'), 'Bash', `npm test -- ${index}`, { durationMs: 900, output: 'ok\n'.repeat(20) }));
  return turnOf(id('t'), `Question ${index} about the parser`, items, { footer });
}

function answerAt(index: number): string {
  const code = `\n\n\`\`\`ts\nexport const value${index} = read(${index}); // one\nreturn value${index};\n\`\`\``;
  const list = '\n\n- **one** thing\n- another `thing`\n- [a third](src/parser.ts:3)';
  return `Answer ${index}: the loop in \`parseList\` ends one short.${index % 3 === 0 ? list : ''}${index % 5 === 0 ? code : ''}`;
}
