// Where a person can follow commands live, as they print: a terminal of the editor.

/** Never throws; cheap, and bounded whatever is written. */
export interface CommandMirror {
  begin(command: string, cwd: string): MirroredCommand;
}

export interface MirroredCommand {
  /** As it came, control sequences included. */
  write(text: string): void;
  /** How it ended, in a few words: "Exit code 0". Called once, last. */
  end(ending: string): void;
}

/** For where nobody looks on. */
export const noMirror: CommandMirror = {
  begin: () => ({ write: () => undefined, end: () => undefined }),
};
