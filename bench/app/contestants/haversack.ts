import { makeHaversack } from './haversack-cache.ts';

/** What a phone does: every unit of the catalogue as a line with its lessons' titles (docs/decisions/0011-a-phone-asks-small.md). */
export default makeHaversack('haversack', { storesUnitsWhole: false });
