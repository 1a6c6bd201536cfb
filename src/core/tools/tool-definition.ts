// A tool as the model is told about it.
import type { ApiToolDefinition } from '../messages/api.ts';
import { jsonSchema } from './json-schema.ts';
import type { Tool } from './tool.ts';

export function toolDefinition(tool: Tool): ApiToolDefinition {
  const { name, description, inputSchema } = tool;
  if (inputSchema) return { name, description, input_schema: inputSchema };
  return { name, description, input_schema: jsonSchema(tool.schema()) as ApiToolDefinition['input_schema'] };
}
