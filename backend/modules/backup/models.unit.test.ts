import { describe, expect, it } from 'vitest';
import { COPY_NAME, copyName, inOrderOfNeed } from './models.ts';

describe('the tables of a copy', () => {
  it('come after those that they refer to', () => {
    const table = (name: string, ...needs: string[]) => ({ name, columns: [], needs });
    const ordered = inOrderOfNeed([
      table('answers', 'people', 'tasks'),
      table('people', 'people'),
      table('tasks', 'people', 'elsewhere'),
    ]);
    expect(ordered.map(({ name }) => name)).toEqual(['people', 'tasks', 'answers']);
    expect(() => inOrderOfNeed([table('hen', 'egg'), table('egg', 'hen')])).toThrow('circle');
  });

  it('lie in a folder whose name sorts by time', () => {
    expect(copyName(Date.UTC(2026, 10, 26, 9, 41, 34, 999))).toBe('2026-11-26T09-41-34Z');
    expect(COPY_NAME.test(copyName(0))).toBe(true);
    expect(COPY_NAME.test(`${copyName(0)}.partial`)).toBe(false);
  });
});
