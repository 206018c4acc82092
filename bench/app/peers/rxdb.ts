import './production.ts';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import type { Contestant } from '../contestant.ts';
import { installedVersion } from './installed.ts';
import { openRxdb } from './rxdb-store.ts';

const contestant: Contestant = {
  name: 'rxdb',
  version: installedVersion('rxdb'),
  durability: 'none: memory',
  notes:
    'its storages that are durable on Node cost money, and the trial of one holds 500 documents; so what it does here no disk has seen; one ' +
    'HTTP replication for each of three collections, as its documentation shows it',
  leftOut: { W3: 'nothing is there to be opened: its memory storage ends with the process' },
  open: (options) => openRxdb(getRxStorageMemory(), options),
};
export default contestant;
