// "Attach…": everything that can go with a message, in a pick of the editor's own, and images by its open dialog.
import path from 'node:path';
import * as vscode from 'vscode';
import { imageType } from '../../core/tools/files/read-image.ts';
import type { Attachment, Mention } from '../../shared/view-model.ts';
import { selectionChip } from '../attachments.ts';
import type { Log } from '../log.ts';
import { plainLabel } from '../quick-question.ts';
import type { Surface } from '../surfaces/surface.ts';
import type { Mentions } from './mentions.ts';

export interface AttachParts {
  /** Where the chip goes. */
  readonly surfaces: { readonly active: Pick<Surface, 'send'>; focus(): Promise<void> };
  readonly mentions: () => Promise<Mentions>;
  readonly log: Log;
}

/** Undefined for a line between them. */
type Choice = { readonly mention: Mention } | { readonly chip: Attachment } | 'image' | undefined;

interface Row extends vscode.QuickPickItem {
  readonly choice: Choice;
}

const icons: Readonly<Record<Mention['kind'], string>> = {
  file: 'file',
  folder: 'folder',
  lines: 'list-selection',
  symbol: 'symbol-method',
  problems: 'warning',
  selection: 'terminal',
  command: 'terminal',
  changes: 'git-commit',
};

/** Media types by name, where the first bytes do not tell. The panel draws these anew for the API. */
const OTHERS: Readonly<Record<string, string>> = { '.bmp': 'image/bmp', '.avif': 'image/avif' };
/** Bytes: the panel makes what is larger than the API takes smaller. */
const MAX_IMAGE = 30 * 1024 * 1024;
const EXTENSIONS = ['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp', 'avif'];

let asked = 0;

/** Until it is in the composer, or the person has left. */
export async function attach(parts: AttachParts): Promise<void> {
  // The pick takes the focus: what is active may be another then.
  const panel = parts.surfaces.active;
  const choice = await choose(await parts.mentions());
  if (choice === undefined) return;
  const id = nextId();
  if (choice === 'image') {
    if (!(await attachImages(panel, parts.log))) return;
  } else if ('chip' in choice) panel.send({ type: 'attached', id, attachment: choice.chip });
  else await (await parts.mentions()).attach(id, choice.mention, (answer) => panel.send(answer));
  await parts.surfaces.focus();
}

/** Of this side: an answer that the panel has not asked for goes to its composer. */
function nextId(): string {
  asked += 1;
  return `attach-${asked}`;
}

async function choose(mentions: Mentions): Promise<Choice> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = vscode.l10n.t('Attach');
  pick.placeholder = vscode.l10n.t('A file or folder, with its lines as in name:10-20, a symbol, or one of these');
  const fixed = fixedRows();
  let newest = '';
  let ended = false;
  const look = async () => {
    const words = pick.value.trim();
    const id = (newest = nextId());
    pick.busy = true;
    await mentions
      .find(id, words, (answer) => {
        if (ended || id !== newest || answer.type !== 'mentions') return;
        const own = fixed.filter(({ label }) => label.toLowerCase().includes(words.toLowerCase()));
        const note = answer.note === undefined ? [] : [noteRow(answer.note)];
        pick.items = [...own, ...note, ...answer.found.map(rowOf)];
      })
      .finally(() => {
        if (!ended && id === newest) pick.busy = false;
      });
  };
  try {
    return await new Promise<Choice>((resolve, reject) => {
      pick.onDidChangeValue(() => void look().catch(reject));
      pick.onDidAccept(() => resolve(pick.activeItems[0]?.choice));
      pick.onDidHide(() => resolve(undefined));
      pick.items = fixed;
      pick.show();
      look().catch(reject);
    });
  } finally {
    ended = true;
    pick.dispose();
  }
}

function fixedRows(): Row[] {
  const editor = vscode.window.activeTextEditor;
  const chip = editor && selectionChip(editor.document, editor.selection);
  const image = vscode.l10n.t('Image from Disk…');
  return [
    { label: `$(file-media) ${image}`, alwaysShow: true, choice: 'image' },
    ...(chip
      ? [
          {
            label: `$(list-selection) ${vscode.l10n.t('Selection')}`,
            description: plainLabel(chip.label),
            alwaysShow: true,
            choice: { chip },
          },
        ]
      : []),
  ];
}

function rowOf(mention: Mention): Row {
  const { kind, label, detail } = mention;
  return {
    label: `$(${icons[kind]}) ${plainLabel(label)}`,
    ...(detail === undefined ? {} : { description: plainLabel(detail) }),
    // They are ranked already, by what was typed.
    alwaysShow: true,
    choice: { mention },
  };
}

/** Why there is nothing else. */
function noteRow(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator, choice: undefined };
}

/** Resolves to whether there was something to attach. */
async function attachImages(panel: Pick<Surface, 'send'>, log: Log): Promise<boolean> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Attach Images'),
    openLabel: vscode.l10n.t('Attach'),
    canSelectMany: true,
    filters: { [vscode.l10n.t('Images')]: EXTENSIONS },
  });
  for (const uri of chosen ?? []) {
    const name = path.posix.basename(uri.path);
    try {
      const { media, data } = await imageOf(uri);
      panel.send({ type: 'attachImage', name, media, data });
    } catch (error) {
      log.error(`The image ${uri.toString()} could not be attached.`, error);
      const reason = vscode.l10n.t('{0} could not be read, or is larger than 30 MB. Choose another image.', name);
      panel.send({ type: 'attached', id: nextId(), reason });
    }
  }
  return (chosen ?? []).length > 0;
}

/** Throws for what cannot be read, or is too large to be handed on. */
async function imageOf(uri: vscode.Uri): Promise<{ media: string; data: string }> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > MAX_IMAGE) throw new Error(`It has ${size} bytes.`);
  const bytes = Buffer.from(await vscode.workspace.fs.readFile(uri));
  const media = imageType(bytes) ?? OTHERS[path.posix.extname(uri.path).toLowerCase()] ?? '';
  return { media, data: bytes.toString('base64') };
}
