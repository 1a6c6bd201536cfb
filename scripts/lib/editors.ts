// The two editors the tests and `npm start` run in, and what sets them apart.

/** Which of the two editors: the newest tested one, or the oldest supported one. */
export type EditorChoice = 'newest' | 'oldest';

export interface EditorRelease {
  readonly choice: EditorChoice;
  /** The version of VS Code, for people. */
  readonly version: string;
  /** The npm package that carries it. */
  readonly package: string;
  /** The major version of Node its extension host comes up under. */
  readonly nodeMajor: 22 | 24;
  /** Dependencies of the editor that npm cannot install as written, and what to ask for instead. */
  readonly replacedDependencies: Readonly<Record<string, string>>;
}

const releases: Record<EditorChoice, EditorRelease> = {
  newest: {
    choice: 'newest',
    version: '1.139.1',
    package: 'code-server@4.139.1',
    nodeMajor: 24,
    replacedDependencies: {},
  },
  oldest: {
    choice: 'oldest',
    version: '1.106.3',
    package: 'code-server@4.106.3',
    nodeMajor: 22,
    // Named by a git address in this release.
    replacedDependencies: { '@parcel/watcher': '^2.5.6' },
  },
};

export function editorRelease(choice: EditorChoice): EditorRelease {
  return releases[choice];
}

/** The editor that CAPSTAN_EDITOR asks for; the newest when it is not set. */
export function chosenEditor(environment: NodeJS.ProcessEnv = process.env): EditorChoice {
  const chosen = environment['CAPSTAN_EDITOR'] || 'newest';
  if (chosen === 'newest' || chosen === 'oldest') return chosen;
  throw new Error(`CAPSTAN_EDITOR is "${chosen}". Set it to newest or oldest, or leave it out.`);
}
