import assert from 'node:assert/strict';
import fc from 'fast-check';
import { keyOfText, textOfKey } from '../../../../src/redis/keys/keyName.ts';

describe('a key as a person types it', () => {
  it('stands as it is, also with a backslash or one quote', () => {
    for (const text of ['a:b', 'C:\\xff', '"', 'ä"', '*']) assert.equal(keyOfText(text).toString(), text);
  });

  it('is read between quotes as redis-cli prints it', () => {
    assert.deepEqual(keyOfText('"\\xff\\n\\"\\\\é"'), Buffer.concat([Buffer.from([0xff]), Buffer.from('\n"\\é')]));
    assert.equal(keyOfText('"a"').toString(), 'a');
    assert.equal(keyOfText('""').length, 0);
    assert.equal(keyOfText('"\\q\\"').toString(), 'q\\');
  });

  it('comes back whatever it is, in letters that can be seen', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const key = Buffer.from(bytes);
          const text = textOfKey(key);
          assert.deepEqual(keyOfText(text), key);
          assert.match(text, /^\P{Cc}*$/u);
        },
      ),
    );
  });
});
