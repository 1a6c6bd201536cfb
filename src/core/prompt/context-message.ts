// How the parts reach the model: the stable ones as system blocks, the moving ones as text beside the messages, once and then by change.
import type { ApiSystemBlock } from '../messages/api.ts';
import type { PromptPart } from './prompt-parts.ts';

const AT_START = 'Facts about the surroundings at the start of the session, gathered by the harness:';
const SINCE = 'What has changed in the surroundings since it was last told:';

/** One block for what is ours, one for what the person and the project say. The same parts make the same bytes. */
export function systemBlocks(parts: readonly PromptPart[]): ApiSystemBlock[] {
  const system = parts.filter((part) => part.place === 'system');
  const ours = system.filter((part) => part.name !== 'instructions');
  const theirs = system.filter((part) => part.name === 'instructions');
  return [ours, theirs].flatMap((group): ApiSystemBlock[] =>
    group.length > 0 ? [{ type: 'text', text: group.map((part) => part.text).join('\n\n') }] : [],
  );
}

/** To be added with the first message of a session; undefined when there is nothing to tell. */
export function contextMessage(parts: readonly PromptPart[]): string | undefined {
  return inContext(AT_START, parts.filter((part) => part.place === 'context').map(section));
}

/**
 * What to add to the conversation because the surroundings are not what was told; undefined when they are. A changed part is said
 * whole, a changed instruction file likewise. A part that could not be read this time says nothing.
 */
export function contextChange(before: readonly PromptPart[], after: readonly PromptPart[]): string | undefined {
  const told = new Map(before.map((part) => [part.name, part]));
  const sections = after.flatMap((part) => {
    if (!part.followed || told.get(part.name)?.text === part.text) return [];
    return part.place === 'context' ? [section(part)] : changedFiles(told.get(part.name), part);
  });
  return inContext(SINCE, sections);
}

/** What was told, newest last, as it stands after all of it: `after` where it was told, else `before`. For the next comparison. */
export function toldParts(before: readonly PromptPart[], after: readonly PromptPart[]): PromptPart[] {
  const newer = new Map(after.map((part) => [part.name, part]));
  const names = new Set(before.map((part) => part.name));
  return [
    ...before.map((part) => newer.get(part.name) ?? part),
    ...after.filter((part) => part.followed && !names.has(part.name)),
  ];
}

/**
 * The context as a session's log tells it: the last of each section in the texts that were added. With the system parts of now, it is
 * what a resumed session compares with.
 */
export function contextSaid(texts: readonly string[]): PromptPart[] {
  const said = new Map<string, PromptPart>();
  for (const text of texts) {
    if (!text.startsWith('<context>\n')) continue;
    for (const [, name, body] of text.matchAll(/^<([a-z-]+)>\n([^<]*)\n<\/\1>$/gm)) {
      if (name && body) said.set(name, { name, place: 'context', text: body, tokens: 0, followed: true });
    }
  }
  return [...said.values()];
}

function changedFiles(before: PromptPart | undefined, after: PromptPart): string[] {
  const told = new Map(before?.pieces?.map((piece) => [piece.name, piece.text]));
  const now = after.pieces ?? [];
  const names = new Set(now.map((piece) => piece.name));
  return [
    ...now
      .filter((piece) => told.get(piece.name) !== piece.text)
      .map((piece) => `<instructions path=${JSON.stringify(piece.name)}>\n${piece.text}\n</instructions>`),
    ...[...told.keys()]
      .filter((name) => !names.has(name))
      .map((name) => `<instructions path=${JSON.stringify(name)}>\nNo longer in force.\n</instructions>`),
  ];
}

function section(part: PromptPart): string {
  return `<${part.name}>\n${part.text}\n</${part.name}>`;
}

function inContext(head: string, sections: readonly string[]): string | undefined {
  return sections.length > 0 ? `<context>\n${head}\n${sections.join('\n')}\n</context>` : undefined;
}
