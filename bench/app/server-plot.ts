import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plot } from './plot.ts';
import { BENCHMARKS } from './records.ts';

/** Growth on the server's side, out of what `npm run bench:server` left; nothing where that was never run. */
export async function serverPlot(): Promise<{ file: string; plot: Plot }[]> {
  const text = await readFile(join(BENCHMARKS, 'server.md'), 'utf8').catch(() => '');
  const lines = text.split(/^## /m).flatMap((section) => {
    const name = section.split('\n')[0] ?? '';
    const points = [...section.matchAll(/^\| Haversack, ([\d,]+) units +\| +([\d,]+) \|/gm)].map(
      ([, units = '', perSecond = '']) => ({
        x: toNumber(units),
        y: toNumber(perSecond),
      }),
    );
    return points.length > 1 ? [{ name, points }] : [];
  });
  const plot = { title: 'W7: the server', xLabel: 'units on the server', yLabel: 'requests a second', lines };
  return lines.length === 0 ? [] : [{ file: 'w7-server.svg', plot }];
}

/** W7: the goals of that page, as the short table has them. */
export async function serverRows(): Promise<string[]> {
  const text = await readFile(join(BENCHMARKS, 'server.md'), 'utf8').catch(() => '');
  const table = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return table.flatMap(([, what, goal = '', measured, verdict]) => {
    if (!/^at (least|most) /.test(goal)) return [];
    const limit = goal.replace('at least', '≥').replace('at most', '≤');
    return [
      `| W7 | ${what} | ${measured} | ${limit} | ${verdict === 'met' ? '' : '**missed**: [cause](docs/benchmarks/server.md)'} |`,
    ];
  });
}

const toNumber = (text: string): number => Number(text.replaceAll(',', ''));
