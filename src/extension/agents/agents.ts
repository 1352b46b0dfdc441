import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import { t } from '../../shared/l10n.ts';
import { mcpProviderId, type ToolName, toolNames } from '../ids.ts';
import { describeError } from '../platform/log.ts';
import type { Log } from '../sync/types.ts';
import type { RunningMcpServer, ToolContribution } from './mcpServer.ts';
import type { AgentTools } from './tools.ts';

export interface AgentsOptions {
  /** The manifest of the extension, which describes the tools. */
  readonly manifest: {
    readonly version: string;
    readonly contributes: { readonly languageModelTools: readonly ToolContribution[] };
  };
  readonly loadTools: () => Promise<AgentTools>;
  readonly log: Log;
}

/** Offers the tools to agents: in this editor as language-model tools, and by the Model Context Protocol. */
export function registerAgents(options: AgentsOptions): Disposable {
  const store = new DisposableStore();
  for (const name of Object.values(toolNames))
    store.add(vscode.lm.registerTool(name, languageModelTool(name, options)));
  const server = store.add(new McpServerProvider(options));
  store.add(vscode.lm.registerMcpServerDefinitionProvider(mcpProviderId, server));
  return store;
}

const messages: Readonly<Record<ToolName, () => string>> = {
  runglass_usage: () => t('Reading usage from Runglass'),
  runglass_runs: () => t('Reading training runs from Runglass'),
};

function languageModelTool(name: ToolName, { loadTools }: AgentsOptions): vscode.LanguageModelTool<unknown> {
  return {
    prepareInvocation: () => ({ invocationMessage: messages[name]() }),
    invoke: async ({ input }) => {
      const answer = await (await loadTools()).call(name, input);
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(answer))]);
    },
  };
}

/** Tells of the server before it runs; it is started when somebody connects to it, and runs as long as the window. */
class McpServerProvider
  implements vscode.McpServerDefinitionProvider<vscode.McpHttpServerDefinition>, Disposable
{
  readonly #options: AgentsOptions;
  #server: Promise<RunningMcpServer> | null = null;

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  provideMcpServerDefinitions(): vscode.McpHttpServerDefinition[] {
    const { version } = this.#options.manifest;
    return [new vscode.McpHttpServerDefinition('Runglass', vscode.Uri.parse(unknownUrl), {}, version)];
  }

  async resolveMcpServerDefinition(
    definition: vscode.McpHttpServerDefinition,
  ): Promise<vscode.McpHttpServerDefinition> {
    this.#server ??= this.#start();
    const { url, headers } = await this.#server;
    definition.uri = vscode.Uri.parse(url);
    definition.headers = { ...headers };
    return definition;
  }

  dispose(): void {
    this.#server?.then((server) => server.close()).catch(() => {});
    this.#server = null;
  }

  async #start(): Promise<RunningMcpServer> {
    const { manifest, loadTools, log } = this.#options;
    try {
      const [{ startMcpServer }, tools] = await Promise.all([import('./mcpServer.ts'), loadTools()]);
      const server = await startMcpServer({
        tools: manifest.contributes.languageModelTools,
        call: (name, input) => tools.call(name, input),
        version: manifest.version,
        log,
      });
      log.info('The MCP server has started.');
      return server;
    } catch (error) {
      // The next one who connects tries again.
      this.#server = null;
      log.error(`The MCP server could not start: ${describeError(error)}`);
      throw error;
    }
  }
}

/** Its port is known when it runs. */
const unknownUrl = 'http://127.0.0.1/mcp';
