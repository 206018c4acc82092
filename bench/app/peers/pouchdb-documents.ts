import type { BenchAsset, BenchLesson, BenchUnit, ListRow } from '../contestant.ts';
import { headOf } from './client.ts';

/** Two documents a unit: what lists show, and what opening it needs. More and smaller ones are slower to replicate. */
export interface HeadDocument extends Omit<ListRow, 'id'> {
  _id: string;
  unit_id: string;
}
export interface ContentDocument {
  _id: string;
  head_id: string;
  lessons: BenchLesson[];
  assets: BenchAsset[];
}

/** Sorts by position, as documents do. */
const headId = (position: number): string => `head:${String(position).padStart(9, '0')}`;
export const contentId = (unitId: string): string => `content:${unitId}`;

export function documentsOf(unit: BenchUnit): (HeadDocument | ContentDocument)[] {
  const { id, ...head } = headOf(unit);
  return [
    { _id: headId(unit.position), unit_id: id, ...head },
    { _id: contentId(id), head_id: headId(unit.position), lessons: unit.lessons, assets: unit.assets },
  ];
}
