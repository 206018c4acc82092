/** Draws every picture of the unit into `media/src`: `node units/night-sky/drawing/draw.ts`. */
import { writeFileSync } from 'node:fs';
import { cover } from './cover.ts';
import { phases, whyPhases } from './moon.ts';
import { findingNorth, findingSouth } from './north-and-south.ts';
import { orion, planetsAtDusk, yearWheel } from './seasons.ts';
import { perseids } from './shooting-stars.ts';
import { eyesInTheDark, starTrails } from './turning-sky.ts';

const pictures: Record<string, string> = {
  cover: cover(),
  'eyes-in-the-dark': eyesInTheDark(),
  'star-trails': starTrails(),
  'finding-north': findingNorth(),
  'finding-south': findingSouth(),
  phases: phases(),
  'why-phases': whyPhases(),
  'planets-at-dusk': planetsAtDusk(),
  orion: orion(),
  'year-wheel': yearWheel(),
  perseids: perseids(),
};
for (const [name, picture] of Object.entries(pictures)) {
  writeFileSync(new URL(`../media/src/${name}.svg`, import.meta.url), picture);
}
