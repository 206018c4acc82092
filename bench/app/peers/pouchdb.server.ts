import './production.ts';
import express from 'express';
import expressPouchdb from 'express-pouchdb';
import PouchDB from 'pouchdb';
import memory from 'pouchdb-adapter-memory';
import type { CreateServerSide } from '../contestant.ts';
import { PAGE_UNITS } from './pages.ts';
import { documentsOf } from './pouchdb-documents.ts';

/** express-pouchdb over databases in memory: the peer's own protocol, the fastest server that its packages give. */
const createServerSide: CreateServerSide = async (feed) => {
  PouchDB.plugin(memory);
  const Server = PouchDB.defaults({ adapter: 'memory' });
  const units = new Server('units');
  const events = new Server('events');
  const app = express().use(expressPouchdb(Server, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' }));
  let knownHead = 0;

  return {
    async prepare() {
      for (let hasMore = true; hasMore; ) {
        const changes = feed.since(knownHead, PAGE_UNITS);
        const documents = changes.flatMap(({ unit }) => documentsOf(unit));
        const known = await units.allDocs({ keys: documents.map(({ _id }) => _id) });
        const revisions = known.rows.map(({ value }) => (value ? { _rev: value.rev } : {}));
        await units.bulkDocs(documents.map((document, at) => ({ ...document, ...revisions[at] })));
        knownHead = changes.at(-1)?.seq ?? knownHead;
        hasMore = changes.length === PAGE_UNITS;
      }
    },
    handle: (request, response) => app(request, response),
    countEvents: async () => (await events.info()).doc_count,
  };
};
export default createServerSide;
