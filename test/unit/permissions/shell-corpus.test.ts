import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import type { CommandFile } from '../../../src/core/permissions/command-files.ts';
import { judgeCommand } from '../../../src/core/permissions/command-rules.ts';
import { namesWithin, resolvePath } from '../../../src/core/permissions/lexical-path.ts';
import { judgePath } from '../../../src/core/permissions/path-rules.ts';
import { isProtectedPath } from '../../../src/core/permissions/protected-paths.ts';
import { coversTool, parseRule, type Rule } from '../../../src/core/permissions/rules.ts';
import { analyzeCommand } from '../../../src/core/permissions/shell-analysis.ts';

type Decision = 'allow' | 'ask' | 'deny';

interface Case {
  readonly id: string;
  readonly class: string;
  readonly tool: 'Bash' | 'PowerShell';
  readonly command: string;
  readonly allow: readonly string[];
  readonly ask: readonly string[];
  readonly deny: readonly string[];
  readonly cwd: string;
  readonly workspace: string;
  readonly home: string;
  readonly expected: Decision;
  readonly why: string;
}

const grammar = createShellGrammar();

function casesOf(file: string): Case[] {
  const text = readFileSync(new URL(`../../fixtures/permissions/${file}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Case);
}

function rulesOf(entry: Case): Rule[] {
  const source = { scope: 'project' as const, file: '/project/.claude/settings.json', root: entry.workspace };
  return (['allow', 'ask', 'deny'] as const).flatMap((behavior) =>
    entry[behavior].flatMap((text) => {
      const parsed = parseRule(behavior, text, source);
      return 'rule' in parsed ? [parsed.rule] : [];
    }),
  );
}

/** As the gate does it, on paths that have no links. */
function fileDecision(file: CommandFile, entry: Case, rules: readonly Rule[]): Decision {
  const tool = file.use === 'read' ? 'Read' : 'Edit';
  const restricted = rules.some((rule) => rule.behavior !== 'allow' && coversTool(rule, tool));
  if (file.path === undefined) return file.need === 'allow' || restricted ? 'ask' : 'allow';
  const path = resolvePath(entry.cwd, file.path.replace(/^~(?=\/|$)/, entry.home));
  const folders = { cwd: [entry.cwd], home: [entry.home], root: () => [entry.workspace] };
  const judged = judgePath(rules, tool, [path], folders, false)?.decision;
  if (judged === 'deny' || judged === 'ask') return judged;
  if (file.need === 'forbid') return 'allow';
  if (file.use === 'edit' && isProtectedPath(path, entry.home)) return 'ask';
  return judged ?? (file.use === 'read' && namesWithin(path, entry.workspace) ? 'allow' : 'ask');
}

async function decide(entry: Case): Promise<{ decision: Decision; reason: string }> {
  const rules = rulesOf(entry);
  const language = entry.tool === 'PowerShell' ? 'powershell' : 'bash';
  const analysis = await analyzeCommand(entry.command, grammar, language);
  const judged = judgeCommand(rules, entry.tool, analysis);
  const decisions = [judged.decision, ...judged.files.map((file) => fileDecision(file, entry, rules))];
  const decision = (['deny', 'ask', 'allow'] as const).find((one) => decisions.includes(one))!;
  return { decision, reason: judged.reason };
}

for (const file of ['shell.jsonl', 'shell-powershell.jsonl']) {
  describe(`the corpus ${file}`, () => {
    const cases = casesOf(file);
    const classes = [...new Set(cases.map((entry) => entry.class))];

    it('has names that are used once', () => {
      assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
    });

    for (const name of classes) {
      it(`${name}: every command comes out as it should`, async () => {
        const wrong: string[] = [];
        for (const entry of cases.filter((one) => one.class === name)) {
          const { decision, reason } = await decide(entry);
          if (decision !== entry.expected) {
            const shown = JSON.stringify(entry.command).slice(0, 160);
            wrong.push(`${entry.id} ${shown}: ${decision} instead of ${entry.expected} (${reason}); ${entry.why}`);
          }
        }
        assert.deepEqual(wrong, []);
      });
    }
  });
}
