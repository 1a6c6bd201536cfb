// The tools that other extensions register with the editor, each as a tool of its own.
import * as z from 'zod/mini';
import type { ApiToolDefinition, ApiToolResultContent } from '../../messages/api.ts';
import { inputObject, lazily } from '../input-fields.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';
import { answered } from './code-places.ts';

export interface ExtensionToolInfo {
  /** As registered. */
  readonly name: string;
  readonly description: string;
  /** JSON schema of its input; undefined: it takes none. */
  readonly inputSchema: object | undefined;
  /** The extension's name for people: "GitHub Pull Requests". */
  readonly extension: string;
}

/** The editor's registry of tools. Calls may overlap. */
export interface ExtensionToolHost {
  /** Those of other extensions, as they are now. Never throws. */
  list(): readonly ExtensionToolInfo[];
  /** The result's texts, and its pictures as base64. Rejects with `ServiceError`. Ends with the signal. */
  invoke(name: string, input: object, signal: AbortSignal): Promise<readonly ExtensionToolPart[]>;
}

export type ExtensionToolPart =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'image';
      readonly mime: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
      readonly data: string;
    };

const MAX_DESCRIPTION_CHARS = 1_500;
const MAX_TOOLS = 100;
const anyInput = lazily(() => z.looseObject({}, { error: 'must be an object' }));
const noInput = lazily(() => inputObject({}));

/** One tool for each that is registered now, in the order of names. `taken`: names that belong to others. */
export function createExtensionTools(host: ExtensionToolHost, taken: ReadonlySet<string>): readonly Tool[] {
  const names = new Set(taken);
  return host
    .list()
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .slice(0, MAX_TOOLS)
    .map((info) => {
      const name = freeName(info.name, names);
      names.add(name);
      return extensionTool(host, info, name);
    });
}

/** A name that the API takes and nobody has: `my.tool` becomes `my_tool`. */
function freeName(registered: string, taken: ReadonlySet<string>): string {
  const safe = registered.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 60) || 'tool';
  for (let count = 0; ; count += 1) {
    const name = count === 0 ? safe : count === 1 ? `ext_${safe}` : `ext_${safe}_${count}`;
    if (!taken.has(name)) return name;
  }
}

function extensionTool(host: ExtensionToolHost, info: ExtensionToolInfo, name: string): Tool {
  const about = info.description.trim().slice(0, MAX_DESCRIPTION_CHARS);
  return defineTool<object>({
    name,
    description: `${about}${about === '' ? '' : '\n'}(A tool of the extension ${info.extension}.)`,
    schema: info.inputSchema ? anyInput : noInput,
    inputSchema: inputSchemaOf(info),
    deferred: true,
    summarize: () => ({ verb: 'Used', activeVerb: 'Using', object: `${info.name} of ${info.extension}`, quiet: false }),
    prepare(input) {
      return {
        access: {
          kind: 'action',
          tool: 'ExtensionTool',
          title: 'Use a tool of another extension',
          subject: `${info.name} ${JSON.stringify(input)}`,
          specifier: info.name,
          purpose: `It belongs to the extension ${info.extension}`,
        },
        async run(_grant, { signal }) {
          if (!host.list().some((tool) => tool.name === info.name)) {
            throw new ToolError(`The extension ${info.extension} no longer offers ${info.name}. Try another way.`);
          }
          const parts = await answered(host.invoke(info.name, input, signal), `result of ${info.name}`);
          return { content: contentOf(parts), details: { note: info.extension } };
        },
      };
    },
  });
}

/** The API wants an object at the top. */
function inputSchemaOf({ inputSchema }: ExtensionToolInfo): ApiToolDefinition['input_schema'] {
  const given = (inputSchema ?? {}) as Record<string, unknown>;
  const { $schema: _, ...rest } = given;
  return { ...rest, type: 'object', properties: rest.properties ?? {} };
}

function contentOf(parts: readonly ExtensionToolPart[]): ApiToolResultContent {
  const texts = parts.flatMap((part) => (part.type === 'text' && part.text !== '' ? [part.text] : []));
  if (texts.length === 0 && parts.length === 0) return '(no result)';
  if (parts.every(({ type }) => type === 'text')) return texts.join('\n') || '(no result)';
  return parts.map((part) =>
    part.type === 'text'
      ? { type: 'text' as const, text: part.text || ' ' }
      : { type: 'image' as const, source: { type: 'base64' as const, media_type: part.mime, data: part.data } },
  );
}
