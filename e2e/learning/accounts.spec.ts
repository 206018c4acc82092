import { newPerson } from '../lib/api.ts';
import { expect, test } from '../lib/fixtures.ts';
import { signIn, signUp } from '../lib/learner.ts';

test('[US-2] [UI-1] a wrong password and a taken e-mail are said in words, and what was typed stays', async ({
  haversack,
  browserOf,
}) => {
  const { page } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);

  const other = (await browserOf()).page;
  await other.goto(haversack.url);
  await signIn(other, { email: person.email, password: 'not the right one' });
  await expect(other.getByText(/password.*wrong|wrong.*password|do not match|not right/i).first()).toBeVisible();
  await expect(other.getByLabel('Email', { exact: true })).toHaveValue(person.email);

  await other.getByRole('link', { name: 'Create account' }).click();
  await other.getByLabel('Name', { exact: true }).fill('Somebody else');
  await other.getByLabel('Email', { exact: true }).fill(person.email);
  await other.getByLabel('Password', { exact: true }).fill(person.password);
  await other.getByRole('button', { name: 'Create account' }).click();
  await expect(other.getByText(/already/i).first()).toBeVisible();

  await other.getByRole('link', { name: 'Sign in' }).click();
  await signIn(other, person);
  await expect(other.getByRole('heading', { name: 'Units', exact: true })).toBeVisible();
});

test('[SE-5] [US-1] no storage that a script can read holds the token, and signing out ends the session', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const { page } = browser;
  await signUp(page, haversack.url, newPerson());
  const cookies = await browser.context.cookies(haversack.url);
  const session = cookies.find(({ name }) => name === '__Host-haversack');
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
  const readable = await page.evaluate(async () => {
    const kept = {
      cookie: document.cookie,
      local: JSON.stringify({ ...localStorage }),
      session: JSON.stringify({ ...sessionStorage }),
    };
    const marks: unknown[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no database'));
      });
      for (const store of database.objectStoreNames) {
        marks.push(
          await new Promise((resolve) => {
            const request = database.transaction(store).objectStore(store).getAll();
            request.onsuccess = () => resolve(request.result);
          }),
        );
      }
      database.close();
    }
    return JSON.stringify([kept, marks]);
  });
  expect(readable).not.toContain(session?.value ?? 'no session');

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  // The screen says so at once; the server, which ends the session and its cookie, is told after it.
  await expect
    .poll(async () => (await browser.context.cookies(haversack.url)).filter(({ name }) => name === '__Host-haversack'))
    .toEqual([]);
  const { status } = await page.request
    .get(`${haversack.url}/api/v1/users/me`, {
      headers: { cookie: `__Host-haversack=${session?.value}` },
    })
    .then((reply) => ({ status: reply.status() }));
  expect(status).toBe(401);
});
