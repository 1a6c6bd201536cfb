/** What the demo model says. */
import type { ToolCall } from './demo-task.ts';
import type { Correction } from './known-bug.ts';
import { reasonGiven } from './person-words.ts';
import type { TestReport } from './test-report.ts';

const howToGetARealModel =
  'For a real model, set an Anthropic API key: run the Capstan command for it from the Command Palette, or start with ' +
  '`ANTHROPIC_API_KEY` in the environment.';

export const introduction =
  'I am a scripted demo model: there is no intelligence behind this, I follow a script. The tools, the files and the test ' +
  'results are real.\n\n';

export const summary =
  'The person talked to a scripted demo model. It can run the tests, find the bug in the line wrapping and correct it.';

export function offer(hasIntroduced: boolean): string {
  const opening = hasIntroduced ? 'I am the scripted demo model:' : `${introduction}This means that`;
  return (
    `${opening} your request is more than I can do. What I can do: find and fix the failing tests of the sample project, with real tools and with ` +
    `your permission for each step. Ask me: *Fix the failing tests*.\n\n${howToGetARealModel}`
  );
}

export function missingTool(name: string): string {
  return `My script needs the ${name} tool, and this session does not offer it. Leave plan or read-only mode and ask again.`;
}

export function testsPass(report: TestReport): string {
  return `All ${report.tests} tests pass, so there is nothing to fix. To see me at work, restore the sample project's \`src/wrap.js\` and ask again.`;
}

export function testsFail(report: TestReport): string {
  const names = report.failedNames.map((name) => `*${name}*`).join(', ');
  return `${report.failed} of ${report.tests} tests ${report.failed === 1 ? 'fails' : 'fail'}: ${names}. I read the failing tests and see what the source offers.`;
}

export function unreadableRun(call: ToolCall): string {
  return `That did not end in a test report, so I stop here. The last lines were:\n\n${fenced(tail(call.result))}\n\nCheck that \`npm test\` works in a terminal of this folder, then ask again.`;
}

export function denied(what: string, call: ToolCall, next: string): string {
  const reason = reasonGiven(call);
  const heard = reason === undefined ? '' : ` You said: “${reason}”. I follow a script and cannot act on words.`;
  return `${what} was not allowed.${heard} I stop here; nothing was run or changed by it.\n\n${next}`;
}

export const afterDeniedRun =
  'What is possible next:\n\n- *Fix the failing tests* again, and allow `npm test`.\n- *Fix the bug without running the ' +
  'tests*: I then only read, and propose the change.\n- Run `npm test` yourself and paste what it prints.';

export function afterDeniedEdit(file: string, correction: Correction): string {
  return `The change I meant, in \`${file}\`:\n\n${diffOf(correction)}\n\nMake it by hand, or say *try again* and I propose it once more.`;
}

export function thought(file: string, correction: Correction, report: TestReport | undefined): string {
  return [
    report ? `The failing tests: ${report.failedNames.join('; ')}. Both see lines one character too wide.` : '',
    `Line ${correction.line} of ${file} decides whether a word still fits: it adds the width of the line and of the word,`,
    'and leaves out the space that joins them. When both together are exactly as wide as allowed, the line ends up one',
    'character over. The bullet list wraps its items with the same function, so its failure has the same cause.',
  ]
    .filter(Boolean)
    .join(' ');
}

export function found(file: string, correction: Correction): string {
  return `Found it, in \`${file}\` line ${correction.line}: the check whether another word fits counts the line and the word, but not the space between them. Lines come out one character too wide. I propose to count the space.`;
}

export function editFailed(call: ToolCall): string {
  return `The change could not be made: ${tail(call.result, 3)}\n\nThe file may have changed since I read it, so I read it again.`;
}

export function editGivenUp(call: ToolCall, file: string): string {
  return `The change could not be made, twice: ${tail(call.result, 3)}\n\n\`${file}\` is as it was. Save it if it is open with changes, then say *try again*.`;
}

export function checkAgain(isChanged: boolean): string {
  return isChanged
    ? 'You changed my proposal before accepting it: your version stands. I run the tests on it.'
    : 'The change is in. I run the tests again.';
}

export function cannotFind(files: string[]): string {
  const list =
    files.length > 0 ? `I read ${files.map((file) => `\`${file}\``).join(', ')}` : 'I could not read any file';
  return `${list} and did not find the one bug my script knows. What fails here is something else, and for that it takes a real model.\n\n${howToGetARealModel}`;
}

export interface Ending {
  before: TestReport | undefined;
  /** Undefined when the tests were not run again. */
  after: TestReport | undefined;
  wasDenied: boolean;
  isChanged: boolean;
  file: string;
  correction: Correction;
}

export function ending(result: Ending): string {
  const whose = result.isChanged ? 'your version of the change' : 'the change';
  const was = result.before
    ? `Before, ${result.before.failed} of ${result.before.tests} tests failed`
    : 'I did not run the tests before';
  const { after } = result;
  if (!after) {
    const why = result.wasDenied ? 'running the tests again was not allowed' : 'the tests were not run';
    return `In \`${result.file}\` ${whose} is made, but not checked: ${why}. ${was}. Run \`npm test\` to see where it stands.`;
  }
  if (after.failed > 0) {
    const still = after.failedNames.map((name) => `*${name}*`).join(', ');
    return `${was}; with ${whose} it is ${after.failed} of ${after.tests}: ${still}. My script ends here. Undo the change in \`${result.file}\` and ask again to see the correction I know.`;
  }
  const diff = result.isChanged ? '' : `\n\n${diffOf(result.correction)}`;
  return `Done. ${was}; now all ${after.tests} pass, with ${whose} in \`${result.file}\`.${diff}`;
}

export function remarkSeen(remarks: string[]): string {
  return remarks.length === 0
    ? ''
    : `\n\nYou wrote meanwhile: “${remarks.join(' ')}”. I follow a script and could not take that up.`;
}

function diffOf({ oldText, newText }: Correction): string {
  return `\`\`\`diff\n${marked('-', oldText)}\n${marked('+', newText)}\n\`\`\``;
}

function marked(mark: string, lines: string): string {
  return lines.replace(/^/gm, mark);
}

function fenced(content: string): string {
  return `\`\`\`\n${content}\n\`\`\``;
}

function tail(output: string, lines = 8): string {
  return output.trim().split('\n').slice(-lines).join('\n').slice(-600);
}
