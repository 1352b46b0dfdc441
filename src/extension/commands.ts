import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import type { DashboardCommand } from '../shared/protocol.ts';
import { type CommandId, commands } from './ids.ts';

/** What each command does; arguments come from anybody and are decoded by the handler. */
export type CommandHandlers = { readonly [K in keyof typeof commands]: (argument: unknown) => unknown };

/** Registers every command of ours; the first that runs loads what they do. */
export function registerCommands(load: () => Promise<CommandHandlers>): Disposable {
  let handlers: Promise<CommandHandlers> | null = null;
  const store = new DisposableStore();
  for (const name of Object.keys(commands) as (keyof typeof commands)[])
    store.add(
      vscode.commands.registerCommand(commands[name], async (argument: unknown) => {
        handlers ??= load();
        return (await handlers)[name](meant(argument));
      }),
    );
  return store;
}

/** VS Code hands the address of the editor to what its menu runs, which no command of ours asks for; null is nothing. */
function meant(argument: unknown): unknown {
  return argument instanceof vscode.Uri ? undefined : (argument ?? undefined);
}

/** The command that runs when the page asks for `command`, which is called the same there. */
export function commandOfPage(command: DashboardCommand): CommandId {
  return commands[command];
}
