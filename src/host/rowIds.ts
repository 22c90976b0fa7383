/**
 * What a row's menu hands to a command is the row's id, so both sides have to agree on how these begin. An id that a
 * caller passes may be anything.
 */
const attention = 'attention:';
const agent = 'agent:';
const claim = 'claim:';
const run = 'run:';
const focused = 'focused:';

export const attentionRowId = (itemId: string): string => attention + itemId;
export const agentRowId = (key: string): string => agent + key;
export const claimRowId = (key: string): string => claim + key;

/** The id of the item that a row stands for; undefined for any other row and for what is no row. */
export const attentionItemId = (row: unknown): string | undefined => after(attention, row);

/** The key of the errors that a row of the Run view stands for: one, an agent's, or all; undefined for any other row. */
export const errorKey = (row: unknown): string | undefined => {
  const key = after(run, row);
  return key?.startsWith('error') ? key : undefined;
};

/** The key of the agent that a row stands for; undefined for any other row and for what is no row. */
export const agentKey = (row: unknown): string | undefined => after(agent, row);

/** The key of the claim that a row stands for; undefined for any other row and for what is no row. */
export const claimKey = (row: unknown): string | undefined => after(claim, row);

/** A keybinding cannot say which row has the focus, only in which view: the view's id, where it says that. */
export const focusedView = (row: unknown): string | undefined => after(focused, row);

function after(begin: string, row: unknown): string | undefined {
  return typeof row === 'string' && row.startsWith(begin) ? row.slice(begin.length) : undefined;
}
