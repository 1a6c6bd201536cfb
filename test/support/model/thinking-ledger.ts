/** Knows which thinking the server sent, so that a history which lost or changed it is refused. */
import { createHash } from 'node:crypto';
import type { WireBlock, WireBody } from './wire-body.ts';

interface LedgerTurn {
  index: number;
  role: string;
  blocks: WireBlock[];
}

export interface ThinkingLedger {
  /** Remembers the blocks of an answer, in their final form. */
  sent(blocks: readonly WireBlock[]): void;
  /** What the API would say about the thinking in a history, or undefined. */
  check(body: WireBody, turns: readonly LedgerTurn[]): string | undefined;
}

/** The signature of a text when a script names none. Any ledger can verify it, so a resumed session is accepted. */
export function signatureOf(thinking: string): string {
  return `sig_${createHash('sha256').update(thinking).digest('base64url').slice(0, 24)}`;
}

export function createThinkingLedger(): ThinkingLedger {
  const textBySignature = new Map<unknown, unknown>();
  /** For a tool call's id: the thinking that stood before it in its answer. */
  const thinkingBeforeTool = new Map<unknown, WireBlock[]>();

  function blockProblem(block: WireBlock): string | undefined {
    if (block.type !== 'thinking') {
      return undefined;
    }
    if (typeof block.signature !== 'string') {
      return 'thinking.signature: Field required';
    }
    if (block.signature === signatureOf(String(block.thinking))) {
      return undefined;
    }
    return textBySignature.has(block.signature) && textBySignature.get(block.signature) === block.thinking
      ? undefined
      : 'Invalid `signature` in `thinking` block';
  }

  function lostThinking(turn: LedgerTurn): boolean {
    return turn.blocks.some((block, position) => {
      const expected = (block.type === 'tool_use' && thinkingBeforeTool.get(block.id)) || [];
      const present = turn.blocks.slice(0, position).map(identity);
      return expected.some((thought) => !present.includes(identity(thought)));
    });
  }

  return {
    sent(blocks) {
      const before: WireBlock[] = [];
      for (const block of blocks) {
        if (isThinking(block)) {
          before.push(block);
          if (block.type === 'thinking') {
            textBySignature.set(block.signature, block.thinking);
          }
        } else if (block.type === 'tool_use') {
          thinkingBeforeTool.set(block.id, [...before]);
        }
      }
    },
    check(body, turns) {
      for (const turn of turns) {
        const position = turn.blocks.findIndex((block) => blockProblem(block) !== undefined);
        const offender = turn.blocks[position];
        if (offender) {
          return `messages.${turn.index}.content.${position}: ${blockProblem(offender) ?? ''}`;
        }
      }
      if (!body.thinking || body.thinking.type === 'disabled') {
        return undefined;
      }
      const lost = currentTurn(turns).find(lostThinking);
      return lost
        ? `messages.${lost.index}: \`thinking\` or \`redacted_thinking\` blocks of the current turn must be passed back unchanged, before the \`tool_use\` blocks they led to`
        : undefined;
    },
  };
}

/** The messages since the person last spoke: earlier thinking may be left out. */
function currentTurn(turns: readonly LedgerTurn[]): readonly LedgerTurn[] {
  const start = turns.findLastIndex(
    (turn) => turn.role === 'user' && !turn.blocks.some((block) => block.type === 'tool_result'),
  );
  return turns.slice(start + 1);
}

function isThinking(block: WireBlock): boolean {
  return block.type === 'thinking' || block.type === 'redacted_thinking';
}

function identity(block: WireBlock): string {
  return JSON.stringify([block.type, block.thinking ?? block.data, block.signature]);
}
