import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  commands,
  contextKeys,
  CONVERSATION_TAB,
  PANEL_VIEW,
  PRICES,
  SANDBOX_HOSTS,
  settings,
  VIEW_CONTAINER,
} from '../../../src/shared/contributions.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json'));
const words = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;

const byKey = (a: { key: string }, b: { key: string }) => a.key.localeCompare(b.key);

interface Use {
  readonly command: string;
  readonly when?: string;
}
const menus = Object.values(contributes.menus).flat() as Use[];
const keys = contributes.keybindings as (Use & { key: string; mac?: string })[];

describe('the manifest and the code agree on', () => {
  it('commands', () => {
    const declared = contributes.commands.map(({ command }: Use) => command);
    assert.deepEqual(declared.toSorted(), Object.values(commands).toSorted());
    assert.equal(new Set(declared).size, declared.length);
  });

  it('the commands that menus, keys and the walkthrough use', () => {
    const known = new Set<string>(Object.values(commands));
    const linked = [...JSON.stringify(words).matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1]!);
    const used = [...menus, ...keys].map(({ command }) => command);
    assert.deepEqual(
      [...used, ...linked].filter((command) => !known.has(command)),
      [],
    );
    assert.ok(linked.length > 0);
  });

  it('settings: keys, defaults, types, and a scope that no folder can set', () => {
    const declared = Object.entries<{ default: unknown; type: string; scope: string }>(
      contributes.configuration.properties,
    );
    const fromManifest = declared.map(([key, { default: value, type, scope }]) => ({
      key,
      default: value,
      type,
      scope,
    }));
    const fromCode = [
      ...Object.values(settings),
      { key: PRICES, default: {} },
      { key: SANDBOX_HOSTS, default: [] },
    ].map(({ key, default: value }) => ({
      key,
      default: value,
      type: Array.isArray(value) ? 'array' : typeof value,
      scope: 'application',
    }));
    assert.deepEqual(fromManifest.toSorted(byKey), fromCode.toSorted(byKey));
  });

  it('the view and its container', () => {
    assert.deepEqual(
      contributes.viewsContainers.secondarySidebar.map(({ id }: { id: string }) => id),
      [VIEW_CONTAINER],
    );
    const views = contributes.views[VIEW_CONTAINER].map(({ id, type }: { id: string; type: string }) => [id, type]);
    assert.deepEqual(views, [[PANEL_VIEW, 'webview']]);
  });

  it('context keys', () => {
    const whens = [...menus, ...keys].map(({ when }) => when ?? '').join(' ');
    const places: string[] = [PANEL_VIEW, CONVERSATION_TAB];
    const used = new Set(
      [...whens.matchAll(/\bcapstan\.\w+/g)].map(([key]) => key).filter((key) => !places.includes(key)),
    );
    assert.deepEqual([...used].toSorted(), Object.values(contextKeys).toSorted());
  });
});

describe('the manifest', () => {
  it('has a text for every placeholder, and no text without a use', () => {
    const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]!);
    assert.deepEqual([...new Set(used)].toSorted(), Object.keys(words).toSorted());
    assert.deepEqual(
      Object.values(words).filter((text) => text.trim() === ''),
      [],
    );
  });

  it('binds no key twice under the same condition, and gives each a Mac key or none to change', () => {
    const bound = keys.map(({ key, when }) => `${key} ${when ?? ''}`);
    assert.equal(new Set(bound).size, bound.length);
    assert.deepEqual(
      keys.filter(({ key, mac }) => /ctrl|alt/.test(key) && !mac),
      [],
    );
  });

  it('asks for nothing that is not stable, starts late and does no more in untrusted folders than it says', () => {
    assert.equal(manifest.enabledApiProposals, undefined);
    // Earlier only where a tab of its own waits to be filled.
    assert.deepEqual(manifest.activationEvents, ['onStartupFinished', `onWebviewPanel:${CONVERSATION_TAB}`]);
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    assert.equal(manifest.publisher, 'capstan');
    assert.equal(manifest.name, 'capstan');
  });

  it('names only pictures and pages that exist', () => {
    const files = [...read('package.json').matchAll(/"(media\/[^"]+)"/g)].map((match) => match[1]!);
    assert.deepEqual(
      files.filter((file) => !existsSync(path.join(root, file))),
      [],
    );
  });
});
