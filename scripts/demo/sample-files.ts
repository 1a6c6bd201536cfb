/** Which files of the project the demo script looks at next, from what the tools have shown so far. */
import path from 'node:path';
import type { DemoTask, ToolCall } from './demo-task.ts';
import { fileTextOf } from './read-result.ts';

const maxFilesARound = 6;

export interface ShownFile {
  path: string;
  text: string;
}

/** The files read so far, each as last read. */
export function shownFiles(task: DemoTask): ShownFile[] {
  const byPath = new Map<string, string>();
  for (const call of task.calls.filter((candidate) => candidate.name === 'Read' && !candidate.isError)) {
    byPath.set(String(call.input.file_path), fileTextOf(call.result));
  }
  return [...byPath].map(([file, text]) => ({ path: file, text }));
}

/** Source files not yet read: those the shown files import, then what Glob found. */
export function filesToRead(task: DemoTask): string[] {
  const asked = new Set(task.calls.map((call) => call.input.file_path));
  const imported = shownFiles(task).flatMap(importsOf);
  const listed = task.calls
    .filter((call) => call.name === 'Glob' && !call.isError)
    .flatMap((call) => filesIn(task, call));
  const candidates = imported.length > 0 ? imported : listed;
  return [...new Set(candidates)].filter((file) => !asked.has(file)).slice(0, maxFilesARound);
}

/** Absolute where the working folder is known. */
export function inWorkspace(task: DemoTask, file: string): string {
  return task.workingDirectory === undefined ? file : path.resolve(task.workingDirectory, file);
}

/** For people: relative to the working folder, with forward slashes. */
export function shortPath(task: DemoTask, file: string): string {
  const relative = task.workingDirectory === undefined ? file : path.relative(task.workingDirectory, file);
  return relative.replaceAll('\\', '/');
}

function importsOf(file: ShownFile): string[] {
  const specifiers = [...file.text.matchAll(/\bfrom\s+['"](\.{1,2}\/[^'"]+)['"]/g)];
  return specifiers.map((match) => path.join(path.dirname(file.path), match[1] ?? ''));
}

function filesIn(task: DemoTask, call: ToolCall): string[] {
  const lines = call.result.split('\n').map((line) => line.trim());
  return lines.filter((line) => /^[^*?"<>|]+\.[cm]?js$/.test(line)).map((line) => inWorkspace(task, line));
}
