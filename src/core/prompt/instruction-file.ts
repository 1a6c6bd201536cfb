// An instruction file as the model reads it.

export interface InstructionFile {
  /** Absolute, as it was found. */
  readonly path: string;
  readonly scope: 'managed' | 'user' | 'project' | 'local';
  /** Without frontmatter, directive and block comments; never empty. */
  readonly text: string;
  /** Changes with the content of the file. */
  readonly hash: string;
  /** The file that named it with `@path`. */
  readonly importedBy?: string;
  /** `@override` in a nested file: said to the model, as what is broader was said already. */
  readonly replacesBroader?: true;
}

const HEAD =
  "Instruction files, the broadest first: how the person and the project want the work done here. Follow them unless the person's message says otherwise; where two differ, the later one counts.";

const FROM = {
  managed: 'the organisation',
  user: 'the person',
  project: 'the project',
  local: 'the person, for this project',
} as const;

/** All files under one sentence on what they are; an empty text for none. */
export function renderInstructions(files: readonly InstructionFile[]): string {
  return files.length > 0 ? [HEAD, ...files.map(renderFile)].join('\n\n') : '';
}

function renderFile(file: InstructionFile): string {
  const attributes = [
    `path=${JSON.stringify(file.path)}`,
    `from="${FROM[file.scope]}"`,
    ...(file.importedBy === undefined ? [] : [`imported-by=${JSON.stringify(file.importedBy)}`]),
    ...(file.replacesBroader ? ['note="replaces the broader files"'] : []),
  ];
  return `<instructions ${attributes.join(' ')}>\n${file.text}\n</instructions>`;
}
