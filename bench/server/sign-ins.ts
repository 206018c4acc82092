import type { Loader } from './processes.ts';
import { scenarioOf, type Stage } from './scenarios.ts';
import { PASSWORD, signUpLearners } from './seed.ts';

const SIGN_INS = 20;
/** Few enough that the server has time left: what is asked is how long a pull waits, not how many there can be. */
const CONNECTIONS = 2;

export interface SignInFigures {
  quiet: Latency;
  busy: Latency;
  /** How long the sign-ins took, all of them together. */
  signInsMs: number;
}

interface Latency {
  p50Ms: number;
  p99Ms: number;
}

/** "Nothing changed" while nobody signs in, and while twenty people sign in at once: hashing must not hold up who reads (rule US-2). */
export async function measureSignIns(stage: Stage, loader: Loader, signInLoader: Loader): Promise<SignInFigures> {
  const { requests } = await scenarioOf('unchanged').prepare(stage);
  const pull = (durationMs: number) => loader.load({ port: stage.port, requests: requests.slice(0, CONNECTIONS), durationMs });
  const emails = (await signUpLearners(stage.port, SIGN_INS)).map(({ email }) => email);
  await pull(1_000);
  const quiet = await pull(2_000);
  const signingIn = signInLoader.load({
    port: stage.port,
    requests: emails.map((email) => [signInOf(email)]),
    durationMs: 0,
    isOnce: true,
  });
  let isOver = false;
  void signingIn.then(() => (isOver = true));
  const rounds: Latency[] = [];
  while (!isOver) rounds.push(await pull(250));
  const { seconds, statuses } = await signingIn;
  if (statuses['200'] !== SIGN_INS) throw new Error(`sign-ins were answered ${JSON.stringify(statuses)}`);
  return { quiet, busy: worst(rounds), signInsMs: seconds * 1000 };
}

/** The slowest quarter of a second. */
const worst = (rounds: readonly Latency[]): Latency => ({
  p50Ms: Math.max(...rounds.map(({ p50Ms }) => p50Ms)),
  p99Ms: Math.max(...rounds.map(({ p99Ms }) => p99Ms)),
});

function signInOf(email: string): string {
  const body = JSON.stringify({ email, password: PASSWORD });
  return [
    'POST /api/v1/users/sign-in HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
