import type { App } from '../modules/infrastructure/public.ts';

/**
 * Which of several nodes takes the next request. They take turns, as behind a proxy; but a node may answer from memory that is
 * at most a second behind another (wire, "Content"), and it believes a token for up to a minute after another has revoked it.
 * So what a caller reads from memory is read where the last write that concerns it went.
 */
export interface NodeChoice {
  /** The node that takes turns with no other. */
  first: App;
  pick(callerId: string, method: string, path: string): App;
  /** Call when the answer is there. */
  settled(callerId: string, method: string, path: string, node: App): void;
}

/** Read from memory: where a learner's feed stands. */
const FROM_MEMORY = /\/content\/units\/(?:sync|digest)/;
/** A publisher's units go with their account. */
const EVERYBODYS = /\/content\/units\/|\/objects\/|\/users\/me\/delete/;
const ACCOUNT = /\/users\//;

export function createNodeChoice(nodes: readonly [App, ...App[]]): NodeChoice {
  const [first] = nodes;
  /** Callers whose token or account has changed: from then on at one node. */
  const pinned = new Map<string, App>();
  const lastWrites = new Map<string, App>();
  let lastPublish = first;
  let turn = 0;
  return {
    first,
    pick(callerId, method, path) {
      // Guesses are counted a node (module user, `Throttle`).
      if (callerId === '' && ACCOUNT.test(path)) return first;
      const pin = pinned.get(callerId);
      if (pin !== undefined) return pin;
      if (method === 'GET' && FROM_MEMORY.test(path)) return lastWrites.get(callerId) ?? lastPublish;
      turn += 1;
      return nodes[turn % nodes.length] ?? first;
    },
    settled(callerId, method, path, node) {
      if (method === 'GET') return;
      if (ACCOUNT.test(path)) pinned.set(callerId, node);
      if (EVERYBODYS.test(path)) {
        lastPublish = node;
        lastWrites.clear();
      } else if (!ACCOUNT.test(path)) lastWrites.set(callerId, node);
    },
  };
}
