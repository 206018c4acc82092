import { checkArea, checkDatabaseName, checkExportName, checkFileName } from './names.ts';

const HASH = 'a'.repeat(64);
const OUTSIDE = ['', '.', '..', '../x', 'a/b', 'a\\b', 'A', 'a.b', 'a b', 'ä', 'a\0', 'a\n', 'x'.repeat(101)];

describe('names that reach the disk', () => {
  it.each(OUTSIDE)('[SE-6] refuses %j as a database and as an area', (name) => {
    expect(() => checkDatabaseName(name)).toThrow('not a database name');
    expect(() => checkArea(name)).toThrow('not an area');
  });

  it.each([...OUTSIDE, HASH, `${HASH}.`, `${HASH}.mp3.tmp`, `../${HASH}.mp3`, `${HASH}.mp3/..`, `${HASH}.MP3`, `${HASH}.mp3\n`])(
    '[SE-6] refuses %j as a file',
    (name) => {
      expect(() => checkFileName(name)).toThrow('not the name of a stored file');
    },
  );

  it.each([...OUTSIDE, '.json', 'a', '../a.json', 'a/b.json', 'a.json.exe', 'a.json\n'])(
    '[SE-6] refuses %j as an exported file',
    (name) => {
      expect(() => checkExportName(name)).toThrow('not the name of an exported file');
    },
  );

  it('[SE-6] lets those through that the ports name', () => {
    expect(checkDatabaseName('person-0198c2d2')).toBe('person-0198c2d2');
    expect(checkArea('0198c2d2-7b1e')).toBe('0198c2d2-7b1e');
    expect(checkFileName(`${HASH}.mp3`)).toBe(`${HASH}.mp3`);
    expect(checkExportName('haversack-unsent-2026-11-24.json')).toBe('haversack-unsent-2026-11-24.json');
    expect(checkFileName(`${HASH}.mp3.part`)).toBe(`${HASH}.mp3.part`);
  });
});
