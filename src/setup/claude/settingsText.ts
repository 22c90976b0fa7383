import { findNodeAtLocation, getNodeValue, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { setUpProblem } from '../problem.ts';
import { eventNames, hookGroup, isOurCommand, permission } from './entries.ts';
import { append, applyEdits, remove, styleOf } from './jsonEdits.ts';

/** What set-up wants in a settings file of Claude Code. */
export interface Wanted {
  command: string;
  permission: boolean;
}

/** What set-up made in a settings file beside the entries themselves; only that goes again with them. */
export interface Made {
  /** Objects and lists that were not there, as `hooks` or `hooks.Stop`. */
  containers: string[];
  permission: boolean;
}

/** A larger settings file is nobody's. */
const mostLength = 1024 * 1024;

/**
 * The text of a settings file with the hook's entries, and the permission if wanted; all else stays as it is, to the byte.
 * `name` is what it is called in words. Gives the same text where all is there.
 * @throws UserError `set-up` for a text that is no settings file, and where something else stands in an entry's place
 */
export function withEntries(text: string, wanted: Wanted, name: string): { text: string; made: Made } {
  const made: Made = { containers: [], permission: false };
  const { bom, body: before } = split(text);
  let body = before;
  if (body.trim() === '') body = `{}${body === '' ? '\n' : body}`;
  for (const event of eventNames) {
    const group = hookGroup(event, wanted.command);
    const path = ['hooks', event];
    const there = listAt(body, path, name);
    const groups = there?.children ?? [];
    const ours = groups.filter((node) => hooksOf(node).some(isOurHook));
    if (ours.length === 1 && JSON.stringify(valueOf(ours[0]!)) === JSON.stringify(group)) continue;
    body = withoutHooks(body, event, name);
    body = appendAt(body, path, group, made, name);
  }
  if (wanted.permission) {
    const path = ['permissions', 'allow'];
    const there = listAt(body, path, name)?.children?.some((node) => node.value === permission);
    if (there !== true) {
      body = appendAt(body, path, permission, made, name);
      made.permission = true;
    }
  }
  return { text: bom + body, made };
}

/**
 * The text without the hook's entries, and without the permission and those containers that set-up made, as far as they
 * are empty now. What others added stays.
 * @throws UserError as {@link withEntries}
 */
export function withoutEntries(text: string, made: Made, name: string): string {
  const { bom, body: before } = split(text);
  let body = before;
  if (body.trim() === '') return text;
  const { hooks } = (valueOf(rootOf(body, name)) ?? {}) as { hooks?: object };
  for (const event of Object.keys(hooks ?? {})) body = withoutHooks(body, event, name);
  if (made.permission) {
    const allow = listAt(body, ['permissions', 'allow'], name);
    const node = allow?.children?.findLast((each) => each.value === permission);
    if (allow && node) body = applyEdits(body, remove(body, node, allow));
  }
  // The inner ones first.
  const inward = [...made.containers].sort((a, b) => b.split('.').length - a.split('.').length);
  for (const container of inward) body = pruned(body, container.split('.'), name);
  return bom + body;
}

/** Whether a text has an entry of ours. @throws UserError as {@link withEntries} */
export function hasEntries(text: string, name: string): boolean {
  const { body } = split(text);
  if (body.trim() === '') return false;
  const { hooks } = (valueOf(rootOf(body, name)) ?? {}) as { hooks?: object };
  return Object.keys(hooks ?? {}).some((event) =>
    listAt(body, ['hooks', event], name)?.children?.some((group) => hooksOf(group).some(isOurHook)),
  );
}

function split(text: string): { bom: string; body: string } {
  return text.startsWith('\uFEFF') ? { bom: '\uFEFF', body: text.slice(1) } : { bom: '', body: text };
}

function rootOf(body: string, name: string): Node {
  const errors: ParseError[] = [];
  const root = body.length > mostLength ? undefined : parseTree(body, errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0 || root.type !== 'object') {
    throw setUpProblem('{0} is no JSON object, so nothing was changed. Mend it, then set up again.', name);
  }
  return root;
}

/** The list at a path of names; undefined where there is none yet. */
function listAt(body: string, path: readonly string[], name: string): Node | undefined {
  let node: Node | undefined = rootOf(body, name);
  for (const [depth, key] of path.entries()) {
    const same: Node[] = (node.children ?? []).filter(({ children }) => children?.[0]?.value === key);
    const shown = path.slice(0, depth + 1).join('.');
    if (same.length > 1) {
      throw setUpProblem('In {0} there is "{1}" more than once, so nothing was changed. Mend it first.', name, shown);
    }
    node = same[0]?.children?.[1];
    if (node === undefined) return undefined;
    if (node.type !== (depth === path.length - 1 ? 'array' : 'object')) {
      throw setUpProblem('In {0} "{1}" is not what it has to be, so nothing was changed. Mend it first.', name, shown);
    }
  }
  return node;
}

/** Puts a value at the end of the list at a path, and makes what is missing on the way. */
function appendAt(body: string, path: readonly string[], value: unknown, made: Made, name: string): string {
  const style = styleOf(body);
  const list = listAt(body, path, name);
  if (list) return applyEdits(body, append(body, list, [{ value }], style));
  const root = rootOf(body, name);
  let depth = 0;
  let container = root;
  for (; depth < path.length; depth++) {
    const next = findNodeAtLocation(root, path.slice(0, depth + 1));
    if (!next) break;
    container = next;
  }
  for (let i = depth; i < path.length; i++) made.containers.push(path.slice(0, i + 1).join('.'));
  const inner = path.slice(depth + 1).reduceRight<unknown>((held, key) => ({ [key]: held }), [value]);
  return applyEdits(body, append(body, container, [{ key: path[depth]!, value: inner }], style));
}

/** Takes our hooks out of an event's list, and with the last one in a group the group. */
function withoutHooks(body: string, event: string, name: string): string {
  for (;;) {
    const list = listAt(body, ['hooks', event], name);
    const group = list?.children?.find((node) => hooksOf(node).some(isOurHook));
    if (!list || !group) return body;
    const hooks = hooksOf(group);
    const ours = hooks.find(isOurHook)!;
    const [item, container] = hooks.length === 1 ? [group, list] : [ours, ours.parent!];
    body = applyEdits(body, remove(body, item, container));
  }
}

function pruned(body: string, path: readonly string[], name: string): string {
  const root = rootOf(body, name);
  const node = findNodeAtLocation(root, [...path]);
  const property = node?.parent;
  if (!node || !property?.parent || (node.children?.length ?? 0) > 0) return body;
  // A comment that somebody put there is something.
  if (body.slice(node.offset + 1, node.offset + node.length - 1).trim() !== '') return body;
  return applyEdits(body, remove(body, property, property.parent));
}

/** The hooks in an entry of an event's list; none in what is no such entry. */
function hooksOf(group: Node): readonly Node[] {
  const hooks = group.type === 'object' ? findNodeAtLocation(group, ['hooks']) : undefined;
  return hooks?.type === 'array' ? (hooks.children ?? []) : [];
}

const isOurHook = (hook: Node): boolean =>
  hook.type === 'object' && isOurCommand(findNodeAtLocation(hook, ['command'])?.value);

const valueOf: (node: Node) => unknown = getNodeValue;
