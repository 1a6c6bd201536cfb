// How hunks that are to be reviewed look beside and behind the text: signs in the gutter, a tint, a place in the overview ruler.
import * as vscode from 'vscode';
import type { Hunk } from '../../core/review/tracked-text.ts';

/** `below`: the lines of a hunk after its first one, which has the sign. */
export const markKinds = ['added', 'added-below', 'changed', 'changed-below', 'removed'] as const;
export type MarkKind = (typeof markKinds)[number];

const rulers = {
  added: 'editorOverviewRuler.addedForeground',
  changed: 'editorOverviewRuler.modifiedForeground',
  removed: 'editorOverviewRuler.deletedForeground',
} as const;

/** `extension`: its folder, which holds the pictures. */
export function markStyle(kind: MarkKind, extension: vscode.Uri): vscode.DecorationRenderOptions {
  const picture = (theme: 'light' | 'dark') => ({
    gutterIconPath: vscode.Uri.joinPath(extension, 'media', 'gutter', `${kind}-${theme}.svg`),
    // Its bar goes on from line to line, however high these are.
    gutterIconSize: '100% 100%',
  });
  return {
    isWholeLine: true,
    light: picture('light'),
    dark: picture('dark'),
    overviewRulerColor: new vscode.ThemeColor(rulers[changeOf(kind)]),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...(kind === 'removed' ? between : tint),
  };
}

/** Where the marks of each kind stand in a text of so many lines. */
export function markRanges(hunks: readonly Hunk[], lineCount: number): Record<MarkKind, vscode.Range[]> {
  const ranges: Record<MarkKind, vscode.Range[]> = {
    added: [],
    'added-below': [],
    changed: [],
    'changed-below': [],
    removed: [],
  };
  for (const { added, removed, now } of hunks) {
    const start = Math.min(now.start, lineCount - 1);
    const kind = added.length === 0 ? 'removed' : removed.length === 0 ? 'added' : 'changed';
    ranges[kind].push(new vscode.Range(start, 0, start, 0));
    if (kind !== 'removed' && now.end - 1 > start)
      ranges[`${kind}-below`].push(new vscode.Range(start + 1, 0, now.end - 1, 0));
  }
  return ranges;
}

function changeOf(kind: MarkKind): keyof typeof rulers {
  if (kind === 'removed') return kind;
  return kind === 'added' || kind === 'added-below' ? 'added' : 'changed';
}

const tint = {
  backgroundColor: new vscode.ThemeColor('diffEditor.insertedLineBackground'),
} satisfies vscode.DecorationRenderOptions;

/** Where lines have gone: a line between two lines. */
const between = {
  borderColor: new vscode.ThemeColor('editorGutter.deletedBackground'),
  borderStyle: 'dashed',
  borderWidth: '1px 0 0 0',
} satisfies vscode.DecorationRenderOptions;
