import assert from 'node:assert/strict';
import { codeBlock, inLink, plain } from '../../../src/views/markdown.ts';

describe('text of others in Markdown', () => {
  it('keeps no markup, link or line of its own', () => {
    assert.equal(plain('**b** [x](command:y)', 60), '\\*\\*b\\*\\* \\[x\\]\\(command\\:y\\)');
    assert.equal(plain('<img src=x>\n# h', 60), '\\<img src\\=x\\>␊\\# h');
    // A bare address would become a link by itself.
    assert.equal(plain('https://e.com www.e.com a@e.com', 60), 'https\\:\\/\\/e\\.com www\\.e\\.com a\\@e\\.com');
    assert.equal(plain('1. a\\', 60), '1\\. a\\\\');
  });

  it('cannot end a link that it is a part of, nor be lost there', () => {
    const name = JSON.stringify(['agent:a)b](command:x) *_~!\'www.e.com <"\n\ud800']);
    assert.match(inLink(name), /^[\w.%-]+$/);
    assert.equal(decodeURIComponent(inLink(name)), name);
  });

  it('cannot leave its block', () => {
    const block = codeBlock('a\n```\n````\n**b**', 10);
    assert.equal(block, '`````\na\n```\n````\n**b**\n`````');
  });

  it('is cut in both directions', () => {
    const block = codeBlock(['x'.repeat(500), '2', '3', '4'].join('\n'), 3);
    const lines = block.split('\n');
    assert.equal(lines.length, 6);
    assert.equal(lines[1], `${'x'.repeat(99)}…`);
    assert.equal(lines[4], '…');
  });
});
