/** The first lines of an HTTP request. */
export interface RequestHead {
  /** Path with query. */
  readonly path: string;
  readonly isWebSocket: boolean;
}

/** Follows the requests of one connection as they pass and makes their Host that of the target. */
export class RequestHeads {
  readonly #host: () => string;
  readonly #onHead: (head: RequestHead) => void;
  /** The beginning of a head whose end has not come yet. */
  #begun = Buffer.alloc(0);
  /** Bytes until the next head. */
  #body = 0;

  constructor(host: () => string, onHead: (head: RequestHead) => void) {
    this.#host = host;
    this.#onHead = onHead;
  }

  /** Returns what is to be passed on; throws on a body whose length is not said in the head. */
  read(chunk: Buffer): Buffer {
    const out: Buffer[] = [];
    let rest = Buffer.concat([this.#begun, chunk]);
    this.#begun = Buffer.alloc(0);
    while (rest.length > 0) {
      const head = this.#body > 0 ? 0 : rest.indexOf('\r\n\r\n') + 4;
      if (this.#body === 0 && head < 4) {
        this.#begun = rest;
        break;
      }
      const size = head || Math.min(rest.length, this.#body);
      const part = rest.subarray(0, size);
      if (head) out.push(Buffer.from(this.#readHead(part.toString('latin1')), 'latin1'));
      else out.push(part);
      if (!head) this.#body -= size;
      rest = rest.subarray(size);
    }
    return Buffer.concat(out);
  }

  #readHead(text: string): string {
    if (/^transfer-encoding:/im.test(text)) throw new Error('The proxy follows no chunked requests.');
    const isWebSocket = /^upgrade: *websocket/im.test(text);
    this.#body = isWebSocket ? Number.POSITIVE_INFINITY : Number(/^content-length: *(\d+)/im.exec(text)?.[1]);
    if (Number.isNaN(this.#body)) this.#body = 0;
    this.#onHead({ path: /^\S+ (\S+)/.exec(text)?.[1] ?? '', isWebSocket });
    return text.replace(/^(host: *)[^\r]*/im, `$1${this.#host()}`);
  }
}
