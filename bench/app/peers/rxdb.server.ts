import type { BenchUnit, CreateServerSide } from '../contestant.ts';
import { headOf } from './client.ts';
import { createPages, type Page } from './pages.ts';

/** `GET /<collection>?after=`: a pull handler's documents and checkpoint. The pages of the three collections hold the same units. */
const createServerSide: CreateServerSide = (feed) => {
  const collections = {
    units: createPages(
      feed,
      encodeWith((unit) => [headOf(unit)]),
    ),
    lessons: createPages(
      feed,
      encodeWith(({ lessons }) => lessons),
    ),
    assets: createPages(
      feed,
      encodeWith(({ assets }) => assets),
    ),
  };
  return {
    prepare() {
      for (const { prepare } of Object.values(collections)) void prepare();
    },
    handle(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://bench');
      collections[pathname.slice(1) as keyof typeof collections].answer(response, Number(searchParams.get('after')));
    },
  };
};
export default createServerSide;

const encodeWith =
  (documentsOf: (unit: BenchUnit) => object[]) =>
  ({ units, seq }: Page): string =>
    JSON.stringify({
      documents: units.flatMap(documentsOf).map((document) => ({ ...document, _deleted: false })),
      checkpoint: { seq },
    });
