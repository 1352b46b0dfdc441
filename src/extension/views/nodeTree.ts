import * as vscode from 'vscode';
import type { Disposable } from '../../shared/disposable.ts';
import { tooltipOf } from '../tooltip.ts';
import type { ViewNode } from './node.ts';

/** Draws nodes in a tree view; of a new list only what differs is drawn again. */
export class NodeTree implements vscode.TreeDataProvider<ViewNode>, Disposable {
  readonly #changed = new vscode.EventEmitter<ViewNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #nodes: () => readonly ViewNode[];
  #roots: readonly ViewNode[] = [];
  /** What VS Code was given, by id: it knows elements by identity, so they stay the same objects. */
  readonly #elements = new Map<string, Element>();

  /** `nodes` are those of the moment. */
  constructor(nodes: () => readonly ViewNode[]) {
    this.#nodes = nodes;
  }

  get size(): number {
    return this.#roots.length;
  }

  /** Shows the nodes of this moment. */
  update(): void {
    const before = shapeOf(this.#roots);
    const changed = this.#take();
    if (shapeOf(this.#roots) !== before) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed);
  }

  /** Returns what differs among the nodes that stay. */
  #take(): ViewNode[] {
    const nodes = this.#nodes();
    this.#roots = nodes;
    const changed: ViewNode[] = [];
    const known = new Set<string>();
    const visit = (node: ViewNode) => {
      known.add(node.id);
      const text = JSON.stringify({ ...node, children: node.children.length });
      const element = this.#elements.get(node.id);
      if (!element) this.#elements.set(node.id, { key: { ...node }, node, text });
      else {
        if (element.text !== text) changed.push(element.key);
        element.node = node;
        element.text = text;
      }
      node.children.forEach(visit);
    };
    nodes.forEach(visit);
    for (const id of this.#elements.keys()) if (!known.has(id)) this.#elements.delete(id);
    return changed;
  }

  getChildren(parent?: ViewNode): ViewNode[] {
    // VS Code asks as it begins to show a view, and may lose a change that it is told of meanwhile.
    if (!parent) this.#take();
    const nodes = parent ? (this.#elements.get(parent.id)?.node.children ?? []) : this.#roots;
    return nodes.flatMap(({ id }) => this.#elements.get(id)?.key ?? []);
  }

  getTreeItem(key: ViewNode): vscode.TreeItem {
    const node = this.#elements.get(key.id)?.node ?? key;
    const { id, label, description, tooltip, spoken, icon, context, command, children } = node;
    const state =
      children.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
    const item = new vscode.TreeItem(label, state);
    const color = icon.color === null ? undefined : new vscode.ThemeColor(icon.color);
    item.id = id;
    item.description = description;
    item.tooltip = tooltipOf(tooltip);
    item.iconPath = new vscode.ThemeIcon(icon.name, color);
    item.contextValue = context;
    item.accessibilityInformation = { label: spoken };
    if (command) item.command = { command: command.command, title: label, arguments: [...command.arguments] };
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

interface Element {
  readonly key: ViewNode;
  node: ViewNode;
  text: string;
}

/** Which nodes there are, and in which order. */
function shapeOf(nodes: readonly ViewNode[]): string {
  return nodes.map(({ id, children }) => `${id}(${shapeOf(children)})`).join();
}
