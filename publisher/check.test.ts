import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PublishUnitBody } from '@haversack/contract';
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { checkUnitFolder, originOf, type PreparedUnit } from './check.ts';
import { describeFault } from './faults.ts';
import { BROKEN_UNITS } from './test/broken-units.ts';
import { editFile, makeUnitFolder, REEF, UNIT_ID, WELCOME } from './test/unit-folder.ts';

async function faultsOf(folder: string): Promise<string[]> {
  const result = await checkUnitFolder(folder);
  if (result.ok) return [];
  return result.faults.map((fault) => describeFault({ ...fault, file: relative(folder, fault.file) }));
}

async function prepared(folder: string): Promise<PreparedUnit> {
  const result = await checkUnitFolder(folder);
  if (!result.ok) throw new Error(result.faults.map(describeFault).join('\n'));
  return result.unit;
}

describe('checkUnitFolder', () => {
  it('[PB-1] finds nothing wrong with a sound folder', async () => {
    expect(await faultsOf(makeUnitFolder())).toEqual([]);
  });

  it.each(BROKEN_UNITS)('[PB-1] names file, line and fault: $name', async ({ file, from, to, faults }) => {
    const folder = makeUnitFolder();
    editFile(folder, file, from, to);
    expect(await faultsOf(folder)).toEqual(faults);
  });

  it('[PB-1] names every fault of every file in one go, in order', async () => {
    const folder = makeUnitFolder();
    editFile(folder, REEF, 'type: standard', 'type: video');
    editFile(folder, REEF, 'answer: right', 'answer: 12');
    editFile(folder, WELCOME, '![A coil of rope]', '![]');
    editFile(folder, 'unit.yaml', 'title: Knots\n', '');
    const places = (await faultsOf(folder)).map((fault) => fault.split(': ')[0]);
    expect(places).toEqual(['lessons/01-welcome.md:9', 'lessons/02-reef.md:3', 'lessons/02-reef.md:11', 'unit.yaml:1']);
  });

  it('[PB-1] says so when two exercises, or two files of lessons, have one key', async () => {
    const folder = makeUnitFolder();
    editFile(
      folder,
      WELCOME,
      'explanation: Friction holds.\n```\n',
      'explanation: Friction holds.\n```\n\n```exercise\nkey: strong\ntype: short_answer\nprompt: p\nanswer: a\nexplanation: e\n```\n',
    );
    renameSync(join(folder, REEF), join(folder, 'lessons/02-welcome.md'));
    editFile(folder, 'unit.yaml', '02-reef', '02-welcome');
    expect(await faultsOf(folder)).toEqual([
      'lessons/01-welcome.md:25: two exercises of this lesson have the key "strong"',
      'unit.yaml:14: two lessons have the key "welcome"; the key is the file name without its number',
    ]);
  });

  it('[PB-1] tells what a media file is by its bytes', async () => {
    const folder = makeUnitFolder();
    writeFileSync(join(folder, 'media/rope.webp'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    renameSync(join(folder, 'media/cover.webp'), join(folder, 'media/cover.png'));
    editFile(folder, 'unit.yaml', 'cover.webp', 'cover.png');
    truncateSync(join(folder, 'media/talk.mp3'), 40);
    expect(await faultsOf(folder)).toEqual([
      'lessons/01-welcome.md:4: "media/talk.mp3" holds no sound that can be read; is it cut off?',
      'lessons/01-welcome.md:9: "media/rope.webp" is not a picture that devices can show or play (jpg, png, webp, gif), whatever its name says',
      'unit.yaml:7: "media/cover.png" holds image/webp; rename it to end in .webp',
    ]);
  });

  it('[SE-6] reads nothing outside the folder through a link', async () => {
    const folder = makeUnitFolder();
    const elsewhere = makeUnitFolder();
    rmSync(join(folder, 'media/rope.webp'));
    symlinkSync(join(elsewhere, 'media/rope.webp'), join(folder, 'media/rope.webp'));
    expect(await faultsOf(folder)).toEqual([
      'lessons/01-welcome.md:9: "media/rope.webp" is a link that leads outside the unit\'s folder',
    ]);
  });

  it('[PB-1] says what is missing when the folder is no unit', async () => {
    const folder = makeUnitFolder();
    mkdirSync(join(folder, 'empty'));
    expect(await faultsOf(join(folder, 'empty'))).toEqual(['unit.yaml:1: this file is missing; every unit folder has one']);
    const missing = await checkUnitFolder(join(folder, 'nowhere'));
    expect(missing).toMatchObject({ ok: false, faults: [{ message: 'there is no such folder' }] });
  });
});

describe('the body that is published', () => {
  it('[PB-2] holds to the contract and says everything that the folder says', async () => {
    const { body, files } = await prepared(makeUnitFolder());
    expect(Value.Errors(PublishUnitBody, body)).toEqual([]);
    const [welcome, reef] = body.lessons;
    expect(body).toMatchObject({ id: UNIT_ID, title: 'Knots', learner_level: 'beginner', is_global: true });
    expect(body.lesson_order).toEqual([welcome?.id, reef?.id]);
    const byType = new Map(body.assets.map((asset) => [asset.id, asset]));
    const picture = /^Ropes hold the world together\.\n\n!\[A coil of rope\]\(asset:([0-9a-f-]{36})\)$/u.exec(
      welcome?.payload.body_markdown ?? '',
    );
    expect(byType.get(picture?.[1] ?? '')).toMatchObject({ type: 'image', content_type: 'image/webp', lesson_id: welcome?.id });
    expect(reef?.payload.body_markdown).toMatch(/\n\n## Sources\n\n- .+\n- CC-BY-4\.0$/u);
    expect(byType.get(body.art_asset_id ?? '')).toMatchObject({ type: 'image', lesson_id: null });
    expect(byType.get(welcome?.payload.audio_asset_id ?? '')).toMatchObject({ type: 'audio', content_type: 'audio/mpeg' });
    expect(welcome).toMatchObject({
      duration_seconds: 76,
      position: 0,
      lesson_type: 'intro',
      payload: { transcript: 'Ropes hold the world together.' },
    });
    expect(reef?.payload.exercises[0]).toMatchObject({
      type: 'short_answer',
      canonical_answer: 'right',
      accepted_answers: ['the right'],
    });
    const [choice] = welcome?.payload.exercises ?? [];
    expect(choice).toMatchObject({
      learning_objective_id: body.learning_objectives[0]?.id,
      correct_option_id: choice?.type === 'multiple_choice' ? choice.options[0]?.id : '',
    });
    expect(files.map(({ path }) => path).sort()).toEqual(['media/cover.webp', 'media/rope.webp', 'media/talk.mp3']);
  });

  it('[PB-2] keeps every id when words change and lessons change places', async () => {
    const folder = makeUnitFolder();
    const before = await prepared(folder);
    renameSync(join(folder, WELCOME), join(folder, 'lessons/09-welcome.md'));
    editFile(
      folder,
      'unit.yaml',
      '  - lessons/01-welcome.md\n  - lessons/02-reef.md',
      '  - lessons/02-reef.md\n  - lessons/09-welcome.md',
    );
    editFile(folder, 'lessons/09-welcome.md', 'Which one holds?', 'Which one holds best?');
    const after = await prepared(folder);
    expect(after.body.lesson_order).toEqual([...before.body.lesson_order].reverse());
    const ids = (unit: PreparedUnit): Set<string> => new Set(JSON.stringify(unit.body).match(/[0-9a-f]{8}-[0-9a-f-]{27}/gu));
    expect(ids(after)).toEqual(ids(before));
  });

  it('[PB-2] is the same whether lines end as on Windows or not', async () => {
    const folder = makeUnitFolder();
    const { body } = await prepared(folder);
    for (const file of ['unit.yaml', WELCOME, REEF, 'media/talk.txt']) {
      const text = readFileSync(join(folder, file), 'utf8');
      writeFileSync(join(folder, file), `\uFEFF${text.replaceAll('\n', '\r\n')}`);
    }
    expect((await prepared(folder)).body).toEqual(body);
  });

  it('[PB-1] leads a path of the body back to its file and line', async () => {
    const folder = makeUnitFolder();
    const { origins } = await prepared(folder);
    const at = (pointer: string): string =>
      `${relative(folder, originOf(pointer, origins).file)}:${originOf(pointer, origins).line}`;
    expect(at('/title')).toBe('unit.yaml:2');
    expect(at('/lessons/1/payload/exercises/0/accepted_answers/0')).toBe('lessons/02-reef.md:13');
    expect(at('/lessons/0/payload/exercises/0/options/1/feedback')).toBe('lessons/01-welcome.md:19');
    expect(at('/assets/0/object_id')).toBe('unit.yaml:7');
    expect(at('/unheard-of')).toBe('unit.yaml:1');
  });
});
