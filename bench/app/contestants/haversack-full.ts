import { makeHaversack } from './haversack-cache.ts';

/** The job that the peers do: every unit whole on the device, as if each had been opened once. */
export default makeHaversack('haversack-full', { storesUnitsWhole: true });
