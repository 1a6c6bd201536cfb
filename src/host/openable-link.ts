// Which addresses a conversation may open: those of the web and of mail, never a command of the editor, a file or a script.

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** The address as it will be opened; undefined for what is not opened. */
export function openableLink(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url && SCHEMES.has(url.protocol) ? url.href : undefined;
}
