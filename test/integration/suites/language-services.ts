import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { createProblemReminder } from '../../../src/core/tools/editor/problem-reminder.ts';
import { ServiceError } from '../../../src/core/tools/editor/language-services.ts';
import { EditorLanguageServices } from '../../../src/host/editor-services/editor-language-services.ts';
import { closeEverything, openFile, replaceAll, scratchFolder, until } from '../editor.ts';

const { signal } = new AbortController();
const onDisk = (file: string) => readFile(file, 'utf8');
const failsAs = (reason: string) => (error: unknown) => error instanceof ServiceError && error.reason === reason;

const PRICE = 'export function price(count: number): number {\n  return count * 2;\n}\n';
const CART = "import { price } from './price';\n\nexport const total = price(3) + price(4);\n";

/** The first question may wait longer for the server than the services do for an answer. */
async function serverStarted(file: string): Promise<void> {
  const uri = vscode.Uri.file(file);
  await vscode.workspace.openTextDocument(uri);
  for (let found: unknown[] = []; found.length === 0;) {
    found = (await vscode.commands.executeCommand<unknown[]>('vscode.executeDocumentSymbolProvider', uri)) ?? [];
  }
}

describe('language services of the editor', function () {
  // The TypeScript server starts with the first question.
  this.timeout(60_000);
  const scratch = scratchFolder('language');
  let services: EditorLanguageServices;
  let price = '';
  let cart = '';

  before(async () => {
    await scratch.make();
    services = new EditorLanguageServices(new NodeFileSystem());
    // As the gate would hand them over: canonical.
    const folder = await realpath(path.dirname(scratch.file('x')));
    [price, cart] = [path.join(folder, 'price.ts'), path.join(folder, 'cart.ts')];
    await writeFile(path.join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true, "noEmit": true } }\n');
    await writeFile(price, PRICE);
    await writeFile(cart, CART);
    await serverStarted(price);
  });
  afterEach(closeEverything);
  after(async () => {
    services.dispose();
    await scratch.remove();
  });

  it('refuse a question about a file that is no text, a language without support, and a stopped one', async () => {
    const binary = scratch.file('picture.bin');
    await writeFile(binary, Buffer.from([0, 1, 2, 0, 255]));
    await assert.rejects(services.outline(binary, signal), failsAs('refused'));
    const notes = scratch.file('notes.txt');
    await writeFile(notes, 'one\n');
    await assert.rejects(services.definitions(notes, { line: 1, column: 1 }, signal), failsAs('unsupported'));
    await assert.rejects(services.planRename(notes, { line: 1, column: 1 }, 'two', signal), failsAs('unsupported'));
    const stopped = AbortSignal.abort();
    await assert.rejects(services.hover(price, { line: 1, column: 17 }, stopped), failsAs('stopped'));
  });

  it('outline a file that nobody has opened', async () => {
    const outline = await services.outline(price, signal);
    assert.deepEqual(
      outline.map(({ name, kind, line, endLine, depth }) => ({ name, kind, line, endLine, depth })),
      [{ name: 'price', kind: 'function', line: 1, endLine: 3, depth: 0 }],
    );
  });

  it('find definition, references and type of a symbol across files', async () => {
    const call = { line: 3, column: 22 };
    const [definition, ...others] = await services.definitions(cart, call, signal);
    assert.deepEqual(definition, { path: price, virtual: false, line: 1, column: 17 });
    assert.deepEqual(others, []);
    const references = await services.references(cart, call, signal);
    assert.deepEqual(references.map((place) => `${path.basename(place.path)}:${place.line}`).toSorted(), [
      'cart.ts:1',
      'cart.ts:3',
      'cart.ts:3',
      'price.ts:1',
    ]);
    assert.match((await services.hover(cart, call, signal)).join('\n'), /price\(count: number\): number/);
  });

  it('find symbols of the workspace by name', async () => {
    await services.outline(price, signal);
    const found = await services.findSymbols('price', signal);
    assert.ok(found.some((symbol) => symbol.path === price && symbol.line === 1 && symbol.kind === 'function'));
  });

  it('plan a rename without touching a file, then do it in one step in open and closed files', async () => {
    const { document } = await openFile(cart);
    const plan = await services.planRename(price, { line: 1, column: 17 }, 'cost', signal);
    assert.deepEqual(plan.beyond, []);
    assert.deepEqual(
      new Map(plan.files.map((file) => [file.path, file.count])),
      new Map([
        [price, 1],
        [cart, 3],
      ]),
    );
    assert.equal(await onDisk(price), PRICE);
    assert.deepEqual(await services.apply(plan.files), []);
    assert.match(await onDisk(price), /function cost\(/);
    assert.equal(await onDisk(cart), CART.replaceAll('price(', 'cost(').replace('{ price }', '{ cost }'));
    assert.equal(document.isDirty, false);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), CART);
    await replaceAll(document, CART);
    await document.save();
    await writeFile(price, PRICE);
  });

  it('change no file when one of them has changed meanwhile', async () => {
    const files = [
      { path: price, before: PRICE, after: PRICE.replace('2', '3') },
      { path: cart, before: `${CART}older`, after: 'new' },
    ];
    await assert.rejects(services.apply(files), failsAs('stale'));
    assert.deepEqual([await onDisk(price), await onDisk(cart)], [PRICE, CART]);
  });

  it('leave a file unsaved that had unsaved changes, and say so', async () => {
    const { document } = await openFile(cart);
    const typed = `// typed\n${CART}`;
    await replaceAll(document, typed);
    const left = await services.apply([
      { path: cart, before: typed, after: `${typed}// more\n` },
      { path: price, before: PRICE, after: `${PRICE}// more\n` },
    ]);
    assert.deepEqual(left, [cart]);
    assert.deepEqual([await onDisk(cart), document.getText()], [CART, `${typed}// more\n`]);
    assert.equal(await onDisk(price), `${PRICE}// more\n`);
    await writeFile(price, PRICE);
  });

  it('offer the refactorings of a line with their texts', async () => {
    const offered = await services.codeActions(cart, 3, signal);
    const convert = offered.find(({ title }) => /default export/.test(title));
    assert.ok(convert, offered.map(({ title }) => title).join(', '));
    assert.ok(!offered.some(({ title }) => title.includes('Capstan')));
  });

  it('run the command of an action, given by an extension', async () => {
    const ran: unknown[] = [];
    const command = vscode.commands.registerCommand('test.mend', (...input: unknown[]) => void ran.push(...input));
    const provider = vscode.languages.registerCodeActionsProvider(
      { pattern: '**/notes.txt' },
      {
        provideCodeActions(document) {
          const action = new vscode.CodeAction('Mend it', vscode.CodeActionKind.QuickFix);
          action.edit = new vscode.WorkspaceEdit();
          action.edit.insert(document.uri, new vscode.Position(0, 0), 'mended ');
          action.command = { command: 'test.mend', title: 'Mend', arguments: [7] };
          return [action];
        },
      },
    );
    try {
      const [action] = await services.codeActions(await realpath(scratch.file('notes.txt')), 1, signal);
      assert.equal(action?.change.files[0]?.after, 'mended one\n');
      assert.deepEqual([action?.command?.id, action?.command?.input], ['test.mend', '[7]']);
      await action?.command?.run(signal);
      assert.deepEqual(ran, [7]);
    } finally {
      command.dispose();
      provider.dispose();
    }
  });

  it('refuse a rename that would also move a file', async () => {
    const provider = vscode.languages.registerRenameProvider(
      { pattern: '**/notes.txt' },
      {
        provideRenameEdits(document) {
          const edit = new vscode.WorkspaceEdit();
          edit.insert(document.uri, new vscode.Position(0, 0), 'x');
          edit.renameFile(document.uri, vscode.Uri.file(`${document.uri.fsPath}.new`));
          return edit;
        },
      },
    );
    try {
      const notes = await realpath(scratch.file('notes.txt'));
      const plan = await services.planRename(notes, { line: 1, column: 1 }, 'two', signal);
      assert.match(plan.beyond.join(), /rename or delete files/);
    } finally {
      provider.dispose();
    }
  });

  it('tell problems of a file that no tab shows, and of one that is shown', async () => {
    const folder = path.dirname(price);
    const hidden = path.join(folder, 'hidden.ts');
    const shown = path.join(folder, 'shown.ts');
    const wrong = 'export const n: number = "x";\n';
    await writeFile(hidden, wrong);
    await openFile(shown, wrong);
    const found = await services.settledProblems([hidden, shown], { edited: false, patienceMs: 20_000, signal });
    assert.deepEqual(
      found.map((file) => [path.basename(file.path), file.problems.map(({ line, source }) => `${line} ${source}`)]),
      [
        ['hidden.ts', ['1 ts 2322']],
        ['shown.ts', ['1 ts 2322']],
      ],
    );
    const { document } = await openFile(shown);
    await until('the problem is reported', () => vscode.languages.getDiagnostics(document.uri).length === 1);
    const known = await services.knownProblems();
    assert.equal(known.find((file) => file.path === shown)?.problems.length, 1);
    assert.equal(known.find((file) => file.path === hidden)?.problems.length, 1);
  });

  it('remind of what is new after an edit, not of what was there before', async () => {
    const file = path.join(path.dirname(price), 'reminded.ts');
    const { document } = await openFile(file, 'export const a: number = "old";\n');
    await until('the old problem is reported', () => vscode.languages.getDiagnostics(document.uri).length === 1);
    const reminder = createProblemReminder(services, () => path.dirname(file));
    assert.equal(await reminder.take({ changed: [], signal }), undefined);
    await replaceAll(document, 'export const a: number = "old";\nexport const b: string = 4;\n');
    await document.save();
    const words = await reminder.take({ changed: [file], signal });
    assert.match(words ?? '', /reminded\.ts:2:14: error: .*\[ts 2322\]/);
    assert.doesNotMatch(words ?? '', /reminded\.ts:1/);
  });

  it('know a file through a link to its folder', async () => {
    const folder = path.dirname(price);
    const file = path.join(folder, 'real', 'a.json');
    await mkdir(path.dirname(file), { recursive: true });
    await symlink(path.dirname(file), path.join(folder, 'link'));
    await openFile(path.join(folder, 'link', 'a.json'), '{ "a": 1, }\n');
    const [found] = await services.settledProblems([file], { edited: true, patienceMs: 10_000, signal });
    assert.equal(found?.path, file);
    assert.match(found?.problems[0]?.message ?? '', /trailing comma/i);
  });
});
