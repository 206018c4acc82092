import type { Person, PersonalData, PersonalPart } from '../infrastructure/public.ts';

/**
 * The document `PersonalExport`, piece by piece: memory does not grow with it (rule US-4). `complete` is its last field, so a file
 * that was cut off shows it.
 */
export async function* writeExport(
  person: Person,
  personalData: readonly PersonalData[],
  exportedAt: string,
  isStillHere: () => Promise<boolean>,
): AsyncGenerator<string> {
  yield `{"format":"haversack-personal-data","format_version":1,"exported_at":${JSON.stringify(exportedAt)}`;
  for (const part of personalData.flatMap(({ parts }) => parts)) {
    yield `,\n${JSON.stringify(part.name)}:`;
    yield* writePart(part, person);
  }
  if (!(await isStillHere())) throw new Error('the account was deleted while it was exported');
  yield ',\n"complete":true}\n';
}

async function* writePart(part: PersonalPart, person: Person): AsyncGenerator<string> {
  let written = 0;
  if (part.isSingle !== true) yield '[';
  for await (const values of part.read(person)) {
    if (values.length === 0) continue;
    yield (written === 0 ? '' : ',\n') + values.map((value) => JSON.stringify(value)).join(',\n');
    written += values.length;
  }
  if (part.isSingle !== true) yield ']';
  else if (written === 0) yield 'null';
}
