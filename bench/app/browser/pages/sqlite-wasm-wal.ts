import { expose } from '../page.ts';
import { makePlainSqlite } from './sqlite-wasm-page.ts';

expose(makePlainSqlite('wal'));
