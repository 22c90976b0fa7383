import assert from 'node:assert/strict';
import type * as Declared from '../../../src/agent/client/agent.d.ts';
import * as actual from '../../../src/agent/client/index.ts';

/** An error of the compiler where the two are not the same. */
type Same<A, B> = [A, B] extends [B, A] ? true : never;

describe('The declared types of the agents’ library', () => {
  it('are those of the code', () => {
    // What is declared is there, with these types.
    const AgentClient: Pick<typeof Declared.AgentClient, 'connect'> = actual.AgentClient;
    const error = (real: actual.UserError): Omit<Declared.UserError, never> => real;
    const client = (real: actual.AgentClient): Omit<Declared.AgentClient, never> => real;
    // What may be handed in is taken.
    const options = (declared: Declared.AgentOptions): actual.AgentOptions => declared;
    const claim = (declared: Declared.ClaimOptions): actual.ClaimOptions => declared;
    const listener = (declared: Declared.AgentListener): actual.AgentListener => declared;
    // And nothing that is there is left out.
    const whole: [
      Same<keyof Declared.AgentClient, keyof actual.AgentClient>,
      Same<keyof Declared.Lease, Exclude<keyof actual.Lease, 'check'>>,
      Same<keyof Declared.AgentOptions, keyof actual.AgentOptions>,
      Same<keyof Declared.ClaimOptions, keyof actual.ClaimOptions>,
      Same<Declared.AgentMessage['kind'], actual.AgentMessage['kind']>,
      Same<Declared.ClaimResult['kind'], actual.ClaimResult['kind']>,
    ] = [true, true, true, true, true, true];
    assert.ok([AgentClient, error, client, options, claim, listener, ...whole].every(Boolean));
  });

  it('name all that the library gives', () => {
    assert.deepEqual(Object.keys(actual).toSorted(), ['AgentClient', 'UserError']);
  });
});
