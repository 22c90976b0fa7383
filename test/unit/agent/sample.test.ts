import assert from 'node:assert/strict';
import { linesKept, withCommentLine } from '../../../src/agent/sample/commentLine.ts';
import { sampleFiles, sampleReadme, workFiles } from '../../../src/agent/sample/sampleFiles.ts';

describe('The sample workspace', () => {
  it('has some twenty short files, and every one to be worked on takes a comment', () => {
    assert.ok(workFiles.length >= 15);
    for (const path of workFiles) {
      const text = sampleFiles[path] ?? '';
      assert.ok(text.endsWith('\n') && text.length < 1000, path);
      assert.match(withCommentLine(path, text, 'agent-1', 'a note') ?? '', /demo: agent-1, a note/);
    }
    assert.equal(withCommentLine('package.json', '{}', 'agent-1', 'a note'), null);
  });

  it('keeps what a person wrote and only so many lines of the agents', () => {
    let text = 'mine\n';
    for (let index = 0; index < 40; index++) text = withCommentLine('a.css', text, 'agent-1', `note ${index}`) ?? '';
    const lines = text.trimEnd().split('\n');
    assert.equal(lines[0], 'mine');
    assert.equal(lines.length, 1 + linesKept);
    assert.equal(lines.at(-1), '/* demo: agent-1, note 39 */');
    assert.equal(lines[1], `/* demo: agent-1, note ${40 - linesKept} */`);
  });

  it('explains itself', () => {
    const text = sampleReadme('redis://127.0.0.1:7777', 'demo:');
    assert.match(text, /redis-cli -u redis:\/\/127\.0\.0\.1:7777 SUBSCRIBE demo:agent:state:sync/);
  });
});
