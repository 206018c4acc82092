import type { CreateServerSide } from '../contestant.ts';
import { createHaversackSide } from './haversack.server.ts';

const createServerSide: CreateServerSide = (feed) => createHaversackSide(feed, { encodesUnits: true });
export default createServerSide;
