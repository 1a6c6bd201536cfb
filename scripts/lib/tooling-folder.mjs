// Where development downloads live: editors, browser and Node, outside the project's own dependencies.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, absolute. */
export const repositoryFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * The tooling folder, absolute: `.vscode-test` in the repository, or what CAPSTAN_DEV_CACHE names.
 * @returns {string}
 */
export function toolingFolder() {
  const chosen = process.env['CAPSTAN_DEV_CACHE'];
  return chosen ? path.resolve(chosen) : path.join(repositoryFolder, '.vscode-test');
}
