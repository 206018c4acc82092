import type { CreateServerSide } from '../contestant.ts';
import { headOf } from './client.ts';
import { createPages } from './pages.ts';

/** `GET /pull?after=`: rows by table, as `setRow` takes them; cells hold no objects, so a payload is a string. */
const createServerSide: CreateServerSide = (feed) => {
  const pages = createPages(feed, ({ units, seq, isLast }) =>
    JSON.stringify({
      units: units.map(headOf),
      lessons: units.flatMap(({ lessons }) => lessons.map((lesson) => ({ ...lesson, payload: JSON.stringify(lesson.payload) }))),
      assets: units.flatMap(({ assets }) => assets),
      seq,
      hasMore: !isLast,
    }),
  );
  return {
    prepare: pages.prepare,
    handle(request, response) {
      pages.answer(response, Number(new URL(request.url ?? '', 'http://bench').searchParams.get('after')));
    },
  };
};
export default createServerSide;
