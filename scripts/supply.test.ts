import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAsvsFaults } from './lib/asvs.ts';
import { findSupplyFaults, licencesOf, type Lockfile, type Manifest } from './lib/supply-chain.ts';

const read = <T>(path: string): T => JSON.parse(readFileSync(join(dirname(import.meta.dirname), path), 'utf8')) as T;
const lock = read<Lockfile>('package-lock.json');
const manifest = read<Manifest>('package.json');
const INTEGRITY = `sha512-${'A'.repeat(86)}==`;
const good = { version: '1.0.0', license: 'MIT', integrity: INTEGRITY };

/** The lockfile of this project, whose exceptions are all used, with one more package. */
function withPackage(entry: Lockfile['packages'][string]): Lockfile {
  return { packages: { ...lock.packages, 'node_modules/added': { ...good, ...entry } } };
}
const faultsOf = (entry: Lockfile['packages'][string], more: Manifest = {}) =>
  findSupplyFaults(withPackage(entry), new Map([['package.json', { ...manifest, ...more }]]));

describe('what comes from outside', () => {
  it('[SE-7] is pinned, hashed, under a known licence and runs no script that was not allowed', () => {
    expect(faultsOf({})).toEqual([]);
    for (const version of ['^1.0.0', '~1.0.0', '1', '*', 'latest', '>=1.0.0', 'git+ssh://x/y', 'file:../x'])
      expect(faultsOf({}, { dependencies: { added: version } })).toEqual([
        `package.json: added is "${version}", which is not one exact version.`,
      ]);
    expect(faultsOf({ integrity: 'sha1-x' })).toEqual(['node_modules/added has no SHA-512 in the lockfile.']);
    expect(faultsOf({ resolved: 'https://registry.example/added.tgz' })[0]).toContain('names where it comes from');
    expect(faultsOf({ hasInstallScript: true })[0]).toContain('runs a script');
    expect(faultsOf({}, { allowScripts: { ...manifest.allowScripts, gone: true } })).toEqual([
      'allowScripts names gone, which runs none.',
    ]);
    for (const license of [
      'GPL-3.0',
      'AGPL-3.0',
      'UNLICENSED',
      'SEE LICENSE IN LICENSE',
      'MPL-2.0',
      '(GPL-2.0 OR AGPL-3.0)',
      'MIT AND GPL-2.0',
    ])
      expect(faultsOf({ license })[0]).toContain(`is under ${license}`);
    expect(faultsOf({ license: '(GPL-2.0 OR MIT)' })).toEqual([]);
  });

  it('[SE-7] is listed with its licence, each version once', () => {
    const small: Lockfile = {
      packages: {
        '': {},
        backend: { version: '1.0.0' },
        'node_modules/@haversack/backend': { link: true },
        'node_modules/b': good,
        'node_modules/a': { ...good, license: 'ISC' },
        'node_modules/a/node_modules/b': good,
        'node_modules/c/node_modules/b': { ...good, version: '2.0.0' },
      },
    };
    expect(licencesOf(small).map(({ name, version, licence }) => `${name} ${version} ${licence}`)).toEqual([
      'a 1.0.0 ISC',
      'b 1.0.0 MIT',
      'b 2.0.0 MIT',
    ]);
  });
});

describe('the table of requirements', () => {
  it('is told of what is missing, twice, without a reason, or named and not there', () => {
    const root = dirname(import.meta.dirname);
    const good = '| V1.1.1, V1.1.2 | x | shown | `scripts/supply.test.ts` "is told of what is missing" |';
    expect(findAsvsFaults(root, good, 2)).toEqual([]);
    expect(findAsvsFaults(root, good, 3)).toEqual(['2 requirements stand there instead of 3.']);
    expect(
      findAsvsFaults(root, `${good}\n| V1.1.1 | x | perhaps | y |\n| V1.2.1 | x | not shown | |\n| V1.2.2 | x | shown | y |`, 5),
    ).toEqual([
      'V1.1.1 stands there twice.',
      'line 2: "perhaps" is none of shown, not shown, not applicable.',
      'line 3: gives no reason.',
      'line 4: is shown by no test.',
    ]);
    const gone = '| V1.1.1 | x | shown | `scripts/gone.test.ts` "x", `scripts/supply.test.ts` "no such test" |';
    expect(findAsvsFaults(root, gone, 1)).toEqual([
      'line 1: scripts/gone.test.ts does not exist.',
      'line 1: scripts/supply.test.ts has no test "no such test".',
    ]);
  });
});
