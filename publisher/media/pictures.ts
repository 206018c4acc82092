import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

const WIDTH_PX = 1200;
const MAX_BYTES = 160 * 1024;
/** Tried from the best down, until the picture fits; flat drawings and fine maps nearly always fit at the first. */
const QUALITIES = [88, 80, 72, 64, 56];

/** Renders an SVG drawing to a WebP picture of 1200 px width and at most 160 KB. Returns its size in bytes. */
export function makePicture(svgPath: string, webpPath: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'haversack-picture-'));
  try {
    const png = join(folder, 'picture.png');
    const webp = join(folder, 'picture.webp');
    run('rsvg-convert', ['--width', String(WIDTH_PX), '--keep-aspect-ratio', '--output', png, svgPath]);
    for (const quality of QUALITIES) {
      run('cwebp', ['-quiet', '-q', String(quality), '-m', '6', '-sharp_yuv', '-metadata', 'none', png, '-o', webp]);
      if (statSync(webp).size <= MAX_BYTES) return publish(webp, webpPath);
    }
    throw new Error(`${svgPath}: still more than ${MAX_BYTES / 1024} KB at the lowest quality; draw it simpler`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function publish(from: string, to: string): number {
  const partial = `${to}.partial`;
  run('cp', [from, partial]);
  renameSync(partial, to);
  return statSync(to).size;
}
