// What one session's commands may touch, as paths of this machine: its own temp folder, and what is looked up before each command.
import { rmSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { protectedNamesOf, secretPlaces, type SandboxPolicy } from '../../core/permissions/sandbox-policy.ts';
import { protectedPlaces } from './protected-places.ts';
import { StandInGuard } from './stand-in-guard.ts';

/** A path and never a pattern. */
export interface Place {
  readonly path: string;
  readonly literal: true;
}

/** As the runtime takes it; what is a text may be a pattern. */
export interface PathRules {
  readonly allowWrite: Place[];
  readonly denyWrite: (Place | string)[];
  readonly denyRead: Place[];
}

export interface CommandRules {
  readonly paths: PathRules;
  /** Names that are missing and that something empty may stand in for while the command runs. */
  readonly standIns: readonly string[];
}

export interface Confinement {
  /** Of the session, private: commands find it in TMPDIR. */
  readonly temp: string;
  /** As the disk is now. */
  rules(): Promise<CommandRules>;
  readonly guard: StandInGuard;
  /** Removes the temp folder, at once: the process may end next. */
  dispose(): void;
}

export async function openConfinement(policy: SandboxPolicy, platform = process.platform): Promise<Confinement> {
  // Below a canonical folder: what a link leads to elsewhere is not written to.
  const temp = await realpath(await mkdtemp(path.join(tmpdir(), 'capstan-commands-')));
  const denyRead = secretPlaces(policy).map(literal);
  const guard = new StandInGuard(temp);
  return {
    temp,
    guard,
    async rules() {
      const roots = await canonicalRoots(policy.workspace);
      const guarded =
        platform === 'darwin'
          ? roots.map((root) => ({ denied: patterns(root, policy.home), standIns: [] }))
          : await Promise.all(roots.map((root) => names(root, policy.home)));
      return {
        paths: {
          allowWrite: [...roots, temp].map(literal),
          denyWrite: [...guarded.flatMap(({ denied }) => denied), ...openedByDefault().map(literal)],
          denyRead,
        },
        standIns: guarded.flatMap(({ standIns }) => standIns),
      };
    },
    dispose() {
      guard.dispose();
      rmSync(temp, { recursive: true, force: true, maxRetries: 2 });
    },
  };
}

function literal(place: string): Place {
  return { path: place, literal: true };
}

async function canonicalRoots(workspace: readonly string[]): Promise<string[]> {
  const found = await Promise.all(workspace.map((root) => realpath(root).catch(() => undefined)));
  const roots = [...new Set(found.filter((root) => root !== undefined))];
  if (roots.includes(path.parse(process.execPath).root)) throw new Error('the workspace is the whole disk');
  return roots;
}

/** The runtime lets these be written unasked: they are shared by all programs of the person. */
function openedByDefault(): string[] {
  const home = homedir();
  const shared = ['/tmp/claude', '/private/tmp/claude'];
  return [...shared, path.join(home, '.npm', '_logs'), path.join(home, '.claude', 'debug')];
}

/**
 * bubblewrap takes names, not patterns. Something that a folder does not hold is denied in place of a folder that is not there, as an empty
 * folder then stands in for it and not a file, which other programs would stumble over.
 */
async function names(root: string, home: string): Promise<{ denied: Place[]; standIns: readonly string[] }> {
  const { folders, files } = protectedNamesOf(root, home);
  const there = new Set(await protectedPlaces(root, home));
  const missingFolders = folders.filter((folder) => !there.has(folder));
  const missingFiles = files.filter((file) => !there.has(file));
  const inFolders = missingFolders.map((folder) => path.join(folder, 'settings'));
  return {
    denied: [...there, ...inFolders, ...missingFiles].map(literal),
    standIns: [...missingFolders, ...missingFiles],
  };
}

/** Seatbelt takes patterns, for what is there and what is not, at any depth. */
function patterns(root: string, home: string): (Place | string)[] {
  const { folders, files } = protectedNamesOf(root, home);
  const own = [...folders, ...files].map(literal);
  const nested = [...folders, ...files].map((place) => path.join(root, '**', path.relative(root, place)));
  return [...own, ...nested, ...folders.map((place) => path.join(root, '**', path.relative(root, place), '**'))];
}
