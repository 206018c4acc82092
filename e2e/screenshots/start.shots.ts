import type { Page } from '@playwright/test';
import { newPerson, signUpFromNode } from '../lib/api.ts';
import { changeDatabase, reachDatabase } from '../lib/device-database.ts';
import { expect, test } from '../lib/fixtures.ts';
import { signIn, signUp, untilShellIsKept } from '../lib/learner.ts';
import { look } from '../lib/look.ts';

const TITLE = { level: 1 } as const;

test('[UI-1] the app cannot start', async ({ haversack, browserOf }) => {
  const insecure = await browserOf({ flags: ['--host-resolver-rules=MAP school.test 127.0.0.1'] });
  await insecure.page.goto(`http://school.test:${haversack.proxy.port}`);
  await expect(insecure.page.getByRole('heading', { name: 'This address is not secure' })).toBeVisible();
  await look(insecure.page, 'start insecure address');

  const { context } = await browserOf();
  const first = await context.newPage();
  await first.addInitScript(() => Reflect.deleteProperty(FileSystemFileHandle.prototype, 'move'));
  await first.goto(haversack.url);
  await expect(first.getByRole('heading', { name: 'This browser is too old' })).toBeVisible();
  await look(first, 'start old browser');
  await first.close();

  const held = await context.newPage();
  await held.addInitScript(() => (globalThis.Worker = class extends EventTarget {} as unknown as typeof Worker));
  await held.addInitScript(() => Object.assign(Worker.prototype, { postMessage: () => undefined, terminate: () => undefined }));
  await held.goto(haversack.url);
  await expect(held.getByText('Loading', { exact: true })).toBeAttached();
  await look(held, 'start loading');
  await held.close();

  for (const [name, heading, isFull] of [
    ['start storage blocked', 'This browser keeps nothing', false],
    ['start storage full', 'This device is full', true],
  ] as const) {
    const blocked = await context.newPage();
    await blocked.addInitScript((full) => {
      const RealWorker = Worker;
      globalThis.Worker = class extends RealWorker {
        constructor(...given: ConstructorParameters<typeof Worker>) {
          super(...given);
          const data = { kind: 'blocked', isFull: full, message: 'scripted' };
          setTimeout(() => this.dispatchEvent(new MessageEvent('message', { data })));
        }
      };
    }, isFull);
    await blocked.goto(haversack.url);
    await expect(blocked.getByRole('heading', { name: heading })).toBeVisible();
    await look(blocked, name);
    await blocked.close();
  }
});

test('[UI-1] [IN-1] the database is a newer one; nothing opens; it is open elsewhere', async ({ haversack, browserOf }) => {
  const { page, context } = await browserOf();
  await reachDatabase(page);
  await signUp(page, haversack.url, newPerson());
  await untilShellIsKept(page);

  const second = await context.newPage();
  await second.goto(haversack.url);
  await expect(second.getByRole('button', { name: 'Use here' })).toBeVisible();
  await look(second, 'start open elsewhere');
  await second.close();

  await changeDatabase(page, 'PRAGMA user_version = 9999');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Update the app' })).toBeVisible();
  await look(page, 'start newer database');
  await page.addInitScript(
    () =>
      (indexedDB.open = () => {
        throw new Error('scripted');
      }),
  );
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Haversack could not start' })).toBeVisible();
  await look(page, 'start other fault');
});

test('[UI-1] signing in', async ({ haversack, browserOf }) => {
  const { page, context } = await browserOf();
  const person = newPerson();
  await signUpFromNode(haversack.directUrl, person);
  await page.goto(haversack.url);
  await expect(page.getByRole('heading', { name: 'Sign in', ...TITLE })).toBeVisible();
  await look(page, 'sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await look(page, 'sign-in nothing written', { languages: false });
  await signIn(page, { email: person.email, password: 'not the right one' });
  await expect(page.getByRole('alert').filter({ hasText: /right/ }).first()).toBeVisible();
  await look(page, 'sign-in refused');
  await context.setOffline(true);
  await signIn(page, person);
  await expect(page.getByRole('alert').filter({ hasText: /offline/i })).toBeVisible();
  await look(page, 'sign-in offline');
  await context.setOffline(false);
  await answerWith(page, 'sign-in', 429, 'rate_limited');
  await signIn(page, person);
  await expect(page.getByRole('alert').filter({ hasText: /attempts/ })).toBeVisible();
  await look(page, 'sign-in too often');
  await hang(page, 'sign-in');
  await signIn(page, person);
  await expect(page.getByRole('button', { name: 'Sign in' })).toHaveAttribute('aria-busy', 'true');
  await look(page, 'sign-in busy');
});

test('[UI-1] creating an account', async ({ haversack, browserOf }) => {
  const { page } = await browserOf();
  const person = newPerson();
  await signUpFromNode(haversack.directUrl, person);
  await page.goto(`${haversack.url}/create-account`);
  await expect(page.getByLabel('Name', { exact: true })).toBeVisible();
  await look(page, 'create-account');
  const create = page.getByRole('button', { name: 'Create account' });
  await create.click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await look(page, 'create-account nothing written', { languages: false });
  await page.getByLabel('Name', { exact: true }).fill(person.name);
  await page.getByLabel('Email', { exact: true }).fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await create.click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await look(page, 'create-account email taken');
});

/** The server says so whatever is asked. */
async function answerWith(page: Page, call: string, status: number, code: string): Promise<void> {
  await page.route(`**/api/v1/users/${call}`, async (route) => {
    const { headers } = await page.request
      .get(new URL('/api/v1/health', page.url()).href)
      .then((reply) => ({ headers: reply.headers() }));
    await route.fulfill({
      status,
      headers: {
        'content-type': 'application/problem+json',
        'haversack-server': headers['haversack-server'] ?? '',
        'retry-after': '540',
      },
      body: JSON.stringify({ type: 'about:blank', title: 'Later', status, code, detail: 'scripted', request_id: 'scripted' }),
    });
  });
}

async function hang(page: Page, call: string): Promise<void> {
  await page.unroute(`**/api/v1/users/${call}`);
  await page.route(`**/api/v1/users/${call}`, () => new Promise(() => undefined));
}
