import { createServer, type ServerResponse } from 'node:http';
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import { createMcpHandler, fromJsonSchema, type JSONObject, McpServer } from '@modelcontextprotocol/server';
import { createSecret, sameSecret } from '../platform/randomSecret.ts';
import type { Log } from '../sync/types.ts';
import type { ToolAnswer } from './tools.ts';

/** One tool as package.json contributes it. */
export interface ToolContribution {
  readonly name: string;
  readonly displayName: string;
  readonly modelDescription: string;
  readonly inputSchema: JSONObject;
}

export interface McpServerOptions {
  readonly tools: readonly ToolContribution[];
  readonly call: (name: string, input: unknown) => Promise<ToolAnswer>;
  readonly version: string;
  readonly log: Log;
}

export interface RunningMcpServer {
  readonly url: string;
  /** Headers without which it answers nobody. */
  readonly headers: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The questions are short, bytes. */
const largestRequest = 64 << 10;
const mostConnections = 32;

/**
 * Serves the tools by the Model Context Protocol over HTTP, on this machine's loopback and to whoever has the token:
 * other users of the machine and pages in a browser have not. Stateless: nothing is kept between two requests.
 */
export async function startMcpServer({
  tools,
  call,
  version,
  log,
}: McpServerOptions): Promise<RunningMcpServer> {
  const authorization = `Bearer ${createSecret()}`;
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'runglass', title: 'Runglass', version });
    for (const { name, displayName: title, modelDescription: description, inputSchema } of tools)
      server.registerTool(
        name,
        {
          title,
          description,
          inputSchema: fromJsonSchema(inputSchema),
          annotations: { readOnlyHint: true, openWorldHint: false },
        },
        async (input) => {
          // What it throws is answered as an error in words.
          const answer = await call(name, input);
          return { content: [{ type: 'text', text: JSON.stringify(answer) }] };
        },
      );
    return server;
  });
  const serve = toNodeHandler(handler, {
    maxRequestBodySize: largestRequest,
    onerror: (error) => log.warn(`An MCP request failed: ${error.message}`),
  });
  const [fromHere, fromOurs] = [localhostHostValidation(), localhostOriginValidation()];
  const http = createServer((request, response) => {
    if (!fromHere(request, response) || !fromOurs(request, response)) return;
    if (request.url !== path) return refuse(response, 404);
    if (!sameSecret(request.headers.authorization ?? '', authorization)) return refuse(response, 401);
    void serve(request as Parameters<typeof serve>[0], response);
  });
  http.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', () => resolve());
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('The MCP server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}${path}`,
    headers: { Authorization: authorization },
    close: async () => {
      await handler.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

const path = '/mcp';

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end();
}
