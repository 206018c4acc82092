import { makeRaw } from './raw-limit.ts';

export default makeRaw('raw', 'NORMAL');
