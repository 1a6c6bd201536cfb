import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Grant } from '../../../src/core/permissions/access.ts';
import { createEditorTools } from '../../../src/core/tools/editor/create-editor-tools.ts';
import { ServiceError, type OfferedAction } from '../../../src/core/tools/editor/language-services.ts';
import { ToolError, type ToolContext } from '../../../src/core/tools/tool.ts';
import { MemoryLanguageServices, MemoryTasks } from '../../support/memory/memory-editor.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf, ToolBench, textOf } from '../../support/memory/tool-bench.ts';

const CART = 'import { price } from "./price";\nprice();\n';
const PRICE = 'export function price() {}\n';

describe('changes that the editor works out', () => {
  let files: MemoryFileSystem;
  let language: MemoryLanguageServices;
  let bench: ToolBench;
  const benchWith = (lists: Parameters<typeof rulesOf>[0] = {}): ToolBench => {
    const tools = createEditorTools({ files, workspace: ['/project'], language, tasks: new MemoryTasks() });
    return new ToolBench({ files, tools, rules: () => rulesOf(lists) });
  };
  const fails = (name: string, input: object, words: RegExp) =>
    assert.rejects(bench.call(name, input), (error) => error instanceof Error && words.test(error.message));
  const rename = { file_path: 'price.js', line: 1, symbol: 'price', new_name: 'cost' };
  const plan = {
    files: [
      { path: '/project/price.js', before: PRICE, after: PRICE.replace('price', 'cost'), count: 1 },
      { path: '/project/cart.js', before: CART, after: CART.replaceAll(/\bprice\b(?!")/g, 'cost'), count: 2 },
    ],
    beyond: [],
  };
  const accept = (after: string) => ({ decision: 'accept', after }) as const;

  beforeEach(() => {
    files = new MemoryFileSystem({ '/project/cart.js': CART, '/project/price.js': PRICE });
    language = new MemoryLanguageServices();
    language.plan = plan;
    bench = benchWith();
  });

  describe('Rename', () => {
    it('says what is wrong before anything is asked of the editor', async () => {
      await fails('Rename', { ...rename, new_name: 'price' }, /are the same/);
      await fails('Rename', { ...rename, new_name: ' ' }, /new_name is empty/);
      await fails('Rename', { ...rename, new_name: 'a\nb' }, /line break/);
      await fails('Rename', { ...rename, symbol: '' }, /symbol is empty/);
      await fails('Rename', { ...rename, symbol: 'coupon' }, /not on line 1 of price\.js, nor on any other/);
      await fails('Rename', { ...rename, file_path: 'prices.js' }, /does not exist/);
      assert.deepEqual(language.asked, []);
    });

    it('says why the editor does not do it', async () => {
      language.failure = new ServiceError('refused', 'You cannot rename this element.');
      await fails('Rename', rename, /gave no rename: You cannot rename this element\. Check line and symbol/);
      language.failure = new ServiceError('unsupported', 'ini');
      await fails('Rename', rename, /No extension of the editor gives rename for ini/);
      language.failure = undefined;
      language.plan = { files: [], beyond: [] };
      await fails('Rename', rename, /knows nothing to rename for "price" there\. Use Grep and Edit/);
      language.plan = { ...plan, beyond: ['rename or move files'] };
      await fails('Rename', rename, /Nothing was changed: the editor would also rename or move files.*Edit and Bash/);
      const many = Array.from({ length: 201 }, (_, index) => ({
        path: `/project/${index}`,
        before: '',
        after: 'x',
        count: 1,
      }));
      language.plan = { files: many, beyond: [] };
      await fails('Rename', rename, /201 files would be touched, at most 200/);
      assert.deepEqual([bench.person.proposals, language.applied], [[], []]);
    });

    it('shows each file for review, then changes all at once', async () => {
      bench.person.verdicts.push(
        ({ after }) => accept(after),
        ({ after }) => accept(after),
      );
      language.unsaved = ['/project/cart.js'];
      const result = await bench.call('Rename', rename);
      assert.deepEqual(
        bench.person.proposals.map(({ path, before, after }) => ({ path, before, after })),
        plan.files.map(({ path, before, after }) => ({ path, before, after })),
      );
      assert.deepEqual(language.asked, ['rename /project/price.js 1:17 cost', 'apply']);
      assert.deepEqual(language.applied, [plan.files.map(({ path, before, after }) => ({ path, before, after }))]);
      assert.deepEqual(textOf(result).split('\n'), [
        'Renamed price to cost in 3 places of 2 files:',
        'price.js: 1 place',
        'cart.js: 2 places (unsaved in the editor)',
      ]);
      assert.deepEqual(result.details.changed, ['/project/price.js', '/project/cart.js']);
    });

    it('changes no file when one of them is rejected', async () => {
      bench.person.verdicts.push(({ after }) => accept(after), { decision: 'reject', words: 'not the cart' });
      await fails('Rename', rename, /not the cart/);
      assert.deepEqual(language.applied, []);
    });

    it('changes no file when a rule denies one of them, as an edit of it', async () => {
      for (const rule of ['Edit(cart.js)', 'Rename(cart.js)', 'Read(cart.js)']) {
        bench = benchWith({ deny: [rule], allow: ['Edit(price.js)'] });
        await fails('Rename', rename, /denied/);
      }
      assert.deepEqual(language.applied, []);
    });

    it('tells the model that nothing was changed, and why', async () => {
      const tool = bench.tools.get('Rename')!;
      const grant = { path: '/project/price.js' } as Grant;
      const context = {
        cwd: '/project',
        signal: new AbortController().signal,
        authorize: () => Promise.reject(new ToolError('Denied by a rule.')),
      } as unknown as ToolContext;
      await assert.rejects(
        async () => tool.prepare(rename, { cwd: '/project' }).run(grant, context),
        /^ToolError: Nothing was changed in any file\. Denied by a rule\.$/,
      );
    });

    it('keeps what the person made of a file, and tells the difference', async () => {
      bench.person.verdicts.push(({ after }) => accept(after), accept('mine();\n'));
      const text = await bench.text('Rename', rename);
      assert.equal(language.applied[0]?.[1]?.after, 'mine();\n');
      assert.match(text, /The person changed the proposal for cart\.js; keep their changes\.\n[^]*\+mine\(\);/);
    });

    it('asks nobody where a rule allows the edits', async () => {
      bench = benchWith({ allow: ['Edit'] });
      assert.match(await bench.text('Rename', rename), /^Renamed price to cost/);
      assert.deepEqual(bench.person.proposals, []);
    });

    it('says which file had changed when it was to be done', async () => {
      bench = benchWith({ allow: ['Edit'] });
      language.apply = () => Promise.reject(new ServiceError('stale', '/project/cart.js'));
      await fails(
        'Rename',
        rename,
        /^\/project\/cart\.js was changed by someone else meanwhile, so nothing was done\./,
      );
    });
  });

  describe('CodeActions', () => {
    const input = { file_path: 'cart.js', line: 2 };
    const ran: string[] = [];
    const action = (title: string, more: Partial<OfferedAction> = {}): OfferedAction => ({
      title,
      kind: 'quickfix',
      change: { files: [], beyond: [] },
      ...more,
    });
    const command = { id: 'ext.fix', input: '[1]', run: async () => void ran.push('ext.fix') };

    beforeEach(() => {
      ran.length = 0;
      language.actions = [
        action('Add import', { change: { files: [plan.files[1]!], beyond: [] } }),
        action('Fix all', { command, kind: '' }),
        action('Extract', { disabled: 'nothing is selected', kind: 'refactor' }),
        action('Move', { change: { files: [], beyond: ['create files'] } }),
        action('Empty'),
      ];
    });

    it('lists what is offered on a line', async () => {
      await fails('CodeActions', { ...input, line: 9 }, /cart\.js has 3 lines/);
      assert.deepEqual((await bench.text('CodeActions', input)).split('\n'), [
        'Add import [quickfix]',
        'Fix all',
        'Extract [refactor; not now: nothing is selected]',
        'Move [quickfix]',
        'Empty [quickfix]',
      ]);
      language.actions = [];
      assert.match(await bench.text('CodeActions', input), /^No code action is offered at cart\.js:2\./);
      await fails('CodeActions', { ...input, title: 'Any' }, /"Any" is not offered at cart\.js:2\. Nothing is\./);
    });

    it('says why one is not done', async () => {
      await fails(
        'CodeActions',
        { ...input, title: 'Rewrite' },
        /"Rewrite" is not offered at cart\.js:2\. These are: "Add import"/,
      );
      await fails('CodeActions', { ...input, title: 'extract' }, /cannot be done now: nothing is selected/);
      await fails('CodeActions', { ...input, title: 'Move' }, /would also create files/);
      await fails('CodeActions', { ...input, title: 'Empty' }, /changes nothing/);
      assert.deepEqual([language.applied, ran], [[], []]);
    });

    it('does one after a review', async () => {
      bench.person.verdicts.push(({ after }) => accept(after));
      const result = await bench.call('CodeActions', { ...input, title: 'add import ' });
      assert.equal(textOf(result), 'Did "Add import" in 1 file:\ncart.js: 2 places');
      assert.deepEqual(result.details.changed, ['/project/cart.js']);
    });

    it('runs the command of an extension only when the person allows it, and after the edits were judged', async () => {
      language.actions = [action('Both', { command, change: { files: [plan.files[1]!], beyond: [] } })];
      bench.person.verdicts.push(({ after }) => accept(after));
      await fails('CodeActions', { ...input, title: 'Both' }, /denied/);
      assert.deepEqual([language.applied, ran], [[], []]);
      assert.deepEqual(
        bench.person.questions.map(({ title, subject }) => [title, subject]),
        [['Run a command of another extension', 'ext.fix [1]']],
      );
      bench.person.verdicts.push(({ after }) => accept(after));
      bench.person.answers.push({ decision: 'allow_once' });
      await bench.call('CodeActions', { ...input, title: 'Both' });
      assert.deepEqual([language.applied.length, ran], [1, ['ext.fix']]);
    });

    it('names the command where that is all', async () => {
      bench.person.answers.push({ decision: 'allow_once' });
      assert.match(
        await bench.text('CodeActions', { ...input, title: 'Fix all' }),
        /by the command ext\.fix\. Read the files/,
      );
    });
  });
});
