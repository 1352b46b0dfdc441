import { IncomingMessage } from 'node:http';

/**
 * A request whose `Upgrade` to anything but a WebSocket is passed over and which is answered as if it had none (RFC 9110,
 * section 7.8): Java's HTTP client asks for `h2c` whenever it first connects. Node asks for a callback only since 24.9,
 * and hands all of them to whoever listens for one; VS Code 1.101 has Node 22.
 */
export class UpgradableRequest extends IncomingMessage {
  /** As Node's parser found it. Declared only: Node's constructor sets it before a field here would be. */
  declare wantsUpgrade: boolean | null;

  get upgrade(): boolean | null {
    if (!this.wantsUpgrade || this.method === 'CONNECT') return this.wantsUpgrade;
    return this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(value: boolean | null) {
    this.wantsUpgrade = value;
  }
}
