import { ASSET_EXTENSION_BY_CONTENT_TYPE, ASSET_SCHEME, type FieldError, type PublishUnitBody } from '@haversack/contract';

type Body = PublishUnitBody;
type Report = (path: string, message: string) => void;

const ADDRESS = new RegExp(`\\]\\(\\s*<?${ASSET_SCHEME}([^)\\s>]*)`, 'g');

/**
 * What a schema cannot say about a unit, every fault with its path (rule CT-8). Paths point into the body as it was sent.
 * `sizes`: bytes of the objects that the store holds.
 */
export function findUnitFaults(body: Body, unitId: string, sizes: ReadonlyMap<string, number>): FieldError[] {
  const faults: FieldError[] = [];
  const report: Report = (path, message) => void faults.push({ path, message });
  if (!same(body.id, unitId)) report('/id', 'must be the id in the address');
  checkLessons(body, report);
  checkAssets(body, sizes, report);
  const assets = new Map(body.assets.map((asset) => [fold(asset.id), asset.type]));
  const mustBe = (type: string, id: string | null | undefined, path: string): void => {
    if (id === null || id === undefined) return;
    const found = assets.get(fold(id));
    if (found === undefined) report(path, `names asset ${id}, which the unit does not have`);
    else if (found !== type) report(path, `names asset ${id}, which is of type ${found} instead of ${type}`);
  };
  mustBe('image', body.art_asset_id, '/art_asset_id');
  for (const [index, { payload }] of body.lessons.entries()) {
    const path = `/lessons/${index}/payload`;
    mustBe('audio', payload.audio_asset_id, `${path}/audio_asset_id`);
    for (const id of picturesIn(payload.body_markdown)) mustBe('image', id, `${path}/body_markdown`);
    checkExercises(body, index, report);
  }
  checkUnique(body, report);
  return faults;
}

/** Ids in `![…](asset:<id>)`. Looked for from the address backwards: one pattern for all of it takes the square of a hostile text's length. */
function picturesIn(markdown: string): string[] {
  return [...markdown.matchAll(ADDRESS)].flatMap(({ 1: id = '', index }) => {
    const alt = markdown.slice(markdown.lastIndexOf(']', index - 1) + 1, index);
    return alt.includes('![') ? [id] : [];
  });
}

function checkLessons(body: Body, report: Report): void {
  const lessons = new Set(body.lessons.map((lesson) => fold(lesson.id)));
  const ordered = new Set<string>();
  for (const [index, id] of body.lesson_order.entries()) {
    const path = `/lesson_order/${index}`;
    if (!lessons.has(fold(id))) report(path, `names lesson ${id}, which the unit does not have`);
    if (ordered.has(fold(id))) report(path, `names lesson ${id} a second time`);
    ordered.add(fold(id));
  }
  for (const [index, lesson] of body.lessons.entries()) {
    if (!ordered.has(fold(lesson.id))) report(`/lessons/${index}/id`, 'is missing in lesson_order');
    if (!same(lesson.unit_id, body.id)) report(`/lessons/${index}/unit_id`, 'must be the id of the unit');
  }
}

function checkAssets(body: Body, sizes: ReadonlyMap<string, number>, report: Report): void {
  const lessons = new Set(body.lessons.map((lesson) => fold(lesson.id)));
  for (const [index, asset] of body.assets.entries()) {
    const path = `/assets/${index}`;
    if (!same(asset.unit_id, body.id)) report(`${path}/unit_id`, 'must be the id of the unit');
    if (typeof asset.lesson_id === 'string' && !lessons.has(fold(asset.lesson_id))) {
      report(`${path}/lesson_id`, `names lesson ${asset.lesson_id}, which the unit does not have`);
    }
    if (ASSET_EXTENSION_BY_CONTENT_TYPE[asset.content_type] === undefined)
      report(`${path}/content_type`, 'is not among the types allowed');
    else if (!asset.content_type.startsWith(`${asset.type}/`)) report(`${path}/content_type`, `is not a type of ${asset.type}`);
    if (asset.checksum !== `sha256:${asset.object_id}`) report(`${path}/checksum`, 'must be sha256: and the object_id');
    const size = sizes.get(asset.object_id);
    if (size === undefined) report(`${path}/object_id`, 'names an object that was not uploaded');
    else if (size !== asset.size_bytes) report(`${path}/size_bytes`, `is not the size of the object (${size})`);
  }
}

function checkExercises(body: Body, lessonIndex: number, report: Report): void {
  const objectives = new Set(body.learning_objectives.map((objective) => fold(objective.id)));
  for (const [index, exercise] of (body.lessons[lessonIndex]?.payload.exercises ?? []).entries()) {
    const path = `/lessons/${lessonIndex}/payload/exercises/${index}`;
    const objective = exercise.learning_objective_id;
    if (typeof objective === 'string' && !objectives.has(fold(objective))) {
      report(`${path}/learning_objective_id`, `names objective ${objective}, which the unit does not have`);
    }
    if (exercise.type !== 'multiple_choice') continue;
    if (!exercise.options.some((option) => same(option.id, exercise.correct_option_id))) {
      report(`${path}/correct_option_id`, 'is none of the options');
    }
    reportRepeated(exercise.options, (option) => `${path}/options/${option}/id`, report);
  }
}

/** Ids of lessons, assets, objectives and exercises, each of which must be one of its kind in the unit. */
function checkUnique(body: Body, report: Report): void {
  const parts = [
    ...body.lessons.map(({ id }, index) => ({ id, path: `/lessons/${index}/id` })),
    ...body.assets.map(({ id }, index) => ({ id, path: `/assets/${index}/id` })),
  ];
  reportRepeated(parts, (index) => parts[index]?.path ?? '', report);
  reportRepeated(body.learning_objectives, (index) => `/learning_objectives/${index}/id`, report);
  const exercises = body.lessons.flatMap((lesson, at) =>
    lesson.payload.exercises.map(({ id }, index) => ({ id, path: `/lessons/${at}/payload/exercises/${index}/id` })),
  );
  reportRepeated(exercises, (index) => exercises[index]?.path ?? '', report);
}

function reportRepeated(things: readonly { id: string }[], pathOf: (index: number) => string, report: Report): void {
  const seen = new Set<string>();
  for (const [index, { id }] of things.entries()) {
    if (seen.has(fold(id))) report(pathOf(index), `is used twice: ${id}`);
    seen.add(fold(id));
  }
}

const fold = (id: string): string => id.toLowerCase();
const same = (a: string, b: string): boolean => fold(a) === fold(b);
