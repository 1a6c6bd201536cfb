// A second look at a command that cannot be read for certain: whatever might be a command in it, for deny and ask alone.

/** Runs of words between characters that could end a command; once with quotes as such characters, once as if there were none. */
export function looseRuns(source: string): readonly (readonly string[])[] {
  const text = source.replaceAll('\\\n', '');
  const unquoted = text.replaceAll(/\$?['"]|\\/g, '').replaceAll(/\$(?:IFS\b|\{IFS[^}]*\})/g, ' ');
  const runs = [text.split(/[;&|()`{}<>\n"'$]+/), unquoted.split(/[;&|()`{}<>\n$]+/)].flat();
  if (text.includes('{')) runs.push(...unquoted.replaceAll(',', ' ').split(/[;&|()`{}<>\n$]+/));
  return runs.map((run) => run.split(/[ \t\r]+/).filter(Boolean)).filter((words) => words.length > 0);
}
