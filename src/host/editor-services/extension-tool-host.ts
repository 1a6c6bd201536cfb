// The tools that other extensions register with the editor for language models, as the core's ExtensionToolHost.
import * as vscode from 'vscode';
import type { ExtensionToolHost, ExtensionToolPart } from '../../core/tools/editor/extension-tools.ts';
import { bounded } from './ask-editor.ts';

const INVOKE_MS = 600_000;
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;

/** `ownId`: the extension whose own tools are left out. The editor's own tools are too: they belong to its chat. */
export function createExtensionToolHost(ownId: string): ExtensionToolHost {
  return {
    list() {
      const owners = toolOwners(ownId);
      return vscode.lm.tools.flatMap(({ name, description, inputSchema }) => {
        const extension = owners.get(name);
        return extension === undefined ? [] : [{ name, description, inputSchema, extension }];
      });
    },

    async invoke(name, input, signal) {
      const cancel = new vscode.CancellationTokenSource();
      const stop = (): void => cancel.cancel();
      signal.addEventListener('abort', stop, { once: true });
      try {
        const invoked = vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, cancel.token);
        const { content } = await bounded(invoked, signal, INVOKE_MS);
        return content.flatMap(toPart);
      } finally {
        signal.removeEventListener('abort', stop);
        cancel.dispose();
      }
    },
  };
}

/** The name of the extension that declares each tool. */
function toolOwners(ownId: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { id, packageJSON } of vscode.extensions.all) {
    if (id === ownId) continue;
    const { displayName, contributes } = packageJSON as Manifest;
    const declared = contributes?.languageModelTools;
    for (const { name } of Array.isArray(declared) ? declared : []) {
      if (name !== undefined) owners.set(name, displayName ?? id);
    }
  }
  return owners;
}

interface Manifest {
  readonly displayName?: string;
  readonly contributes?: { readonly languageModelTools?: readonly { readonly name?: string }[] };
}

function toPart(part: unknown): ExtensionToolPart[] {
  if (part instanceof vscode.LanguageModelTextPart) return [{ type: 'text', text: part.value }];
  if (part instanceof vscode.LanguageModelPromptTsxPart) return [{ type: 'text', text: textsOf(part.value).join('') }];
  if (!(part instanceof vscode.LanguageModelDataPart)) return [];
  const mime = PICTURES.find((picture) => picture === part.mimeType);
  if (mime) return [{ type: 'image', mime, data: Buffer.from(part.data).toString('base64') }];
  const readable = /^text\/|json$/.test(part.mimeType);
  const text = readable ? new TextDecoder().decode(part.data) : `[${part.data.length} bytes of ${part.mimeType}]`;
  return [{ type: 'text', text }];
}

/** A rendered prompt is a tree whose leaves carry `text`. */
function textsOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const {
    text,
    node: inner,
    children = [],
  } = node as { text?: unknown; node?: unknown; children?: readonly unknown[] };
  return [...(typeof text === 'string' ? [text] : []), ...textsOf(inner), ...children.flatMap(textsOf)];
}
