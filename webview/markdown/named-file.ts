// Finds the names of files in an answer: in inline code, and the one that a block of code belongs to.
import type { Token, Tokens } from 'marked';
import { linkTarget } from './link-target.ts';

type FileTarget = Extract<NonNullable<ReturnType<typeof linkTarget>>, { kind: 'file' }>;

/** `src/a.ts`, `a.ts:12`, `./b/c.test.ts#L3`: names with an extension, and no blanks. */
const FILE = /^(?:\.{0,2}[\\/])?[\w@~+.()[\]-]+(?:[\\/][\w@~+.()[\]-]+)*\.[a-z]\w{0,9}(?:[:#][\dL:-]+)?$/i;
const COMMENT = /^\s*(?:\/\/|#|--|;|\/\*|<!--)\s*(\S+)\s*(?:\*\/|-->)?\s*$/;

/** The file that a piece of inline code may be; whether there is one the host knows. */
export function mentionedFile(code: string): FileTarget | undefined {
  if (code.length > 200 || !FILE.test(code)) return undefined;
  const target = linkTarget(code);
  return target?.kind === 'file' ? target : undefined;
}

/** The file that a block of code belongs to: by the words after its fence, its first line, or what the paragraph before it ends with. */
export function namedFile({ lang = '', text }: Tokens.Code, before: Token | undefined): string | undefined {
  const words = lang.split(/[\s{}:=,"']+/).slice(1);
  const comment = COMMENT.exec(text.split('\n', 1)[0]!)?.[1];
  const named = [...words, ...(comment === undefined ? [] : [comment]), ...mentioned(before)];
  return named.map((word) => mentionedFile(word)?.path).find((path) => path !== undefined);
}

/** Only one that is all there is: of several nobody knows which is meant. */
function mentioned(token: Token | undefined): string[] {
  if (token?.type !== 'paragraph' && token?.type !== 'heading') return [];
  const codes = ((token as Tokens.Paragraph).tokens ?? []).filter((inner) => inner.type === 'codespan');
  const files = codes.map((inner) => (inner as Tokens.Codespan).text).filter((text) => mentionedFile(text));
  return files.length === 1 ? files : [];
}
