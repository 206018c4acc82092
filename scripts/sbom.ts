import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { licencesOf, type Lockfile } from './lib/supply-chain.ts';

// `npm run sbom`: what the project is made of, as CycloneDX in build/sbom.cdx.json, and licences in build/licences.txt.
const root = dirname(import.meta.dirname);
const npm = process.env['npm_execpath'];
if (npm === undefined) throw new Error('Run it as `npm run sbom`: npm itself makes the list.');
const build = join(root, 'build');
mkdirSync(build, { recursive: true });
const sbom = execFileSync(process.execPath, [npm, 'sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
});
const { components } = JSON.parse(sbom) as { components: unknown[] };
writeFileSync(join(build, 'sbom.cdx.json'), sbom);
const licensed = licencesOf(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lockfile);
const lines = licensed.map(({ name, version, licence }) => `${licence}\t${name}@${version}`).sort();
writeFileSync(join(build, 'licences.txt'), `${lines.join('\n')}\n`);
console.log(`build/sbom.cdx.json: ${components.length} components; build/licences.txt: ${licensed.length} packages`);
