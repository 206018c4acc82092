import { makeRaw } from './raw-limit.ts';

/** For what must outlive a power cut: the limit beside which writes of a learner are held. */
export default makeRaw('raw-full', 'FULL');
