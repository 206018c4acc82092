import { PublishUnitBody } from '@haversack/contract';
import { describe, expect, it } from 'vitest';
import { findHostileJson } from './json.ts';
import { createChecker } from './validation.ts';

describe('faults', () => {
  it('[CT-8] of a union are told of the branch that was meant', () => {
    const check = createChecker(PublishUnitBody);
    const id = '0190a000-0000-7000-8000-000000000001';
    const body = (exercise: unknown) => ({
      id,
      title: 'T',
      description: '',
      learner_level: 'beginner',
      is_global: true,
      lesson_order: [],
      learning_objectives: [],
      assets: [],
      lessons: [
        { id, unit_id: id, title: 'L', position: 0, lesson_type: 'intro', payload: { body_markdown: '', exercises: [exercise] } },
      ],
    });
    const at = '/lessons/0/payload/exercises/0';
    expect(check(body({ id, type: 'short_answer', prompt: 'p', canonical_answer: 'a', accepted_answers: [] }))).toEqual([]);
    expect(check(body({ id, type: 'short_answer', prompt: 'p', canonical_answer: 'a' }))).toEqual([
      { path: `${at}/accepted_answers`, message: 'is missing' },
    ]);
    expect(check(body({ id, type: 'essay', prompt: 'p' })).map((fault) => fault.path)).toEqual([at]);
    expect(check(body(3)).map((fault) => fault.path)).toEqual([at]);
    expect(check({ ...body(0), lessons: [], art_asset_id: 7 }).map((fault) => fault.path)).toEqual(['/art_asset_id']);
  });

  it('[SE-2] cost no more to tell than the value is large, however many there are', () => {
    const check = createChecker(PublishUnitBody);
    const payload = (count: number) => ({ lessons: [{ payload: { exercises: Array.from({ length: count }, () => ({})) } }] });
    const startedAt = performance.now();
    expect(check(payload(10_000)).length).toBeGreaterThan(1);
    expect(check(payload(300_000)).length).toBeGreaterThanOrEqual(1);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('[SE-2] a field __proto__ is found in its place', () => {
    expect(findHostileJson(JSON.parse('{"a":[{"__proto__":{"b":1}}]}'))?.path).toBe('/a/0/__proto__');
  });

  it('[SE-2] of what no database keeps are found at any depth', () => {
    expect(findHostileJson({ a: [{ b: 'fine' }] })).toBeNull();
    expect(findHostileJson({ a: [{ b: 'x\0' }] })?.path).toBe('/a/0/b');
    expect(findHostileJson({ 'a/b': '\udc00' })?.path).toBe('/a~1b');
    expect(findHostileJson({ 'k\0': 1 })?.path).toBe('');
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(findHostileJson(deep)?.message).toContain('nested');
  });
});
