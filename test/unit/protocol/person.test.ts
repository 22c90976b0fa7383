import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exceedsBytes } from '../../../src/protocol/json.ts';
import { limits } from '../../../src/protocol/names.ts';
import { personName } from '../../../src/protocol/person.ts';

describe("A person's name as an agent", () => {
  it('is user@host, in which nothing makes a child of it or acts on a terminal', () => {
    assert.equal(personName('ada', 'desk.local'), 'ada@desk.local');
    assert.equal(personName('', ''), 'somebody@localhost');
    assert.equal(personName('CORP/ada l', 'a\u001b[2Jb'), 'CORP-ada-l@a-[2Jb');
  });

  it('keeps both parts of long ones, and whole letters of them', () => {
    const name = personName('é'.repeat(400), '🚢'.repeat(400));
    assert.equal(name, `${'é'.repeat(31)}@${'🚢'.repeat(15)}`);
  });

  it('is one that the function library takes, whatever the system says', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, text, (user, host) => {
        const name = personName(user, host);
        assert.ok(/^[^/\p{Cc}]+@[^/\p{Cc}]+$/u.test(name) && !exceedsBytes(name, limits.agentName), name);
      }),
    );
  });
});
