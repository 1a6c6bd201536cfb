/** The demo model's script: from the conversation so far to the next answer, with no state of its own. */
import { type Answer, type Block, text, thinking, toolUse } from '../../test/support/model/answer.ts';
import type { ModelRequest } from '../../test/support/model/model-server.ts';
import { intentOf } from './demo-request.ts';
import { type DemoTask, readTask, type ToolCall } from './demo-task.ts';
import { type Correction, findKnownBug } from './known-bug.ts';
import { wasChangedByPerson, wasDenied } from './person-words.ts';
import { filesToRead, inWorkspace, shortPath, shownFiles } from './sample-files.ts';
import { parseTestReport, type TestReport } from './test-report.ts';
import * as wording from './wording.ts';

/** How far the task has come. */
interface Progress {
  task: DemoTask;
  isRunAllowed: boolean;
  /** The run before any edit, or a report the person pasted. */
  before: TestReport | undefined;
  firstRun: ToolCall | undefined;
  edits: ToolCall[];
  /** The run after the last edit. */
  lastRun: ToolCall | undefined;
}

export function playDemo(request: ModelRequest): Answer {
  const task = readTask(request);
  if (!request.isMain || (request.body.tools ?? []).length === 0) {
    return { blocks: [text(sideText(request, task))] };
  }
  const blocks = answerTask(task);
  return { blocks: task.hasIntroduced ? blocks : introduced(blocks) };
}

function answerTask(task: DemoTask): Block[] {
  const intent = intentOf(task);
  if (intent === 'other') {
    return [text(wording.offer(task.hasIntroduced))];
  }
  return intent === 'summary' ? [text(wording.summary)] : work(progressOf(task, intent === 'fix'));
}

function progressOf(task: DemoTask, isRunAllowed: boolean): Progress {
  const { calls } = task;
  const lastEdit = calls.findLastIndex((call) => call.name === 'Edit');
  const firstRun = calls.find((call, index) => call.name === 'Bash' && (lastEdit === -1 || index < lastEdit));
  return {
    task,
    isRunAllowed,
    before: parseTestReport(firstRun?.result ?? task.prompt),
    firstRun,
    edits: calls.filter((call) => call.name === 'Edit'),
    lastRun: lastEdit === -1 ? undefined : calls.slice(lastEdit).find((call) => call.name === 'Bash'),
  };
}

function work(progress: Progress): Block[] {
  const { task, before, firstRun } = progress;
  const missing = ['Bash', 'Read', 'Edit'].find((tool) => !task.offers(tool));
  if (missing !== undefined) {
    return [text(wording.missingTool(missing))];
  }
  if (progress.edits.length > 0) {
    return afterEdit(progress);
  }
  if (!before && !firstRun && progress.isRunAllowed) {
    return [text('First I run the tests, to see what fails.'), runTests()];
  }
  if (firstRun && !before) {
    const what = 'Running `npm test`';
    return [
      text(
        wasDenied(firstRun) ? wording.denied(what, firstRun, wording.afterDeniedRun) : wording.unreadableRun(firstRun),
      ),
    ];
  }
  if (before?.failed === 0) {
    return [text(wording.testsPass(before))];
  }
  return investigate(progress);
}

function investigate(progress: Progress): Block[] {
  const { task, before } = progress;
  const hasLooked = task.calls.some((call) => call.name !== 'Bash');
  if (!hasLooked) {
    return [text(before ? wording.testsFail(before) : 'I read the source first.'), ...lookAround(task, before)];
  }
  const proposal = proposeEdit(progress);
  if (proposal) {
    return proposal;
  }
  const next = filesToRead(task);
  return next.length > 0
    ? [text(`Next: ${next.map((file) => `\`${shortPath(task, file)}\``).join(', ')}.`), ...next.map(readFile)]
    : [text(wording.cannotFind(shownFiles(task).map((file) => shortPath(task, file.path))))];
}

/** Independent reads in one answer, so that they run side by side. */
function lookAround(task: DemoTask, before: TestReport | undefined): Block[] {
  const place = task.workingDirectory === undefined ? {} : { path: task.workingDirectory };
  return [
    ...(before?.failedFiles ?? []).slice(0, 4).map((file) => readFile(inWorkspace(task, file))),
    ...(task.offers('Glob') ? [toolUse('Glob', { pattern: 'src/**/*.js', ...place })] : []),
    ...(task.offers('Grep')
      ? [toolUse('Grep', { pattern: 'export function', glob: '*.js', output_mode: 'content', ...place })]
      : []),
  ];
}

function proposeEdit({ task, before, edits }: Progress): Block[] | undefined {
  for (const file of shownFiles(task)) {
    const correction = findKnownBug(file.text);
    if (correction) {
      const short = shortPath(task, file.path);
      const input = { file_path: file.path, old_string: correction.oldText, new_string: correction.newText };
      const words =
        edits.length > 0
          ? 'I propose the change once more, on the file as it is now.'
          : wording.found(short, correction);
      return [
        ...(task.wantsThinking && edits.length === 0 ? [thinking(wording.thought(short, correction, before))] : []),
        text(words),
        toolUse('Edit', input),
      ];
    }
  }
  return undefined;
}

function afterEdit(progress: Progress): Block[] {
  const { task, edits, lastRun, isRunAllowed } = progress;
  const edit = edits.at(-1) as ToolCall;
  const file = String(edit.input.file_path);
  const isChanged = wasChangedByPerson(edit);
  if (edit.isError) {
    return afterFailedEdit(progress, edit, file);
  }
  if (!lastRun && isRunAllowed) {
    return [text(wording.checkAgain(isChanged)), runTests()];
  }
  const after = lastRun && parseTestReport(lastRun.result);
  if (lastRun && !after && !wasDenied(lastRun)) {
    return [text(wording.unreadableRun(lastRun))];
  }
  const result: wording.Ending = {
    before: progress.before,
    after,
    wasDenied: lastRun !== undefined && wasDenied(lastRun),
    isChanged,
    file: shortPath(task, file),
    correction: correctionOf(edit),
  };
  return [text(wording.ending(result) + wording.remarkSeen(task.remarks))];
}

function afterFailedEdit(progress: Progress, edit: ToolCall, file: string): Block[] {
  const { task, edits } = progress;
  const short = shortPath(task, file);
  if (wasDenied(edit)) {
    return [
      text(wording.denied(`The change to \`${short}\``, edit, wording.afterDeniedEdit(short, correctionOf(edit)))),
    ];
  }
  if (task.calls.at(-1) !== edit) {
    return proposeEdit(progress) ?? [text(wording.cannotFind([short]))];
  }
  return edits.length > 1 ? [text(wording.editGivenUp(edit, short))] : [text(wording.editFailed(edit)), readFile(file)];
}

function correctionOf(edit: ToolCall): Correction {
  return { line: 0, oldText: String(edit.input.old_string), newText: String(edit.input.new_string) };
}

function runTests(): Block {
  return toolUse('Bash', { command: 'npm test', description: 'Run the tests' });
}

function readFile(file: string): Block {
  return toolUse('Read', { file_path: file });
}

function introduced(blocks: Block[]): Block[] {
  const [first, ...rest] = blocks;
  const known = first?.kind === 'text' ? first.text : '';
  if (known.includes(wording.introduction.trim())) {
    return blocks;
  }
  return first?.kind === 'text'
    ? [text(wording.introduction + first.text), ...rest]
    : [text(wording.introduction.trim()), ...blocks];
}

/** Titles and the like; as JSON where the request asks for a form. */
function sideText({ body }: ModelRequest, task: DemoTask): string {
  const title = /\b(fix|bug|fail)/i.test(task.prompt) ? 'Fix the failing tests' : 'Scripted demo';
  const output = body.output_config as { format?: { schema?: { properties?: object } } } | undefined;
  const fields = Object.keys(output?.format?.schema?.properties ?? {});
  return fields.length > 0 ? JSON.stringify(Object.fromEntries(fields.map((field) => [field, title]))) : title;
}
