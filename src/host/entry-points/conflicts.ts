// Finds the conflicts that a merge has left in a text, and words them for the model. Knows nothing of the editor.

/** One conflict, without its markers. */
export interface Conflict {
  /** 1-based, of the first and the last marker. */
  readonly startLine: number;
  readonly endLine: number;
  readonly ours: ConflictSide;
  /** What both sides began with; only some styles of conflict write it down. */
  readonly base?: ConflictSide;
  readonly theirs: ConflictSide;
}

export interface ConflictSide {
  /** What stands behind the marker, such as `HEAD`; may be empty. */
  readonly name: string;
  readonly text: string;
}

/** Exactly seven signs: longer markers belong to a conflict within a base. */
const MARKER = /^(<{7}|\|{7}|={7}|>{7})(?: (.*))?$/;

interface Open {
  readonly startLine: number;
  readonly ours: Side;
  base?: Side;
  theirs?: Side;
}

interface Side {
  readonly name: string;
  readonly lines: string[];
}

/** In order. What is no whole conflict (a marker is missing, or they come in the wrong order) is left out. */
export function findConflicts(text: string): Conflict[] {
  const found: Conflict[] = [];
  // Most texts hold none, and are not taken apart.
  if (!text.includes('<<<<<<<')) return found;
  let open: Open | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, sign, name = ''] = MARKER.exec(line) ?? [];
    if (sign?.startsWith('<')) {
      open = { startLine: index + 1, ours: { name, lines: [] } };
    } else if (open) {
      const closed = take(open, sign?.[0], name, line);
      if (closed) found.push(finished(open, closed, index + 1));
      if (closed !== undefined) open = undefined;
    }
  }
  return found;
}

/** Undefined while it goes on; false when it turns out to be none; at the last marker the name of their side. */
function take(
  open: Open,
  sign: string | undefined,
  name: string,
  line: string,
): { readonly theirs: string } | false | undefined {
  if (sign === '|' && !open.base && !open.theirs) open.base = { name, lines: [] };
  else if (sign === '=' && !open.theirs) open.theirs = { name, lines: [] };
  else if (sign === '>') return open.theirs ? { theirs: name } : false;
  else (open.theirs ?? open.base ?? open.ours).lines.push(line);
  return undefined;
}

function finished(
  { startLine, ours, base, theirs }: Open,
  { theirs: name }: { theirs: string },
  endLine: number,
): Conflict {
  return {
    startLine,
    endLine,
    ours: side(ours),
    ...(base ? { base: side(base) } : {}),
    theirs: { name, text: (theirs?.lines ?? []).join('\n') },
  };
}

function side({ name, lines }: Side): ConflictSide {
  return { name, text: lines.join('\n') };
}

/** All that is known of one conflict, each side under a heading. `file` is as a person calls it. */
export function conflictText(file: string, { startLine, endLine, ours, base, theirs }: Conflict): string {
  return [
    `Merge conflict in ${file}, lines ${startLine} to ${endLine}.`,
    sideText('Current side', ours),
    ...(base ? [sideText('What both began with', base)] : []),
    sideText('Incoming side', theirs),
  ].join('\n');
}

function sideText(heading: string, { name, text }: ConflictSide): string {
  return `--- ${heading}${name === '' ? '' : ` (${name})`}\n${text === '' ? '[nothing]' : text}`;
}
