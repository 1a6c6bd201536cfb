/** Decides what a person asked of the demo model, from plain words. */
import type { DemoTask } from './demo-task.ts';

export type Intent = 'fix' | 'fix-without-tests' | 'summary' | 'other';

const fixWords = /\b(fix|repair|bug|test|fail|broken|debug|wrong|error)/i;
const goOnWords = /^\W*(again|try|retry|go on|go ahead|continue|proceed|yes|ok|okay|do it|please)\b/i;

export function intentOf(task: DemoTask): Intent {
  if (/\bsummar(y|i[sz]e)\b/i.test(task.prompt) && /\b(conversation|session|context)\b/i.test(task.prompt)) {
    return 'summary';
  }
  const goesOn = goOnWords.test(task.prompt) && task.earlierPrompts.some((prompt) => fixWords.test(prompt));
  if (!fixWords.test(task.prompt) && !goesOn) {
    return 'other';
  }
  return /\b(without (running|the tests|tests)|(don['’]?t|do not) run)\b/i.test(task.prompt)
    ? 'fix-without-tests'
    : 'fix';
}
