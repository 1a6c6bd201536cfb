// Holds the schemas that the model is told against those that the library writes.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as z from 'zod/mini';
import {
  inputObject,
  optionalChoice,
  optionalCount,
  optionalFlag,
  textField,
} from '../../../src/core/tools/input-fields.ts';
import { jsonSchema } from '../../../src/core/tools/json-schema.ts';
import { createAgentTool } from '../../../src/core/tools/agents/agent-tool.ts';
import { createTools } from '../../../src/core/tools/create-tools.ts';
import type { Tool } from '../../../src/core/tools/tool.ts';

/** Every tool there is, over ports that nobody uses. */
function allTools(): readonly Tool[] {
  const port = {} as never;
  const commands = {
    processes: port,
    shell: port,
    language: 'bash',
    tasks: port,
    sandbox: { mode: 'required', hosts: [] },
  } as const;
  return createTools(
    {
      files: port,
      workspace: ['/project'],
      search: port,
      commands,
      web: port,
      planning: port,
      editor: { language: port, tasks: port, extensions: { list: () => [] } as never },
    },
    [
      createAgentTool({
        types: [{ name: 'explore' } as never],
        offersBackground: true,
        run: port,
        runInBackground: port,
      }),
    ],
  );
}

/** As text: the order of the names is part of what a prompt cache goes by. */
function assertSame(schema: z.core.$ZodType, message?: string): void {
  const { $schema: _, ...written } = z.toJSONSchema(schema, { io: 'input' });
  assert.equal(JSON.stringify(jsonSchema(schema)), JSON.stringify(written), message);
}

describe('the JSON Schema of a tool', () => {
  it('is what the library would write, for every tool', () => {
    const tools = allTools().filter((tool) => !tool.inputSchema);
    assert.ok(tools.length > 30, `${tools.length} tools`);
    for (const tool of tools) assertSame(tool.schema(), tool.name);
  });

  it('is so for every kind of value and every condition, known here or not', () => {
    const schemas: Record<string, z.core.$ZodType> = {
      empty: inputObject({}),
      'all optional': inputObject({ count: optionalCount('Count.', 1), flag: optionalFlag('Flag.') }),
      choice: optionalChoice('One of.', ['a', 'b']),
      whole: z.int(),
      'whole up to': z.int().check(z.lte(9), z.describe('Few.')),
      above: z.int().check(z.gt(3)),
      'twice bounded': z.int().check(z.gte(3), z.gte(5)),
      number: z.number(),
      'divided number': z.int().check(z.multipleOf(2)),
      'text of a length': z.string().check(z.minLength(2)),
      'text by a pattern': z.string().check(z.regex(/^a/)),
      address: z.url(),
      list: z.array(textField('Each.')).check(z.minLength(1), z.maxLength(3), z.describe('Some.')),
      'list of a length': z.array(z.string()).check(z.length(2)),
      record: z.record(z.string(), z.unknown()).check(z.describe('Anything.')),
      'record of a list': z.record(z.enum(['a', 'b']), z.boolean()),
      'loose object': z.looseObject({ name: z.string() }),
      'plain object': z.object({ name: z.optional(z.string()) }),
      'object of objects': inputObject({
        inner: inputObject({ name: textField('Name.') }),
        any: z.optional(z.unknown()),
      }),
      'text or nothing': z.nullable(z.string()),
      'with a default': inputObject({ name: z._default(z.string(), 'x') }),
      union: z.union([z.string(), z.int()]),
      literal: z.literal('x'),
    };
    for (const [name, schema] of Object.entries(schemas)) assertSame(schema, name);
  });
});
