/**
 * What a row's menu hands to a command is the row's id, so both sides have to agree on how these begin. An id that a
 * caller passes may be anything.
 */
const attention = 'attention:';

export const attentionRowId = (itemId: string): string => attention + itemId;

/** The id of the item that a row stands for; undefined for any other row and for what is no row. */
export function attentionItemId(row: unknown): string | undefined {
  return typeof row === 'string' && row.startsWith(attention) ? row.slice(attention.length) : undefined;
}
