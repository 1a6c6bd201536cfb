// Keeps secrets from the model: each is replaced by a word of its own, which is put back where the model uses it in a local tool's input.
import { ownText } from '../own-text.ts';
import { findSecrets } from './find-secrets.ts';
import { replaceSpans } from './mask-secrets.ts';

export interface SecretPlaceholders {
  /** The same secret gets the same word every time, and once known is found anywhere. */
  mask(text: string): string;
  /**
   * A copy with the secrets put back in every text of it, however deep; names of properties stay. Only for what stays on this
   * machine: never for the input of a tool that sends it away. A word that is not known stays as it is.
   */
  restore<Value>(value: Value): Value;
}

/**
 * One for each session. `nonce` makes the words unguessable to whoever wrote the text: a few random letters and digits. `known` are
 * secrets from the start, such as the person's own key.
 */
export function createSecretPlaceholders(nonce: string, known: Iterable<string> = []): SecretPlaceholders {
  const words = new Map<string, string>();
  const secrets = new Map<string, string>();
  const pattern = new RegExp(`CAPSTAN_SECRET_${nonce}_\\d+_`, 'g');

  function wordFor(secret: string): string {
    const word = words.get(secret) ?? `CAPSTAN_SECRET_${nonce}_${words.size + 1}_`;
    words.set(secret, word);
    secrets.set(word, secret);
    return word;
  }

  function restore(value: unknown): unknown {
    if (typeof value === 'string') return value.replace(pattern, (word) => secrets.get(word) ?? word);
    if (Array.isArray(value)) return value.map(restore);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, restore(inner)]));
  }

  function maskPiece(text: string): string {
    // What is found for the first time may stand elsewhere in the text in a place that gives nothing away.
    for (const { start, end } of findSecrets(text, words.keys())) wordFor(ownText(text.slice(start, end)));
    return replaceSpans(text, findSecrets(text, words.keys()), wordFor);
  }

  for (const secret of known) wordFor(secret);
  return {
    mask(text) {
      // A word that was given out is no secret, whatever stands before it.
      const given = text.match(pattern) ?? [];
      return text
        .split(pattern)
        .map((piece, index) => maskPiece(piece) + (given[index] ?? ''))
        .join('');
    },
    restore: <Value>(value: Value) => restore(value) as Value,
  };
}
