// Decides what a link in an answer may do. Everything that is not named here is shown as text.

export type LinkTarget =
  | { readonly kind: 'web'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string; readonly line?: number };

const WEB_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** Where `href` leads: a page in the browser, a file (the host checks that it is in the workspace), or nowhere. */
export function linkTarget(href: string): LinkTarget | undefined {
  const trimmed = href.trim();
  // A control character inside a scheme is ignored by some parsers and not by others.
  // oxlint-disable-next-line no-control-regex
  if (trimmed === '' || /[\u0000-\u001F\u007F]/.test(trimmed)) return undefined;
  if (/^[a-z]:[\\/]/i.test(trimmed)) return fileTarget(trimmed);
  // `name.ts:12` is a file and a line, not a scheme.
  if (/^[a-z][a-z0-9+.-]*:(?!\d+(?::\d+)?$)/i.test(trimmed)) return webTarget(trimmed);
  if (/^(?:[/\\]{2}|[#?])/.test(trimmed)) return undefined;
  return fileTarget(trimmed);
}

function webTarget(href: string): LinkTarget | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  return WEB_SCHEMES.has(url.protocol) ? { kind: 'web', url: url.href } : undefined;
}

function fileTarget(href: string): LinkTarget | undefined {
  const found = /^(?<path>.*?)(?:#L(?<hash>\d+)(?:[-:].*)?|:(?<colon>\d+)(?::\d+|-\d+)?)?$/i.exec(href)?.groups;
  const path = decode(found?.['path'] ?? '');
  if (!path) return undefined;
  const line = Number(found?.['hash'] ?? found?.['colon'] ?? Number.NaN);
  return line >= 1 ? { kind: 'file', path, line } : { kind: 'file', path };
}

function decode(path: string): string {
  try {
    const decoded = decodeURIComponent(path);
    // oxlint-disable-next-line no-control-regex
    return /[\u0000-\u001F]/.test(decoded) ? '' : decoded;
  } catch {
    return path;
  }
}
