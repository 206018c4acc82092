import type { EventsPage, Exercise, StoredEvent, Unit } from '@haversack/contract';

export interface Person {
  name: string;
  email: string;
  password: string;
}

let count = 0;
export function newPerson(): Person {
  count += 1;
  return { name: 'Amina Tester', email: `amina-${Date.now()}-${count}@example.org`, password: 'a lantern in the rain' };
}

/** The server as another device of the same person sees it: asked from Node, past the browser and the proxy. */
export interface Account {
  token: string;
  unitByTitle(title: string): Promise<Unit>;
  units(): Promise<{ id: string; title: string }[]>;
  /** All of them, oldest first. */
  events(): Promise<StoredEvent[]>;
}

export function signInFromNode(serverUrl: string, { email, password }: Person): Promise<Account> {
  return enter(serverUrl, 'sign-in', { email, password });
}

export function signUpFromNode(serverUrl: string, person: Person): Promise<Account> {
  return enter(serverUrl, 'sign-up', person);
}

/** What an operator or another device does to a session that is not theirs any more: its token is dead. */
export async function revokeFromNode(serverUrl: string, token: string): Promise<void> {
  const { status } = await fetch(`${serverUrl}/api/v1/users/sign-out`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  if (status !== 204) throw new Error(`revoking from Node: ${status}`);
}

async function enter(serverUrl: string, door: 'sign-in' | 'sign-up', body: Partial<Person>): Promise<Account> {
  const signedIn = await fetch(`${serverUrl}/api/v1/users/${door}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!signedIn.ok) throw new Error(`${door} from Node: ${signedIn.status} ${await signedIn.text()}`);
  const { token } = (await signedIn.json()) as { token: string };
  const get = async <Body>(path: string): Promise<Body> => {
    const reply = await fetch(serverUrl + path, { headers: { authorization: `Bearer ${token}` } });
    if (reply.status !== 200) throw new Error(`GET ${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as Body;
  };
  const units = async () =>
    (await get<{ units: { id: string; title: string }[] }>('/api/v1/content/units?scope=all&limit=500')).units;

  return {
    token,
    units,
    async unitByTitle(title) {
      const found = (await units()).find((unit) => unit.title === title);
      if (!found) throw new Error(`no unit "${title}"`);
      return get<Unit>(`/api/v1/content/units/${found.id}`);
    },
    async events() {
      const events: StoredEvent[] = [];
      for (let since = ''; ; ) {
        const page = await get<EventsPage>(
          `/api/v1/learning_session/events?limit=500${since && `&since=${encodeURIComponent(since)}`}`,
        );
        events.push(...page.events);
        if (!page.has_more) return events;
        since = page.cursor;
      }
    },
  };
}

export type { Exercise, StoredEvent, Unit };
