import assert from 'node:assert/strict';
import { panelHtml } from '../../../../src/views/panel/html.ts';

const html = panelHtml({
  cspSource: 'https://*.vscode-cdn.net',
  nonce: 'abc123',
  script: 'https://x/dist/panel.js',
  style: 'https://x/dist/panel.css',
  language: 'de',
  title: 'Signalbox',
  fallback: 'Ein <b>"Hinweis"</b>',
});

describe('the frame of the page', () => {
  it('allows our script and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    assert.deepEqual(policy.split('; '), [
      "default-src 'none'",
      "style-src https://*.vscode-cdn.net 'nonce-abc123'",
      "script-src 'nonce-abc123'",
      'font-src https://*.vscode-cdn.net',
      'img-src https://*.vscode-cdn.net data:',
      'worker-src blob:',
    ]);
    assert.doesNotMatch(html, /unsafe|\son\w+=|style="/);
    assert.equal(html.match(/<script/g)?.length, 1);
  });

  it('tells the toolkit the nonce, and everybody the language', () => {
    assert.match(html, /<meta property="csp-nonce" content="abc123">/);
    assert.match(html, /<html lang="de">/);
  });

  it('says in plain text what to do when the script does not begin', () => {
    assert.match(html, /<p id="fallback">Ein &lt;b&gt;&quot;Hinweis&quot;&lt;\/b&gt;<\/p>/);
  });
});
