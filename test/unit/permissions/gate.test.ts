import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import type { Access, Authorization } from '../../../src/core/permissions/access.ts';
import { createPermissionGate, type PermissionGateOptions } from '../../../src/core/permissions/gate.ts';
import { emptyRuleSet, type RuleProblem } from '../../../src/core/permissions/rules.ts';
import type { PermissionAnswer, PermissionPrompter, PermissionQuestion } from '../../../src/core/ports.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ScriptedPerson } from '../../support/memory/scripted-person.ts';
import { rulesOf } from '../../support/memory/tool-bench.ts';

const read = (path: string): Access => ({ kind: 'read', tool: 'Read', path });
const edit = (path: string): Access => ({ kind: 'edit', tool: 'Edit', path });
const command = (text: string, cwd = '/project'): Access => ({ kind: 'command', tool: 'Bash', command: text, cwd });

const grammar = createShellGrammar();
const besides = { ...emptyRuleSet, additionalFolders: ['/else'] };

describe('the permission gate', () => {
  let files: MemoryFileSystem;
  let person: ScriptedPerson;

  beforeEach(() => {
    files = new MemoryFileSystem({
      '/project/src/a.ts': 'a',
      '/else/deep/b.ts': 'b',
      '/project/.env': 'x',
      '/home/me/x': '',
    });
    person = new ScriptedPerson();
  });

  function gateWith(lists: Parameters<typeof rulesOf>[0] = {}, options: Partial<PermissionGateOptions> = {}) {
    const gate = createPermissionGate({
      files,
      workspace: ['/project'],
      home: '/home/me',
      rules: () => rulesOf(lists),
      prompter: person,
      reviewer: person,
      newId: () => 'id',
      platform: 'linux',
      grammar,
      ...options,
    });
    return (access: Access, rest: { signal?: AbortSignal; after?: string } = {}): Promise<Authorization> =>
      gate.authorize({
        access,
        ...(access.kind === 'edit'
          ? { propose: async (path: string) => ({ path, before: 'a', after: rest.after ?? 'b' }) }
          : {}),
        signal: rest.signal ?? new AbortController().signal,
        onWaiting: () => undefined,
        onAnswered: () => undefined,
      });
  }

  describe('for folders that are only read', () => {
    const options = { readOnly: ['/else'] };

    it('allows reads without asking, where the path really leads there', async () => {
      const judge = gateWith({}, options);
      const answer = await judge(read('/else/deep/b.ts'));
      assert.ok(answer.decision === 'allow');
      assert.deepEqual([answer.by, answer.reason, answer.grant.path], ['default', 'A kept result', '/else/deep/b.ts']);
      assert.deepEqual(person.questions, []);
      files.links.set('/else/out', '/home/me');
      assert.equal((await judge(read('/else/out/x'))).decision, 'deny');
      assert.equal((await judge(read('/elsewhere'))).decision, 'deny');
      assert.equal(person.questions.length, 2);
    });

    it('leaves rules their say, and allows no edit, not even by a rule or in the workspace', async () => {
      assert.equal((await gateWith({ deny: ['Read(//else/**)'] }, options)(read('/else/deep/b.ts'))).decision, 'deny');
      const allowing = { allow: ['Edit(//else/**)', 'Edit(**)'] };
      const denied = await gateWith(allowing, options)(edit('/else/deep/b.ts'));
      assert.ok(denied.decision === 'deny');
      assert.match(denied.reason, /is not changed\. Write to another place/);
      const inside = gateWith(allowing, { readOnly: ['/project/src'] });
      assert.equal((await inside(edit('/project/src/a.ts'))).decision, 'deny');
      assert.deepEqual([person.questions, person.proposals], [[], []]);
    });
  });

  it('tells the model where nobody was there to ask', async () => {
    person.answers.push({ decision: 'deny', by: 'nobody' });
    person.verdicts.push({ decision: 'reject', by: 'nobody' });
    const judge = gateWith();
    for (const access of [command('make'), edit('/project/src/a.ts')]) {
      const answer = await judge(access);
      assert.ok(answer.decision === 'deny');
      assert.equal(answer.by, 'default');
      assert.match(
        answer.reason,
        /^Nobody is there to ask, and no rule allows this: .* go on without, and say at the end/,
      );
    }
  });

  describe('for paths', () => {
    it('allows reads in the workspace by default, on the canonical path', async () => {
      files.links.set('/project/link', '/project/src');
      const answer = await gateWith()(read('/project/link/a.ts'));
      assert.ok(answer.decision === 'allow');
      assert.deepEqual([answer.by, answer.grant.path], ['default', '/project/src/a.ts']);
      assert.deepEqual(person.questions, []);
    });

    it('asks about reads outside, with the target that a link leads to', async () => {
      files.links.set('/project/link', '/else/deep');
      const answer = await gateWith()(read('/project/link/b.ts'));
      assert.equal(answer.decision, 'deny');
      const [question] = person.questions;
      assert.deepEqual([question?.title, question?.subject], ['Read outside the workspace', '/else/deep/b.ts']);
      assert.deepEqual(question?.facts, ['/project/link/b.ts leads to /else/deep/b.ts', 'Leaves the workspace']);
      assert.equal(question?.sessionGrant, 'reading everything in /else/deep');
    });

    it('does not take a neighbour with a longer name, or dots, for the workspace', async () => {
      const authorize = gateWith();
      for (const path of ['/project-evil/a', '/project/../etc/passwd', '/projectx', '/']) {
        assert.equal((await authorize(read(path))).decision, 'deny', path);
      }
      assert.equal(person.questions.length, 4);
    });

    it('refuses what cannot mean anything or cannot be resolved, without asking', async () => {
      const authorize = gateWith({ allow: ['Read', 'Edit'] });
      files.unresolvable.add('/project/loop');
      for (const path of ['', 'a\0b', '/project/loop']) {
        for (const access of [read(path), edit(path)]) {
          const answer = await authorize(access);
          assert.ok(answer.decision === 'deny' && answer.by === 'default' && answer.reason.length > 20, path);
        }
      }
      assert.deepEqual([person.questions, person.proposals], [[], []]);
    });

    it('denies by any form of the path, and allows only by all of them', async () => {
      files.links.set('/project/link', '/else/deep');
      const byName = await gateWith({ deny: ['Read(./link/**)'] })(read('/project/link/b.ts'));
      const byTarget = await gateWith({ deny: ['Read(//else/**)'] })(read('/project/link/b.ts'));
      assert.ok(byName.decision === 'deny' && byName.by === 'rule');
      assert.match(
        byName.reason,
        /forbidden by the permission rule Read\(\.\/link\/\*\*\) in \/project\/\.claude\/settings\.json:1/,
      );
      assert.ok(byTarget.decision === 'deny' && byTarget.by === 'rule');
      await gateWith({ allow: ['Read(./link/**)'] })(read('/project/link/b.ts'));
      assert.equal(person.questions.length, 1);
      assert.equal(
        (await gateWith({ allow: ['Read(./link/**)', 'Read(//else/**)'] })(read('/project/link/b.ts'))).decision,
        'deny',
      );
      assert.equal((await gateWith({ allow: ['Read'] })(read('/project/link/b.ts'))).decision, 'allow');
    });

    it('reads patterns as gitignore does', async () => {
      const cases: readonly (readonly [string, string, boolean])[] = [
        ['Read(.env)', '/project/.env', true],
        ['Read(.env)', '/project/deep/.env', true],
        ['Read(./.env)', '/project/deep/.env', false],
        ['Read(/src)', '/project/src/a.ts', true],
        ['Read(src/**)', '/project/deep/src/a.ts', true],
        ['Read(~/x)', '/home/me/x', true],
        ['Read(~/x)', '/home/me/y', false],
        ['Read(//else/*/b.ts)', '/else/deep/b.ts', true],
        ['Read(//else/*.ts)', '/else/deep/b.ts', false],
        ['Read(*.ts)', '/else/deep/b.ts', true],
        ['Read(**/secret*)', '/project/a/.b/secret.key', true],
        ['Read(*)', '/project/.hidden', true],
        ['Edit(src/**)', '/project/src/a.ts', false],
      ];
      for (const [rule, path, denied] of cases) {
        const answer = await gateWith({ deny: [rule] })(read(path));
        assert.equal(answer.decision === 'deny' && answer.by === 'rule', denied, `${rule} ${path}`);
      }
    });

    it('folds case for deny rules where the disk does', async () => {
      for (const [platform, decision] of [
        ['linux', 'allow'],
        ['darwin', 'deny'],
      ] as const) {
        const answer = await gateWith({ deny: ['Read(./Secret/**)'] }, { platform })(read('/project/secret/a'));
        assert.equal(answer.decision, decision);
      }
    });

    it('keeps what a rule withholds out of a search', async () => {
      const answer = await gateWith({ deny: ['Read(.env)'], ask: ['Read(./private/**)'] })({
        kind: 'read',
        tool: 'Grep',
        path: '/project',
      });
      assert.ok(answer.decision === 'allow');
      const { excludes } = answer.grant;
      assert.deepEqual(
        ['/project/.env', '/project/private/x', '/project/src/a.ts'].map((path) => excludes?.(path)),
        [true, true, false],
      );
      const free = await gateWith({ allow: ['Read'] })({ kind: 'read', tool: 'Grep', path: '/project' });
      assert.ok(free.decision === 'allow' && free.grant.excludes === undefined);
    });

    it('forbids editing what may not be read, and lets what may be edited be read', async () => {
      assert.equal((await gateWith({ deny: ['Read(.env)'], allow: ['Edit'] })(edit('/project/.env'))).decision, 'deny');
      assert.equal((await gateWith({ allow: ['Edit(//else/**)'] })(read('/else/deep/b.ts'))).decision, 'allow');
    });

    it('remembers a folder for the session, and not one that holds the home or the workspace', async () => {
      const authorize = gateWith();
      person.answers.push({ decision: 'allow_session' });
      assert.equal((await authorize(read('/else/deep/b.ts'))).decision, 'allow');
      assert.equal((await authorize(read('/else/deep/c.ts'))).decision, 'allow');
      assert.equal((await authorize(read('/else/d.ts'))).decision, 'deny');
      await authorize(read('/home/me/x'));
      assert.deepEqual(
        person.questions.map((question) => question.sessionGrant),
        ['reading everything in /else/deep', 'reading everything in /else', undefined],
      );
    });

    it('has the questions of calls side by side up together, and drops those that an answer to one covers', async () => {
      const open: { question: PermissionQuestion; answer: (answer: PermissionAnswer) => void }[] = [];
      const prompter: PermissionPrompter = {
        ask: (question, signal) =>
          new Promise((answer) => {
            open.push({ question, answer });
            signal.addEventListener('abort', () => answer({ decision: 'deny' }));
          }),
      };
      const authorize = gateWith({}, { prompter });
      const paths = ['/else/deep/b.ts', '/else/deep/c.ts', '/else/d.ts'];
      const calls = paths.map((path) => authorize(read(path)));
      while (open.length < 3) await Promise.resolve();
      open[0]!.answer({ decision: 'allow_session' });
      assert.deepEqual(
        [(await calls[0]!).decision, (await calls[1]!).decision, (await calls[1]!).reason],
        ['allow', 'allow', 'Allowed by an answer beside it'],
      );
      open[2]!.answer({ decision: 'deny' });
      assert.equal((await calls[2]!).decision, 'deny');
    });

    it('keeps a rule for good where the person says so, and proves it by the same call', async () => {
      const saved: string[] = [];
      const told: string[] = [];
      const ruleStore = {
        file: () => '/project/.claude/settings.local.json',
        add: async (rules: readonly string[]) => void saved.push(...rules),
      };
      const prompter: PermissionPrompter = {
        ask: async (question) => {
          assert.deepEqual(question.always, { rules: ['Read(//else/deep/b.ts)'], file: ruleStore.file() });
          return { decision: 'allow_always' };
        },
        tell: (message) => void told.push(message),
      };
      const authorize = gateWith({}, { prompter, ruleStore, rules: () => rulesOf({ allow: saved }) });
      assert.equal((await authorize(read('/else/deep/b.ts'))).decision, 'allow');
      assert.equal((await authorize(read('/else/deep/b.ts'))).decision, 'allow');
      assert.deepEqual(told, [
        'Allowed from now on by Read(//else/deep/b.ts) in /project/.claude/settings.local.json.',
      ]);
    });

    it('says so where a saved rule does not help, or could not be saved', async () => {
      const told: string[] = [];
      const prompter: PermissionPrompter = {
        ask: async () => ({ decision: 'allow_always' }),
        tell: (message) => void told.push(message),
      };
      const deaf = { file: () => '/s.json', add: async () => {} };
      const broken = { file: () => '/s.json', add: async () => Promise.reject(new Error('the disk is full')) };
      for (const ruleStore of [deaf, broken]) {
        assert.equal((await gateWith({}, { prompter, ruleStore })(read('/else/d.ts'))).decision, 'allow');
      }
      assert.match(told[0]!, /was saved, but the same call would be asked again: Outside the workspace/);
      assert.match(told[1]!, /could not be saved: the disk is full/);
    });

    it('does not grant a path that leads elsewhere once the person has answered', async () => {
      const authorize = gateWith();
      files.links.set('/project/link', '/else/deep');
      person.answers.push({ decision: 'allow_once' });
      person.whileAsked = () => files.links.set('/project/link', '/home/me');
      const answer = await authorize(read('/project/link/b.ts'));
      assert.ok(answer.decision === 'deny');
      assert.match(answer.reason, /led somewhere else/);
    });

    it('counts folders beside the workspace as inside', async () => {
      assert.equal((await gateWith({}, { rules: () => besides })(read('/else/deep/b.ts'))).decision, 'allow');
      assert.equal((await gateWith({}, { additional: ['/else'] })(read('/else/deep/b.ts'))).decision, 'allow');
    });
  });

  describe('for edits', () => {
    it('has each reviewed, with the canonical path and the facts', async () => {
      files.links.set('/project/link', '/else/deep');
      person.verdicts.push({ decision: 'accept', after: 'b' });
      const answer = await gateWith()(edit('/project/link/b.ts'));
      assert.ok(answer.decision === 'allow' && answer.by === 'person');
      assert.deepEqual(answer.grant.review, { decision: 'accept', after: 'b', changed: false });
      assert.equal(person.proposals[0]?.path, '/else/deep/b.ts');
      assert.deepEqual(person.proposals[0]?.facts, [
        '/project/link/b.ts leads to /else/deep/b.ts',
        'Leaves the workspace',
      ]);
    });

    it('says whether the person changed it', async () => {
      person.verdicts.push({ decision: 'accept', after: 'mine' }, { decision: 'accept', after: 'x\r\n' });
      const authorize = gateWith();
      const changed = await authorize(edit('/project/src/a.ts'));
      const same = await authorize(edit('/project/src/a.ts'), { after: 'x\n' });
      assert.ok(changed.decision === 'allow' && changed.grant.review?.changed === true);
      assert.ok(same.decision === 'allow' && same.grant.review?.changed === false);
    });

    it('remembers edits in the workspace for the session, not those outside, protected or under an ask rule', async () => {
      const authorize = gateWith({ ask: ['Edit(./careful/**)'] });
      person.verdicts.push({ decision: 'accept', after: 'b', forSession: true });
      await authorize(edit('/project/src/a.ts'));
      assert.equal((await authorize(edit('/project/new.ts'))).decision, 'allow');
      for (const path of [
        '/else/deep/b.ts',
        '/project/.git/config',
        '/project/.Vscode/tasks.json',
        '/project/careful/x',
      ]) {
        assert.equal((await authorize(edit(path))).decision, 'deny', path);
      }
      assert.equal(person.proposals.length, 5);
    });

    it('does not remember a yes for the session that was given outside the workspace', async () => {
      const authorize = gateWith();
      person.verdicts.push({ decision: 'accept', after: 'b', forSession: true });
      await authorize(edit('/else/deep/b.ts'));
      assert.equal((await authorize(edit('/project/src/a.ts'))).decision, 'deny');
    });

    it('has protected files reviewed whatever the rules allow, by a link too', async () => {
      files.links.set('/project/innocent', '/project/.git');
      const authorize = gateWith({ allow: ['Edit', 'Write'] });
      for (const path of [
        '/project/.git/hooks/x',
        '/project/innocent/config',
        '/project/.claude/settings.json',
        '/home/me/.bashrc',
      ]) {
        assert.equal((await authorize(edit(path))).decision, 'deny', path);
      }
      assert.ok(person.proposals.every(({ facts }) => facts.some((fact) => fact.startsWith('Protected'))));
      const allowed = await authorize(edit('/project/src/a.ts'));
      assert.ok(allowed.decision === 'allow' && allowed.by === 'rule' && allowed.grant.review === undefined);
    });

    it('passes on what the proposal throws', async () => {
      const gate = createPermissionGate({
        files,
        workspace: ['/project'],
        home: '/home/me',
        rules: () => emptyRuleSet,
        prompter: person,
        reviewer: person,
        newId: () => 'id',
        platform: 'linux',
      });
      const request = {
        access: edit('/project/src/a.ts'),
        propose: () => Promise.reject(new Error('does not apply')),
        signal: new AbortController().signal,
        onWaiting: () => undefined,
        onAnswered: () => undefined,
      };
      await assert.rejects(gate.authorize(request), /does not apply/);
    });
  });

  describe('for commands', () => {
    it('shows all of it, its parts, and what cannot be seen', async () => {
      await gateWith()(command('npm test && git push\u202e'));
      await gateWith()(command('npm test && git push', '/project/src'));
      const [hidden, plain] = person.questions;
      assert.equal(hidden?.subject, String.raw`npm test && git push\u{202e}`);
      assert.deepEqual(hidden?.facts, ['No rule can allow it: it contains characters that cannot be seen']);
      assert.deepEqual(plain?.facts, ['In src', 'Part 1: npm test', 'Part 2: git push']);
    });

    it('runs the very string that was judged', async () => {
      const answer = await gateWith({ allow: ['Bash(npm test)'] })(command('npm   test'));
      assert.ok(answer.decision === 'allow' && answer.by === 'rule');
      assert.deepEqual(answer.grant.access, command('npm   test'));
    });

    it('remembers the exact command in its folder', async () => {
      const authorize = gateWith();
      person.answers.push({ decision: 'allow_session' });
      assert.equal((await authorize(command('npm test'))).decision, 'allow');
      assert.equal((await authorize(command('npm test'))).decision, 'allow');
      assert.equal((await authorize(command('npm test '))).decision, 'deny');
      assert.equal((await authorize(command('npm test', '/project/src'))).decision, 'deny');
    });

    it('asks each time where a rule says so, and names it', async () => {
      const authorize = gateWith({ ask: ['Bash(git push:*)'], allow: ['Bash'] });
      person.answers.push({ decision: 'allow_session' });
      assert.equal((await authorize(command('git push'))).decision, 'allow');
      assert.equal((await authorize(command('git push'))).decision, 'deny');
      assert.deepEqual(person.questions[0]?.facts, [
        'Asked by the rule Bash(git push:*) in /project/.claude/settings.json:1',
      ]);
      assert.equal(person.questions[0]?.sessionGrant, undefined);
    });

    it('tells the model the words of the person', async () => {
      person.answers.push({ decision: 'deny', words: 'use pnpm' });
      const answer = await gateWith()(command('npm test'));
      assert.ok(answer.decision === 'deny');
      assert.match(answer.reason, /They said: "use pnpm"/);
      assert.equal(answer.note, 'Denied: use pnpm');
    });

    it('says what each part is allowed by, and where a file lies that it touches', async () => {
      files.links.set('/project/link', '/else');
      const authorize = gateWith({ allow: ['Bash(npm test:*)'] });
      await authorize(command('npm test > link/out && ls'));
      assert.deepEqual(person.questions[0]?.facts, [
        'Part 1: npm test > link/out (allowed by Bash(npm test:*))',
        'Part 2: ls (allowed)',
        'Writes link/out, which is /else/out: leaves the workspace',
      ]);
      assert.equal(person.questions[0]?.sessionGrant, 'this exact command in this folder');
    });

    it('asks each time about what would take away home or the workspace, whatever is allowed', async () => {
      for (const mode of ['default', 'acceptEdits', 'bypassPermissions'] as const) {
        const approve = () => 'approve' as const;
        const authorize = gateWith({ allow: ['Bash'] }, { mode: () => mode, approve });
        for (const text of ['rm -rf ~', 'rm -rf /project', 'find . -delete']) {
          person.answers.push({ decision: 'allow_session' });
          assert.equal((await authorize(command(text))).decision, 'allow', text);
          assert.equal((await authorize(command(text))).decision, 'deny', text);
          const question = person.questions.at(-1)!;
          assert.equal(question.risk, 10);
          assert.match(question.facts[0]!, /would reach .*: the system, the home folder, the workspace/);
          assert.deepEqual([question.sessionGrant, question.always], [undefined, undefined]);
        }
      }
      const denied = await gateWith({ deny: ['Bash(rm:*)'] })(command('rm -rf ~'));
      assert.ok(denied.decision === 'deny' && denied.by === 'rule');
    });

    it('asks about everything, and tells once why, where no grammar can be loaded', async () => {
      const problems: RuleProblem[] = [];
      const broken = { load: async () => undefined };
      const options = { grammar: broken, onProblem: (problem: RuleProblem) => problems.push(problem) };
      const authorize = gateWith({ allow: ['Bash'] }, options);
      for (const text of ['npm "test"', 'ls $x']) assert.equal((await authorize(command(text))).decision, 'deny');
      assert.deepEqual(person.questions[0]?.facts, ['No rule can allow it: the shell grammar could not be loaded']);
      assert.equal(problems.length, 1);
      assert.match(problems[0]!.message, /every command is asked about/);
    });

    it('reads the commands of PowerShell by its own grammar', async () => {
      const authorize = gateWith({
        allow: ['PowerShell(git status)'],
        deny: ['PowerShell(Remove-Item:*)', 'Read(.env)'],
      });
      const judged = async (text: string) =>
        (await authorize({ kind: 'command', tool: 'PowerShell', command: text, cwd: '/project' })).decision;
      assert.equal(await judged('git status'), 'allow');
      assert.equal(await judged('git status; del x'), 'deny');
      assert.equal(person.questions.length, 0);
      assert.equal(await judged('git status > $out'), 'deny');
      assert.equal(person.questions.length, 1);
    });
  });

  describe('for rules from now on', () => {
    const ruleStore = { file: () => '/s.json', add: async () => {} };
    const offered = async (text: string, lists = {}, options: Partial<PermissionGateOptions> = {}) => {
      person.questions.length = 0;
      await gateWith(lists, { ruleStore, ...options })(command(text));
      return person.questions[0]?.always?.rules ?? [];
    };

    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['npm test -- --watch', ['Bash(npm test:*)']],
      ['npm run build -- x', ['Bash(npm run build:*)']],
      ['python3 -m pytest tests', ['Bash(python3 -m pytest:*)']],
      ['make all', ['Bash(make all:*)']],
      ['git add a && git commit -m "a b"', ['Bash(git add:*)', 'Bash(git commit:*)']],
      ['git push origin main', ['Bash(git push origin main)']],
      ['./deploy.sh prod', ['Bash(./deploy.sh prod)']],
      ['CI=1 npm test', ['Bash(CI=1 npm test)']],
      ['npm test | tail -5', ['Bash(npm test:*)']],
      ['timeout 5 npm test', ['Bash(npm test:*)']],
      ['cat /else/deep/b.ts', ['Read(//else/deep/b.ts)']],
      ['npm test > out.txt', ['Bash(npm test:*)', 'Edit(./out.txt)']],
      ['$x a', []],
      ['echo "open', []],
      ['node "$x"', []],
      ['a 1; b 2; c 3; d 4; e 5; f 6', []],
      ['npm test > .git/config', []],
      ['eval "$x"', []],
      ['rm *', []],
    ];
    for (const [text, rules] of cases) {
      it(`offers ${JSON.stringify(rules)} for ${JSON.stringify(text)}`, async () => {
        assert.deepEqual(await offered(text), rules);
      });
    }

    it('offers only what is missing, and nothing where a rule asks', async () => {
      assert.deepEqual(await offered('npm test && make all', { allow: ['Bash(npm test)'] }), ['Bash(make all:*)']);
      assert.deepEqual(await offered('npm test && make all', { ask: ['Bash(make:*)'] }), []);
      assert.deepEqual(await offered('npm test < .env', { ask: ['Read(.env)'] }), []);
    });

    it('tells what the rule would have done to the calls of past sessions, if that is known in time', async () => {
      const past = ['npm test', 'npm test', 'npm test -- a', 'npm install', 'ls'].map((text) => ({
        access: command(text),
        denied: false,
      }));
      const effectOf = async (pastCalls: PermissionGateOptions['pastCalls']) => {
        await offered('npm test', {}, pastCalls ? { pastCalls } : {});
        return person.questions[0]?.always?.effect?.();
      };
      assert.equal(
        await effectOf(async () => past),
        'Of the last 5 calls, 3 that were asked about would have run unasked: `npm test -- a`, `npm test`',
      );
      assert.equal(await effectOf(async () => past.slice(-1)), 'It would have changed nothing for the last call');
      assert.equal(await effectOf(async () => []), undefined);
      assert.equal(await effectOf(() => Promise.reject(new Error('x'))), undefined);
      assert.equal(await effectOf(() => new Promise(() => {})), undefined);
      assert.equal(await effectOf(undefined), undefined);
    });

    it('looks at past calls only when the person wants to save a rule', async () => {
      let looked = 0;
      const pastCalls = async () => {
        looked += 1;
        return [];
      };
      await offered('npm test', {}, { pastCalls });
      assert.equal(looked, 0);
      await person.questions[0]?.always?.effect?.();
      assert.equal(looked, 1);
    });
  });

  describe('when something fails', () => {
    it('asks about everything that rules would decide when they cannot be read, and says so once', async () => {
      const problems: RuleProblem[] = [];
      const authorize = gateWith(
        {},
        { rules: () => Promise.reject(new Error('disk')), onProblem: (problem) => problems.push(problem) },
      );
      await authorize(command('npm test'));
      await authorize(command('npm test'));
      assert.equal((await authorize(read('/project/src/a.ts'))).decision, 'deny');
      const free = gateWith({}, { rules: () => Promise.reject(new Error('disk')), mode: () => 'bypassPermissions' });
      assert.equal((await free(command('npm test'))).decision, 'deny');
      assert.equal(person.questions.length, 4);
      assert.match(person.questions[2]!.facts[0]!, /^The permission rules could not be read \(disk\)/);
      assert.equal(problems.length, 1);
    });

    it('takes nothing but a plain yes for one', async () => {
      const odd = [
        undefined,
        null,
        {},
        { decision: 'timeout' },
        { decision: true },
        'allow_once',
        { decision: 'ALLOW' },
      ];
      const waiting = [...odd];
      const strange = { ask: async () => waiting.shift(), review: async () => waiting.shift() } as unknown;
      const given = strange as PermissionPrompter & PermissionGateOptions['reviewer'];
      const authorize = gateWith({}, { prompter: given, reviewer: given });
      for (const _ of odd) assert.equal((await authorize(command('npm test'))).decision, 'deny');
      waiting.push(...odd);
      for (const _ of odd) assert.equal((await authorize(edit('/project/src/a.ts'))).decision, 'deny');
    });

    it('holds a no with words, also when another answer covers the call at that moment', async () => {
      const open: ((answer: PermissionAnswer) => void)[] = [];
      const prompter: PermissionPrompter = {
        ask: (_question, signal) =>
          new Promise((answer) => {
            open.push(answer);
            signal.addEventListener('abort', () => answer({ decision: 'deny', words: 'not this one' }));
          }),
      };
      const authorize = gateWith({}, { prompter });
      const calls = ['/else/deep/b.ts', '/else/deep/c.ts'].map((path) => authorize(read(path)));
      while (open.length < 2) await Promise.resolve();
      open[0]!({ decision: 'allow_session' });
      assert.equal((await calls[0]!).decision, 'allow');
      const second = await calls[1]!;
      assert.ok(second.decision === 'deny' && second.reason.includes('not this one'));
    });

    it('saves a rule once for one answer, and none for a denial or a yes for once', async () => {
      const saved: string[] = [];
      const ruleStore = { file: () => '/s.json', add: async (rules: readonly string[]) => void saved.push(...rules) };
      const authorize = gateWith({}, { ruleStore, rules: () => rulesOf({ allow: saved }) });
      person.answers.push({ decision: 'deny' }, { decision: 'allow_once' }, { decision: 'allow_always' });
      for (const _ of [1, 2, 3, 4]) await authorize(command('npm test -- x'));
      assert.deepEqual(saved, ['Bash(npm test:*)']);
      assert.equal(person.questions.length, 3);
    });

    it('takes a strategy, a store or past calls that break for none', async () => {
      const fail = (): never => {
        throw new Error('x');
      };
      person.answers.push({ decision: 'allow_once' }, { decision: 'allow_once' });
      const store = { file: fail, add: fail };
      assert.equal((await gateWith({}, { approve: fail, ruleStore: store })(command('make'))).decision, 'allow');
      const ruleStore = { file: () => '/s.json', add: fail };
      assert.equal((await gateWith({}, { pastCalls: fail, ruleStore })(command('make'))).decision, 'allow');
      const { effect, ...shown } = person.questions[1]!.always!;
      assert.deepEqual(shown, { rules: ['Bash(make)'], file: '/s.json' });
      assert.equal(await effect!(), undefined);
    });

    it('takes a prompter or a reviewer that breaks for a denial', async () => {
      const broken = { ask: () => Promise.reject(new Error('x')), review: () => Promise.reject(new Error('x')) };
      const authorize = gateWith({}, { prompter: broken, reviewer: broken });
      assert.equal((await authorize(command('npm test'))).decision, 'deny');
      assert.equal((await authorize(edit('/project/src/a.ts'))).decision, 'deny');
    });

    it('takes an abort for a denial, before and while asking', async () => {
      const controller = new AbortController();
      const authorize = gateWith();
      person.answers.push({ decision: 'allow_once' });
      person.whileAsked = () => controller.abort();
      for (const access of [command('npm test'), command('npm test'), edit('/project/src/a.ts')]) {
        const answer = await authorize(access, { signal: controller.signal });
        assert.ok(answer.decision === 'deny' && /Interrupted/.test(answer.reason));
      }
      assert.equal(person.questions.length, 1);
    });
  });
});
