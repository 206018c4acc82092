import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { openRxdb } from '../../peers/rxdb-store.ts';
import { expose } from '../page.ts';

expose({
  start: async () => undefined,
  open: (serverUrl) => openRxdb(getRxStorageDexie(), { serverUrl, eventsUrl: '' }),
});
