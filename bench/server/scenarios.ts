import type { LoadOrder } from './load.ts';
import { call, callJson, createBatchMaker, EVENTS_PATH, type Person, type Publication, type RawAnswer } from './seed.ts';

export const CONNECTIONS = 32;
const EVENTS_EACH = 500;

/** One database with a node on it, and what is known of it. */
export interface Stage {
  name: string;
  port: number;
  learners: Person[];
  feedId: string;
  /** Where the feed stands, and where it stood before the last ten units. */
  head: string;
  beforeTen: string;
  publication: Publication;
}

export interface Scenario {
  name: string;
  title: string;
  /** What is sent, and the answer to the first of it, which the bare routes answer with too. */
  prepare(stage: Stage): Promise<{ requests: LoadOrder['requests']; sample: RawAnswer }>;
  /** Measured on the large database alone. */
  onLargeOnly?: boolean;
  /** More and shorter rounds than the others': the machine's pace changes within seconds, by more than so small an answer costs. */
  finer?: { rounds: number; roundMs: number };
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'unchanged',
    title: 'Nothing changed (304)',
    finer: { rounds: 12, roundMs: 0.25 },
    prepare: (stage) => prepareGets(stage, syncPath(stage, stage.head), { conditional: true }),
  },
  {
    name: 'unchanged-200',
    title: 'Nothing changed, asked without a tag (200, empty page)',
    prepare: (stage) => prepareGets(stage, syncPath(stage, stage.head)),
  },
  {
    name: 'ten',
    title: 'Ten units changed (full payload)',
    prepare: (stage) => prepareGets(stage, `${syncPath(stage, stage.beforeTen)}&payload=full`),
  },
  {
    name: 'first-page',
    title: 'First page of a first pull (limit 100, ends at 512 KB)',
    prepare: (stage) => prepareGets(stage, '/api/v1/content/units/sync?limit=100'),
  },
  {
    name: 'own-events',
    title: 'A page of one’s own events (500)',
    onLargeOnly: true,
    async prepare(stage) {
      await giveEvents(stage);
      return prepareGets(stage, `${EVENTS_PATH}?limit=${EVENTS_EACH}`);
    },
  },
  {
    name: 'object',
    title: 'Download of an object of 1 MB',
    onLargeOnly: true,
    async prepare(stage) {
      const [learner] = stage.learners;
      const unit = await callJson<{ assets: { url: string }[] }>(stage.port, `/api/v1/content/units/${stage.publication.id}`, {
        token: learner?.token ?? '',
      });
      const url = unit.assets[0]?.url ?? '';
      return { requests: forEach(stage, () => get(url)), sample: await call(stage.port, url) };
    },
  },
];

export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no scenario "${name}"`);
  return found;
}

/** Once: learners who have events keep them. */
async function giveEvents({ port, learners, publication }: Stage): Promise<void> {
  for (const { token } of learners) {
    const { events } = await callJson<{ events: unknown[] }>(port, `${EVENTS_PATH}?limit=1`, { token });
    if (events.length > 0) continue;
    const body = createBatchMaker(publication, EVENTS_EACH)();
    await callJson(port, EVENTS_PATH, { method: 'POST', token, body });
  }
}

const syncPath = ({ feedId }: Stage, since: string): string =>
  `/api/v1/content/units/sync?limit=500&include_deleted=true&feed_id=${feedId}&since=${since}`;

const get = (path: string, headers: Record<string, string> = {}): string =>
  `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

const forEach = ({ learners }: Stage, make: (learner: Person) => string): string[][] =>
  Array.from({ length: CONNECTIONS }, (_, at) => {
    const learner = learners[at % learners.length];
    return learner === undefined ? [] : [make(learner)];
  });

/** Each connection is another learner's phone. */
async function prepareGets(stage: Stage, path: string, { conditional = false } = {}) {
  const tags = new Map<string, string>();
  if (conditional) for (const learner of stage.learners) tags.set(learner.id, await etagOf(stage, path, learner));
  const headersOf = ({ id, token }: Person): Record<string, string> => ({
    authorization: `Bearer ${token}`,
    ...(conditional ? { 'if-none-match': tags.get(id) ?? '' } : {}),
  });
  const [first] = stage.learners;
  if (first === undefined) throw new Error('the bench has no learners');
  return {
    requests: forEach(stage, (learner) => get(path, headersOf(learner))),
    sample: await call(stage.port, path, { headers: headersOf(first) }),
  };
}

async function etagOf(stage: Stage, path: string, { token }: Person): Promise<string> {
  const { headers } = await call(stage.port, path, { token });
  return headers[headers.findIndex((name) => name.toLowerCase() === 'etag') + 1] ?? '';
}
