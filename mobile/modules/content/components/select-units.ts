import type { UnitList, UnitListItem, UnitScope } from '../models.ts';

/** Which tab is shown: what was chosen now, else what was chosen before, else My units; All units while there is nothing in My units. */
export function selectScope(chosenNow: UnitScope | null, remembered: string, isMyEmpty: boolean): UnitScope {
  if (chosenNow !== null) return chosenNow;
  return remembered === 'all' || isMyEmpty ? 'all' : 'my';
}

export function unitsOf(list: UnitList | undefined): UnitListItem[] {
  return list?.kind === 'units' ? list.units : [];
}

/** Units whose title or description hold every word of `query`, whatever its case and accents. */
export function searchUnits(units: readonly UnitListItem[], query: string): UnitListItem[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...units];
  return units.filter((unit) => {
    const text = foldedText(unit);
    return words.every((word) => text.includes(word));
  });
}

const foldedTexts = new WeakMap<UnitListItem, string>();

/** Once for each unit that was read: with two thousand of them, folding is what a key press would wait for. */
function foldedText(unit: UnitListItem): string {
  const known = foldedTexts.get(unit);
  if (known !== undefined) return known;
  const text = fold(`${unit.title} ${unit.description}`);
  foldedTexts.set(unit, text);
  return text;
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
