import { execFileSync } from 'node:child_process';

/** Ids of the processes whose command line holds `text`. */
export function processesWith(text: string): number[] {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(text)).map((line) => parseInt(line, 10));
}

/** SIGKILL to each; one that has ended meanwhile is as good. */
export function killAll(ids: readonly number[]): void {
  for (const id of ids) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // It had ended.
    }
  }
}
