/**
 * A row of a tree before VS Code draws it. Plain data, so that what is shown can be tested without VS Code and so that
 * two drawings of a row can be compared. All texts have been through `displayText`.
 */
export interface Row {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says instead of label and description. */
  readonly spoken: string;
  readonly icon: RowIcon;
  readonly contextValue: string;
  readonly children: 'none' | 'collapsed' | 'expanded';
  /** Address of the file or folder that this row stands for, where there is one. */
  readonly resource: string | null;
  /** What a click does: opens a file by its address, or runs a command. */
  readonly click: { readonly open: string } | { readonly command: string; readonly argument?: unknown } | null;
}

/** A codicon in a theme colour, or the icon that the theme gives files like the row's resource. */
export type RowIcon = { readonly codicon: string; readonly color: string | null } | 'file';

/** One tree as ids, rows and tooltips. Ids are stable, unique within the tree, and never empty. */
export interface Projection {
  children(parent: string | null): readonly string[];
  /** Null where the row no longer exists. */
  row(id: string): Row | null;
  /** Markdown; made only when somebody asks for it. Null where a row has nothing more to say. */
  tooltip(id: string): string | null;
}
