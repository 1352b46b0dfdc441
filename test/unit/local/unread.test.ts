import assert from 'node:assert/strict';
import { type Reader, Unread } from '../../../src/local/realtime/unread.ts';

class Client implements Reader {
  unread = 0;
  isCutOff = false;

  cutOff(): void {
    this.unread = 0;
    this.isCutOff = true;
  }
}

describe('what clients leave unread', () => {
  let clients: Client[];
  let unread: Unread;
  beforeEach(() => {
    clients = Array.from({ length: 4 }, () => new Client());
    unread = new Unread({ unread: 100, allUnread: 160 }, clients);
  });
  const write = (index: number, bytes: number, isRead = false) => {
    const client = clients[index];
    assert.ok(client);
    if (!isRead) client.unread += bytes;
    unread.wrote(client, bytes);
  };
  const cutOff = () => clients.flatMap(({ isCutOff }, index) => (isCutOff ? [index] : []));

  it('is bounded for each', () => {
    write(0, 100);
    assert.deepEqual(cutOff(), []);
    write(0, 1);
    assert.deepEqual(cutOff(), [0]);
  });

  it('is bounded for all: whoever leaves most is cut off, not whoever is written to', () => {
    write(0, 50);
    write(1, 60);
    write(2, 50);
    assert.deepEqual(cutOff(), []);
    write(3, 10);
    assert.deepEqual(cutOff(), [1]);
    write(3, 60);
    assert.deepEqual(cutOff(), [1, 3], 'what the first had left is gone with it');
  });

  it('says nothing against those who read, however much that is', () => {
    write(0, 90);
    for (let n = 0; n < 100; n++) write(1, 1_000, true);
    assert.deepEqual(cutOff(), []);
  });
});
