/** Draws every picture of the unit into `media/src`: `node units/map-and-compass/drawing/draw.ts`. */
import { writeFileSync } from 'node:fs';
import { partsOfCompass, takingBearing } from './compass-pictures.ts';
import { cover } from './cover.ts';
import { hillAndItsContours, shapesOfGround } from './hill-pictures.ts';
import { crossingBearings, legend, measuringAPath, sixFigures } from './map-pictures.ts';
import { wholeMap } from './map.ts';

const pictures: Record<string, string> = {
  cover: cover(),
  'map-of-lark-fell': wholeMap('Map of Lark Fell', ''),
  legend: legend(),
  'measuring-a-path': measuringAPath(),
  'hill-and-contours': hillAndItsContours(),
  'shapes-of-ground': shapesOfGround(),
  'six-figures': sixFigures(),
  'parts-of-a-compass': partsOfCompass(),
  'taking-a-bearing': takingBearing(),
  'crossing-bearings': crossingBearings(),
};
for (const [name, picture] of Object.entries(pictures)) {
  writeFileSync(new URL(`../media/src/${name}.svg`, import.meta.url), picture);
}
