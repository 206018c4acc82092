import type { CreateServerSide } from '../contestant.ts';
import { headOf } from './client.ts';
import { createPages, type Page } from './pages.ts';

/** `GET /pull?after=`: what `pullChanges` returns. Its records are rows of SQLite, so a payload is a string. */
const createServerSide: CreateServerSide = (feed) => {
  const pages = createPages(feed, encode);
  return {
    prepare: pages.prepare,
    handle(request, response) {
      pages.answer(response, Number(new URL(request.url ?? '', 'http://bench').searchParams.get('after')));
    },
  };
};
export default createServerSide;

function encode({ units, seq, isLast }: Page): string {
  const changesOf = (records: readonly { id: string; version: number }[]) => ({
    created: records.filter(({ version }) => version === 1).map(({ version: _version, ...record }) => record),
    updated: records.filter(({ version }) => version > 1).map(({ version: _version, ...record }) => record),
    deleted: [],
  });
  const heads = units.map((unit) => ({ ...headOf(unit), unit_version: unit.version, version: unit.version }));
  const lessons = units.flatMap(({ lessons, version }) =>
    lessons.map((lesson) => ({ ...lesson, payload: JSON.stringify(lesson.payload), version })),
  );
  const assets = units.flatMap(({ assets, version }) => assets.map((asset) => ({ ...asset, version })));
  const changes = { units: changesOf(heads), lessons: changesOf(lessons), assets: changesOf(assets) };
  return JSON.stringify({ changes, timestamp: seq, has_more: !isLast });
}
