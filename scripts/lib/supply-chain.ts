/** What the check reads of `package-lock.json` and of a `package.json`. */
export interface Lockfile {
  packages: Record<
    string,
    { version?: string; license?: string; integrity?: string; resolved?: string; link?: boolean; hasInstallScript?: boolean }
  >;
}
export interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  overrides?: Record<string, string>;
  allowScripts?: Record<string, boolean>;
}

/** Licences that ask for no more than their own text beside the code. */
const LICENCES: ReadonlySet<string> = new Set([
  ...['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Apache-2.0', 'Python-2.0', 'Unlicense', 'CC0-1.0'],
]);
/** Packages under another licence, and why they may be here. A pattern stands for the packages of one project. */
const LICENCE_EXCEPTIONS: readonly { name: RegExp; licence: string; reason: string }[] = [
  {
    name: /^lightningcss(-.*)?$/,
    licence: 'MPL-2.0',
    reason: 'a tool of the web build; used unchanged, nothing of it is shipped',
  },
  {
    name: /^(axe-core|@axe-core\/playwright)$/,
    licence: 'MPL-2.0',
    reason: 'a tool of the browser tests; used unchanged, nothing of it is shipped',
  },
  { name: /^caniuse-lite$/, licence: 'CC-BY-4.0', reason: 'facts about browsers for the web build; nothing of it is shipped' },
  {
    name: /^(exit|busboy|streamsearch)$/,
    licence: 'unknown',
    reason: 'MIT by its own package.json, in a form that npm no longer reads',
  },
  {
    name: /^humanize-number$/,
    licence: 'unknown',
    reason: 'MIT by its own readme; part of the S3 server of the tests, nothing of it is shipped',
  },
];

export interface Licensed {
  name: string;
  version: string;
  licence: string;
}

/** Every package that is installed from outside, each version once, by name. */
export function licencesOf({ packages }: Lockfile): Licensed[] {
  const found = new Map<string, Licensed>();
  for (const [path, { version = '', license = 'unknown', link }] of Object.entries(packages)) {
    const name = nameOf(path);
    if (name !== null && link !== true) found.set(`${name}@${version}`, { name, version, licence: license });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** What rule SE-7 does not allow; empty when nothing is. `manifests` by path, the project's own among them as `package.json`. */
export function findSupplyFaults(lock: Lockfile, manifests: ReadonlyMap<string, Manifest>): string[] {
  const licensed = licencesOf(lock);
  const names = new Set(licensed.map(({ name }) => name));
  return [
    ...[...manifests].flatMap(([path, manifest]) => unpinned(path, manifest)),
    ...Object.entries(lock.packages).flatMap(([path, entry]) => lockFaults(path, entry)),
    ...scriptFaults(lock, manifests.get('package.json')?.allowScripts ?? {}),
    ...licensed
      .filter((one) => !isAllowed(one))
      .map(({ name, version, licence }) => `${name}@${version} is under ${licence}, which is neither allowed nor excepted.`),
    ...LICENCE_EXCEPTIONS.filter(({ name }) => ![...names].some((one) => name.test(one))).map(
      ({ name }) => `The licence exception for ${name.source} is for nothing.`,
    ),
  ];
}

function unpinned(path: string, { dependencies, devDependencies, optionalDependencies, overrides }: Manifest): string[] {
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides });
  return all
    .filter(
      ([name, version]) => !(name.startsWith('@haversack/') && version === '*') && !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
    )
    .map(([name, version]) => `${path}: ${name} is "${version}", which is not one exact version.`);
}

function lockFaults(path: string, { integrity, resolved, link }: Lockfile['packages'][string]): string[] {
  if (nameOf(path) === null || link === true) return [];
  const faults: string[] = [];
  if (integrity === undefined || !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))
    faults.push(`${path} has no SHA-512 in the lockfile.`);
  // Where packages come from is the installer's setting, not the project's.
  if (resolved !== undefined) faults.push(`${path} names where it comes from: ${resolved}`);
  return faults;
}

function scriptFaults({ packages }: Lockfile, allowed: Readonly<Record<string, boolean>>): string[] {
  const scripted = new Set(
    Object.entries(packages).flatMap(([path, entry]) => (entry.hasInstallScript === true ? [nameOf(path) ?? path] : [])),
  );
  return [
    ...[...scripted]
      .filter((name) => allowed[name] !== true)
      .map((name) => `${name} runs a script when it is installed, and allowScripts does not name it.`),
    ...Object.keys(allowed)
      .filter((name) => !scripted.has(name))
      .map((name) => `allowScripts names ${name}, which runs none.`),
  ];
}

/** `A OR B` leaves the choice to who uses it. */
function isAllowed({ name, licence }: Licensed): boolean {
  const choices = licence.replace(/^\(|\)$/g, '').split(' OR ');
  return (
    choices.some((choice) => LICENCES.has(choice)) ||
    LICENCE_EXCEPTIONS.some((one) => one.name.test(name) && one.licence === licence)
  );
}

/** `node_modules/a/node_modules/@b/c` → `@b/c`; null for what is the project's own. */
function nameOf(path: string): string | null {
  const at = path.lastIndexOf('node_modules/');
  return at < 0 ? null : path.slice(at + 'node_modules/'.length);
}
