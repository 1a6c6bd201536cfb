// A tool as the model is told about it.
import * as z from 'zod/mini';
import type { ApiToolDefinition } from '../messages/api.ts';
import type { Tool } from './tool.ts';

export function toolDefinition(tool: Tool): ApiToolDefinition {
  const { name, description, inputSchema } = tool;
  if (inputSchema) return { name, description, input_schema: inputSchema };
  const { $schema: _, ...schema } = z.toJSONSchema(tool.schema(), { io: 'input' });
  return { name, description, input_schema: schema as ApiToolDefinition['input_schema'] };
}
