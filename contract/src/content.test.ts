import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { PublishUnitBody, SyncQuery, Unit } from './content.ts';

const id = (n: number) => `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const at = '2026-11-24T08:15:30.123456Z';
const unit: Unit = {
  id: id(1),
  title: 'Water',
  description: '',
  learner_level: 'beginner',
  is_global: true,
  owner_id: id(2),
  learning_objectives: [],
  lesson_order: [id(3)],
  schema_version: 1,
  version: 1,
  updated_at: at,
  in_my_units: false,
  download_size_bytes: 0,
  art_asset_id: null,
  lessons: [
    {
      id: id(3),
      unit_id: id(1),
      title: 'Boil it',
      position: 0,
      lesson_type: 'standard',
      schema_version: 1,
      updated_at: at,
      duration_seconds: null,
      payload: { body_markdown: 'Boil it.', audio_asset_id: null, transcript: null, exercises: [] },
    },
  ],
  assets: [],
};

describe('schemas of the wire', () => {
  it('[CT-6] takes a unit without schema_version for publication, whole in the feed alone', () => {
    const { schema_version: _, ...without } = unit;
    expect(Value.Check(PublishUnitBody, without)).toBe(true);
    expect(Value.Check(Unit, without)).toBe(false);
  });

  it('[CT-8] lets a pulled unit be put back as it is, and refuses a field that nobody knows', () => {
    expect(Value.Check(PublishUnitBody, unit)).toBe(true);
    expect(Value.Check(PublishUnitBody, { ...unit, colour: 'blue' })).toBe(false);
  });

  it('leaves answers open for newer servers and queries closed', () => {
    expect(Value.Check(Unit, { ...unit, colour: 'blue' })).toBe(true);
    expect(Value.Check(SyncQuery, { user_id: id(2) })).toBe(false);
  });
});
