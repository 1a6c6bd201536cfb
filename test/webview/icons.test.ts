// Holds the shortened icons to the shapes they were made from, as a browser draws them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, it } from 'mocha';
import { shortPath } from '../../scripts/lib/short-path.mjs';
import { usePanels } from '../support/panel-harness/panel-suite.ts';

const source = new URL('../../webview/components/icon.tsx', import.meta.url);
const folder = path.dirname(createRequire(import.meta.url).resolve('@vscode/codicons/src/icons/add.svg'));

const open = usePanels();

describe('the icons of the panel', () => {
  it('have the shape of their originals in fewer characters', async () => {
    const names = [...(await readFile(source, 'utf8')).matchAll(/'codicon:([\w-]+)'/g)].map((match) => match[1]!);
    const texts = await Promise.all(names.map((name) => readFile(path.join(folder, `${name}.svg`), 'utf8')));
    const shapes = texts.flatMap((text) => [...text.matchAll(/<path\b[^>]*?\bd="([^"]+)"/g)].map((match) => match[1]!));
    const pairs = shapes.map((shape) => [shape, shortPath(shape)] as const);
    await using panel = await open();
    const worst = await panel.page.evaluate(mostApart, pairs);
    assert.ok(pairs.length > 20 && worst < 0.05, `${pairs.length} shapes, ${worst} apart`);
    const length = (at: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[at].length, 0);
    assert.ok(length(1) < 0.75 * length(0), `${length(1)} of ${length(0)} characters`);
  });
});

/** In the page: how far a point of a shape is from that of its other form, on the icon's grid. */
function mostApart(pairs: (readonly [string, string])[]): number {
  const pathOf = (d: string) => {
    const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    shape.setAttribute('d', d);
    return shape;
  };
  const distances = pairs.map(([before, after]) => {
    const [one, other] = [pathOf(before), pathOf(after)];
    const total = one.getTotalLength();
    return Math.max(
      ...Array.from({ length: 12 }, (_, part) => {
        const a = one.getPointAtLength((part / 11) * total);
        // Where one part of a shape ends and the next begins, a hair's breadth along it is a leap.
        const near = [-0.001, 0, 0.001].map((aside) =>
          other.getPointAtLength((part / 11 + aside) * other.getTotalLength()),
        );
        return Math.min(...near.map((b) => Math.hypot(a.x - b.x, a.y - b.y)));
      }),
    );
  });
  return Math.max(...distances);
}
