import { spawnSync } from 'node:child_process';

/** Runs a tool to its end and returns what it wrote to standard output and standard error. Throws, naming the tool, if it fails. */
export function run(tool: string, args: string[], input?: string): { stdout: string; stderr: string } {
  const result = spawnSync(tool, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...(input === undefined ? {} : { input }),
  });
  if (result.error && 'code' in result.error && result.error.code === 'ENOENT') {
    throw new Error(`the tool "${tool}" is not installed; units/README.md says how to install what media are made with`);
  }
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${tool} failed:\n${result.stderr.trim().split('\n').slice(-8).join('\n')}`);
  return { stdout: result.stdout, stderr: result.stderr };
}
