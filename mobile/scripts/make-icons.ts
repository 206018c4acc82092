/** Draws the app's icons from `assets/icon.svg`. Needs `rsvg-convert` (Debian: librsvg2-bin). Run it again after changing the drawing. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const assets = path.join(import.meta.dirname, '../assets');
const icon = readFileSync(path.join(assets, 'icon.svg'), 'utf8');
const background = /<rect width="512"[^>]*\/>/;

/** The mark alone on nothing, drawn small enough for Android's mask (the inner two thirds stay visible). */
const foreground = icon.replace(background, '').replace('<g id="haversack">', '<g transform="translate(85 85) scale(0.667)">');
/** On its ground, inside the circle that a browser may cut (the inner 80 %). */
const maskable = icon.replace('<g id="haversack">', '<g transform="translate(64 64) scale(0.75)">');
const rounded = icon.replace('height="512" fill', 'height="512" rx="112" fill');

mkdirSync(path.join(assets, '../public/icons'), { recursive: true });
for (const [svg, size, file] of [
  [icon, 1024, 'icon.png'],
  [foreground, 1024, 'icon-foreground.png'],
  [rounded, 48, 'favicon.png'],
  [rounded, 192, '../public/icons/icon-192.png'],
  [rounded, 512, '../public/icons/icon-512.png'],
  [maskable, 512, '../public/icons/icon-maskable-512.png'],
  [icon, 180, '../public/icons/apple-touch-icon.png'],
] as const) {
  const png = path.join(assets, file);
  execFileSync('rsvg-convert', ['-w', String(size), '-h', String(size), '-o', png], { input: svg });
  process.stdout.write(`${path.relative(process.cwd(), png)} ${size}×${size}\n`);
}
