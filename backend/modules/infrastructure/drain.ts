import type { App } from './app-type.ts';

/** Whether this node has been told to stop. */
export interface Drain {
  isDraining(): boolean;
  begin(): void;
}

export function createDrain(): Drain {
  let draining = false;
  return {
    isDraining: () => draining,
    begin() {
      draining = true;
    },
  };
}

/** Once the node drains, each answer is the last on its connection: none is left open that closing would cut in mid-request. */
export function registerDrain(app: App, drain: Drain): void {
  app.addHook('onRequest', async (_request, reply) => {
    if (drain.isDraining()) reply.header('connection', 'close');
  });
}
