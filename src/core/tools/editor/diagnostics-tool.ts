// Diagnostics: the problems that the editor knows of a file, of a folder or of the whole workspace.
import type * as z from 'zod/mini';
import { namesWithin, relativePath } from '../../permissions/lexical-path.ts';
import type { Grant } from '../../permissions/access.ts';
import type { FileSystem } from '../../ports.ts';
import { explainMissing } from '../files/nearest-names.ts';
import { inputObject, lazily, optionalText } from '../input-fields.ts';
import { absolutePath, checkGranted, shownPath } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';
import { notWithheld, withheldNote } from './code-places.ts';
import type { FileProblems, LanguageServices } from './language-services.ts';
import { countProblems, problemLines } from './problem-words.ts';

const MAX_PROBLEMS = 100;
/** For a file that is looked at for the first time. */
const PATIENCE_MS = 3_000;

const schema = lazily(() => inputObject({ path: optionalText('A file or folder. Default: the whole workspace.') }));

type DiagnosticsInput = z.infer<ReturnType<typeof schema>>;

export interface DiagnosticsToolOptions {
  readonly files: FileSystem;
  readonly language: LanguageServices;
}

export function createDiagnosticsTool({ files, language }: DiagnosticsToolOptions): Tool {
  return defineTool<DiagnosticsInput>({
    name: 'Diagnostics',
    description: `Lists errors and warnings that the editor's language extensions report, worst first, at most ${MAX_PROBLEMS}. For the workspace: those of the files they have looked at. New ones after an edit are told to you by themselves.`,
    schema,
    isConcurrencySafe: () => true,
    summarize: (input, cwd) => {
      const shown = shownPath(input.path, cwd);
      return { verb: 'Checked problems', activeVerb: 'Checking problems', quiet: true, ...shown };
    },
    prepare(input, { cwd }) {
      const path = absolutePath(input.path ?? '.', cwd);
      return {
        access: { kind: 'read', tool: 'Diagnostics', path },
        async run(grant, { signal }) {
          await checkGranted(files, grant);
          const stat = await files.stat(grant.path);
          if (!stat) throw new ToolError(await explainMissing(files, grant.path));
          const found =
            stat.kind === 'file'
              ? await language.settledProblems([grant.path], { edited: false, patienceMs: PATIENCE_MS, signal })
              : await problemsBelow(language, grant.path, input.path === undefined);
          if (stat.kind === 'file' && found.length === 0) throw new ToolError(explainUnopened(cwd, grant));
          return { content: describe(language, found, grant, cwd), details: { path: grant.path } };
        },
      };
    },
  });
}

async function problemsBelow(
  language: LanguageServices,
  folder: string,
  everywhere: boolean,
): Promise<readonly FileProblems[]> {
  const known = await language.knownProblems();
  return everywhere ? known : known.filter(({ path, virtual }) => !virtual && namesWithin(path, folder) !== undefined);
}

function explainUnopened(cwd: string, grant: Grant): string {
  return `The editor cannot open ${relativePath(cwd, grant.path)} as text, so it knows no problems of it.`;
}

function describe(language: LanguageServices, found: readonly FileProblems[], grant: Grant, cwd: string): string {
  const { shown, withheld } = notWithheld(
    found.filter(({ problems }) => problems.length > 0),
    grant,
  );
  const restriction = language.restriction();
  const notes = [...withheldNote(withheld), ...(restriction === undefined ? [] : [restriction])];
  if (shown.length > 0) {
    return [`${countProblems(shown)}:`, ...problemLines(cwd, shown, MAX_PROBLEMS), ...notes].join('\n');
  }
  const place = grant.path === cwd ? 'the workspace' : relativePath(cwd, grant.path);
  const lead = `The editor reports no problems in ${place}.`;
  const hint = 'Many extensions check only files that are open in a tab; run the build or the tests to be sure.';
  return [`${lead} ${hint}`, ...notes].join('\n');
}
