// The system's file errors in words, with a next step.
import { FileError, type FileErrorReason } from '../core/ports.ts';

type Failure = readonly [FileErrorReason, (path: string) => string];

const FAILURES: Readonly<Record<string, Failure>> = {
  ENOENT: ['not_found', (path) => `${path} does not exist. Use Glob to find where it is.`],
  ENOTDIR: ['not_found', (path) => `${path} does not exist: a file stands where one of its folders should be.`],
  EISDIR: ['is_folder', (path) => `${path} is a folder. Name a file in it.`],
  EACCES: [
    'no_access',
    (path) => `The system does not allow access to ${path}. Ask the person to change its permissions.`,
  ],
  EPERM: [
    'no_access',
    (path) =>
      `The system does not allow this on ${path}. Ask the person to change its permissions, or to close what holds it.`,
  ],
  EROFS: ['no_access', (path) => `${path} is on a read-only disk. Choose another place.`],
  EBUSY: ['no_access', (path) => `${path} is in use by another program. Try again, or ask the person to close it.`],
  ENOSPC: [
    'no_space',
    (path) => `The disk of ${path} is full; the file was left as it was. Ask the person to make room.`,
  ],
  EDQUOT: [
    'no_space',
    (path) => `The disk quota for ${path} is used up; the file was left as it was. Ask the person to make room.`,
  ],
  EFBIG: ['too_large', (path) => `${path} would be larger than its disk allows. Write less, or in several files.`],
  EEXIST: ['stale', (path) => `${path} exists already. Read it first.`],
  ENAMETOOLONG: ['other', (path) => `A name in ${path} is longer than the system allows. Use a shorter one.`],
  ELOOP: ['other', (path) => `The links in ${path} lead in a circle. Name the file itself.`],
  EMFILE: ['other', () => 'Too many files are open at once. Try again in a moment.'],
};

/** Always a `FileError`: one that is given is passed on. */
export function toFileError(error: unknown, path: string): FileError {
  if (error instanceof FileError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known = FAILURES[code];
  if (known) return new FileError(known[0], known[1](path));
  return new FileError('other', `${path} could not be used (${code || message}). Try again, or tell the person.`);
}
