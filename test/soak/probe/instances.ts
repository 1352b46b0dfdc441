import { Session } from 'node:inspector';

/** Where plain code and the debugger hand each other objects. */
const hand: { prototype: object | null; found: readonly unknown[] } = { prototype: null, found: [] };
const name = '__soakHand';

/** Everything alive in this process that has `prototype` in its chain, as V8 tells a debugger; collects garbage before. */
export function instancesOf(prototype: object): readonly unknown[] {
  const session = new Session();
  session.connect();
  hand.prototype = prototype;
  Object.defineProperty(globalThis, name, { value: hand, configurable: true });
  try {
    const of = idOf(post(session, 'Runtime.evaluate', { expression: `${name}.prototype` }).result);
    const all = idOf(post(session, 'Runtime.queryObjects', { prototypeObjectId: of }).objects);
    const take = `function () { ${name}.found = this; }`;
    post(session, 'Runtime.callFunctionOn', { objectId: all, functionDeclaration: take });
    return hand.found;
  } finally {
    Reflect.deleteProperty(globalThis, name);
    hand.prototype = null;
    hand.found = [];
    session.disconnect();
  }
}

type Reply = Readonly<Record<string, { readonly objectId?: string } | undefined>>;

/** A session on its own thread has the answer before `post` returns. */
function post(session: Session, method: string, params: object): Reply {
  let reply: Reply = {};
  session.post(method, params, (error, result) => {
    if (error) throw error;
    reply = result as Reply;
  });
  return reply;
}

function idOf(object: { readonly objectId?: string } | undefined): string {
  if (object?.objectId === undefined) throw new Error('V8 did not tell what is alive.');
  return object.objectId;
}
