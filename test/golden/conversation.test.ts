// Whole conversations as text: what happened, what was asked, what was sent, what changed.
import { describe, it } from 'mocha';
import { goldenRun, keptIn, type GoldenOptions } from '../support/golden/golden-run.ts';
import { assertGolden } from '../support/golden/transcript.ts';
import { text, thinking, toolUse, type Answer } from '../support/model/answer.ts';
import { httpError } from '../support/model/fault.ts';

const call = (...blocks: NonNullable<Answer['blocks']>): Answer => ({ blocks, stopReason: 'tool_use' });
const say = (words: string): Answer => ({ blocks: [text(words)] });
/** The same whatever the tools' words are. */
const usage = { input_tokens: 100, output_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const WRAP = 'export function wrap(text) {\n  return text;\n}\n';

const runs: Record<string, GoldenOptions> = {
  'read-edit-run': {
    files: { 'src/wrap.js': WRAP, 'README.md': '# Wrap\n' },
    ask: ['Trim the text'],
    script: (ws) => [
      call(
        thinking('I should look first.', 'sig'),
        text('Looking.'),
        toolUse('Read', { file_path: `${ws}/src/wrap.js` }),
        toolUse('Grep', { pattern: 'wrap', path: ws }),
      ),
      call(
        toolUse('Edit', {
          file_path: `${ws}/src/wrap.js`,
          old_string: 'return text;',
          new_string: 'return text.trim();',
        }),
      ),
      call(toolUse('Bash', { command: 'cat src/wrap.js', description: 'Show the file' })),
      say('Trimmed.'),
    ],
    person: (person) => {
      person.verdicts.push(({ after }) => ({ decision: 'accept', after }));
      person.answers.push({ decision: 'allow_once' });
    },
  },
  'edit-changed-by-the-person': {
    files: { 'a.txt': 'one\ntwo\n' },
    ask: ['Change two'],
    script: (ws) => [
      call(toolUse('Read', { file_path: `${ws}/a.txt` })),
      call(toolUse('Edit', { file_path: `${ws}/a.txt`, old_string: 'two', new_string: 'zwei' })),
      say('I see your change.'),
    ],
    person: (person) => person.verdicts.push({ decision: 'accept', after: 'one\ndos\n' }),
  },
  'denied-with-words': {
    files: { 'a.txt': 'one\n' },
    ask: ['Clean up'],
    script: (ws) => [
      call(toolUse('Bash', { command: 'rm a.txt' })),
      call(toolUse('Write', { file_path: `${ws}/b.txt`, content: 'new\n' })),
      say('I leave it then.'),
    ],
    person: (person) => {
      person.answers.push({ decision: 'deny', words: 'Keep a.txt, it is needed' });
      person.verdicts.push({ decision: 'reject', words: 'No new files' });
    },
  },
  'rules-decide': {
    files: {
      '.claude/settings.json': JSON.stringify({
        permissions: {
          allow: ['Bash(echo:*)', 'Edit(src/**)'],
          deny: ['Read(secret.txt)'],
          ask: ['Bash(echo loud:*)'],
        },
      }),
      'secret.txt': 'password\n',
      'src/a.js': 'let a = 1;\n',
    },
    ask: ['Go'],
    script: (ws) => [
      call(toolUse('Read', { file_path: `${ws}/secret.txt` }), toolUse('Read', { file_path: `${ws}/src/a.js` })),
      call(toolUse('Edit', { file_path: `${ws}/src/a.js`, old_string: 'let', new_string: 'const' })),
      call(toolUse('Bash', { command: 'echo quiet' })),
      call(toolUse('Bash', { command: 'echo loud' })),
      say('Done.'),
    ],
  },
  'wrong-calls': {
    files: { 'a.txt': 'same\nsame\n', 'folder/b.txt': '' },
    ask: ['Go'],
    script: (ws) => [
      call(
        toolUse('Nope', {}),
        toolUse('Read', {}),
        toolUse('Read', { file_path: `${ws}/a.tx` }),
        toolUse('Read', { file_path: `${ws}/folder` }),
        toolUse('Read', { file_path: `${ws}/folder/b.txt`, extra: true }),
        toolUse('Edit', {}, { rawInput: '{"file_path": "a' }),
      ),
      call(toolUse('Read', { file_path: `${ws}/a.txt` })),
      call(toolUse('Edit', { file_path: `${ws}/a.txt`, old_string: 'same', new_string: 'other' })),
      call(toolUse('Edit', { file_path: `${ws}/a.txt`, old_string: 'missing', new_string: 'x' })),
      call(toolUse('Grep', { pattern: '(' })),
      say('I give up.'),
    ],
  },
  'failing-command': {
    files: {},
    ask: ['Run it'],
    script: () => [call(toolUse('Bash', { command: 'echo out; echo err >&2; exit 3' })), say('It failed.')],
    person: (person) => person.answers.push({ decision: 'allow_once' }),
  },
  'retry-then-answer': {
    files: {},
    ask: ['Hello'],
    script: () => [{ blocks: [], fault: httpError(529) }, say('Hello.')],
  },
  'long-output': {
    files: {},
    ask: ['Run it'],
    script:
      () =>
      ({ body }) => {
        const path = keptIn(body);
        const calls = [
          // Five lines of ten thousand characters.
          toolUse('Bash', { command: `for i in 1 2 3 4 5; do printf "$i %09998d\\n" 0; done` }),
          toolUse('Read', { file_path: path, offset: 3, limit: 1 }),
          toolUse('Grep', { pattern: '^4', path, output_mode: 'count' }),
          toolUse('Edit', { file_path: path, old_string: '3', new_string: '4' }),
        ];
        const next = calls[(body.messages.length - 1) / 2];
        return next ? call(next) : say('Done.');
      },
    person: (person) => person.answers.push({ decision: 'allow_once' }),
  },
  subagent: {
    files: { 'src/wrap.js': WRAP },
    ask: ['Who calls wrap?'],
    script: (ws) => [
      call(
        text('I let an agent look.'),
        toolUse('Agent', {
          description: 'Find the callers',
          prompt: 'Who calls wrap() in src?',
          subagent_type: 'explore',
        }),
      ),
      { ...call(text('Looking.'), toolUse('Grep', { pattern: 'wrap', path: `${ws}/src` })), usage },
      {
        ...call(
          toolUse('Bash', { command: 'rm -rf src' }),
          toolUse('Agent', { description: 'Another', prompt: 'Look too' }),
        ),
        usage,
      },
      { ...say('Nobody calls it: src/wrap.js:1 only exports it.'), usage },
      say('Nobody does.'),
    ],
  },
  'stopped-while-asked': {
    files: {},
    ask: ['Run it'],
    script: () => [call(toolUse('Bash', { command: 'echo never' })), say('unreached')],
    person: (person) => {
      person.ask = async (question, signal) => {
        person.questions.push(question);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        return { decision: 'deny' };
      };
    },
    during: async ({ session, person }) => {
      for (let i = 0; i < 400 && person.questions.length === 0; i++)
        await new Promise((resolve) => setTimeout(resolve, 5));
      session.stop();
    },
  },
};

describe('golden transcripts', () => {
  for (const [name, options] of Object.entries(runs)) {
    it(name, async () => {
      const transcript = await goldenRun(options);
      await assertGolden(name, transcript.replaceAll(/0{100,}/g, '00…'));
    });
  }
});
