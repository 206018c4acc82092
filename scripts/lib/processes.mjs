import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a person should read when something cannot go on: a sentence that says what to do, shown without a stack. */
export class Trouble extends Error {}

/** Somebody asked us to stop (Ctrl-C, SIGTERM); nothing went wrong. */
export class Stopped extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + (constants.signals[signal] ?? 15);
  }
}

/** How long the server may take to drain before it is killed, and a tool whose half work is thrown away anyhow (npm rolls back for minutes). */
const SERVER_GRACE_MS = 20_000;
const TOOL_GRACE_MS = 2000;
/** A Ctrl-C reaches the whole process group, and a program may have died of it before we hear of it. */
const OWN_SIGNAL_MS = 200;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
/** @type {Stopped | null} */
let stopRequest = null;
/** @type {Array<(stopped: Stopped) => void>} */
const stopListeners = [];

/**
 * Runs `main` and ends the process with its exit code. Ctrl-C or SIGTERM at any moment ends every program that `main` started,
 * and what those started, before we end ourselves.
 * @param {() => Promise<number>} main
 */
export async function runMain(main) {
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => requestStop(new Stopped(signal)));
  }
  // `npm start | tee log`: on Ctrl-C whoever reads what we say is gone before we have said it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  stopWithParent();
  let exitCode = 1;
  try {
    exitCode = await main();
  } catch (error) {
    if (error instanceof Stopped) exitCode = error.exitCode;
    else console.error(error instanceof Trouble ? `\n${error.message}` : error);
  }
  await endAll();
  process.exit(exitCode);
}

/** npm dies of a SIGTERM that is sent to it alone without handing it on: then its end is our signal. */
function stopWithParent() {
  const parent = process.ppid;
  if (!process.env['npm_lifecycle_event']) return;
  setInterval(() => process.ppid !== parent && requestStop(new Stopped('SIGTERM')), 500).unref();
}

/** Rejects with `Stopped` as soon as somebody asks us to stop; never resolves. @returns {Promise<never>} */
export function untilStopped() {
  return new Promise((_resolve, reject) => (stopRequest ? reject(stopRequest) : stopListeners.push(reject)));
}

/** Throws when somebody has asked us to stop: called between steps. */
export function throwIfStopped() {
  if (stopRequest) throw stopRequest;
}

/** Throws `Stopped` when what has just failed did so because somebody stops us all. */
export async function throwIfStopping() {
  await Promise.race([sleep(OWN_SIGNAL_MS), untilStopped()]);
}

/** @param {Stopped} stopped */
function requestStop(stopped) {
  if (stopRequest) return;
  stopRequest = stopped;
  for (const reject of stopListeners.splice(0)) reject(stopped);
}

/**
 * Starts a program that `runMain` will end with us.
 * @param {string} file
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function start(file, args, options = {}) {
  throwIfStopped();
  const child = spawn(file, args, { windowsHide: true, ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/**
 * Runs a program to its end, reading what it says line by line. Rejects with `Stopped` when we are asked to stop meanwhile.
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number, onLine?: (line: string) => void, timeoutMs?: number }} options
 * @returns {Promise<{ code: number, output: string }>} 127 when the program does not exist
 */
export async function run(file, args, { onLine = () => undefined, timeoutMs, ...options } = {}) {
  const child = start(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
    stream?.on('end', () => rest !== '' && onLine(rest));
  }
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
  const timer = timeoutMs && setTimeout(() => endTree(child, 'SIGKILL'), timeoutMs);
  try {
    const result = await Promise.race([ended, untilStopped()]);
    if (result.code !== 0) await throwIfStopping();
    return result;
  } finally {
    if (timer) clearTimeout(timer);
  }
}

/** Ends one program and waits until it has; the programs that it started itself are left to it. @param {import('node:child_process').ChildProcess} child */
export async function end(child) {
  await ended(child, () => child.kill('SIGTERM'), SERVER_GRACE_MS);
}

async function endAll() {
  await Promise.all([...running].map((child) => ended(child, () => endTree(child, 'SIGTERM'), TOOL_GRACE_MS)));
}

/**
 * A Ctrl-C reaches the whole process group, so a program may be ending already, and a second signal might cut its cleaning-up short: it gets half a second.
 * @param {import('node:child_process').ChildProcess} child
 * @param {() => void} askToEnd
 * @param {number} graceMs
 */
async function ended(child, askToEnd, graceMs) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const timers = [setTimeout(askToEnd, 500), setTimeout(() => endTree(child, 'SIGKILL'), graceMs)];
  await gone;
  timers.forEach(clearTimeout);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function endTree(child, signal) {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    return;
  }
  for (const pid of [...descendants(child.pid), child.pid]) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** @param {number} ancestor */
function descendants(ancestor) {
  /** @type {Map<number, number[]>} */
  const childrenOf = new Map();
  for (const [pid, parent] of processTable()) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  const found = [...(childrenOf.get(ancestor) ?? [])];
  for (const pid of found) found.push(...(childrenOf.get(pid) ?? []));
  return found;
}

/** @returns {[pid: number, parent: number][]} */
function processTable() {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid = 0, parent = 0]) => [pid, parent]);
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        // "pid (name) state parent …"; the name may hold spaces and brackets.
        const after = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1) ?? '';
        return [Number(name), Number(after.split(' ')[1])];
      } catch {
        return [Number(name), 0];
      }
    });
}
