import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseLog } from '../../../src/adapters/session-files.ts';
import { exportHtml } from '../../../src/core/sessions/export/export-html.ts';
import { exportMarkdown } from '../../../src/core/sessions/export/export-markdown.ts';
import { sessionPage } from '../../../src/core/sessions/export/session-page.ts';
import { showPage } from '../../../src/headless/sessions/show-page.ts';
import { sampleLog } from './sample-log.ts';

const page = sessionPage('s', parseLog(Buffer.from(sampleLog('s'))).entries);

describe('an exported session', () => {
  it('is HTML in which nothing that was said is markup', () => {
    const html = exportHtml(page);
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, name]) => name));
    for (const name of ['script', 'img', 'b', 'i']) assert.ok(!tags.has(name), `<${name}> got through`);
    assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
    assert.match(html, /<title>A &lt;title&gt;<\/title>/);
    assert.match(html, /default-src 'none'/);
    assert.match(html, /Please &lt;b&gt;look&lt;\/b&gt; &amp; see/);
  });

  it('is Markdown whose fences hold what is in them', () => {
    const markdown = exportMarkdown(page);
    assert.match(markdown, /^# A <title>\n/);
    assert.match(markdown, /````\n<i>[\s\S]*?```\n[\s\S]*?````/);
    assert.match(markdown, /> Please <b>look<\/b> & see/);
    assert.match(markdown, /Ran echo "<i>"/);
    assert.match(markdown, /\*Done, claude-haiku-4-5, 13 tokens in, 5 out, \$0\.0000, 0\.0 s\*/);
  });

  it('is text that cannot steer a terminal', () => {
    const text = showPage({ ...page, session: { ...page.session, title: 'x\u001B]0;owned\u0007' } });
    assert.ok(!text.includes('\u001B'));
    assert.match(text, /> Please <b>look/);
    assert.match(text, / {2}Ran echo/);
  });
});
