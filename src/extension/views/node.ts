import { createHash } from 'node:crypto';

/** One row of a side view, as data: what VS Code needs to draw it, and nothing of how it came about. */
export interface ViewNode {
  /** The same for the same thing in every life of the view, so that what is selected or unfolded stays so. */
  readonly id: string;
  readonly label: string;
  /** Stands behind the label, quieter. */
  readonly description: string;
  /** Markdown; every value in it is escaped. */
  readonly tooltip: string;
  /** What a screen reader says: the row without its looks. */
  readonly spoken: string;
  readonly icon: NodeIcon;
  /** `viewItem` of the menus in package.json. */
  readonly context: string;
  /** What a click does; null unfolds only. */
  readonly command: NodeCommand | null;
  readonly children: readonly ViewNode[];
}

export interface NodeIcon {
  /** A codicon. */
  readonly name: string;
  /** Id of a colour of the theme; null for that of the text. */
  readonly color: string | null;
}

export interface NodeCommand {
  readonly command: string;
  readonly arguments: readonly unknown[];
}

/** Of a thing that only its name tells from others, which may be a megabyte: VS Code shows no view with one id twice. */
export function idOfName(name: string): string {
  const hash = () => createHash('sha256').update(name).digest('hex');
  return name.length <= 100 ? name : `${name.slice(0, 100)} ${hash()}`;
}
