import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FAULTS } from './bank.ts';

// `node --import ./faults/plant.ts …` with PLANTED_FAULT=<name>: the named mistake is in the client that is loaded after this.
const fault = FAULTS.find(({ name }) => name === process.env['PLANTED_FAULT']);
if (!fault) throw new Error(`there is no fault "${process.env['PLANTED_FAULT']}" in the bank`);
const mobile = join(import.meta.dirname, '../../mobile');

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const edits = fault.edits.filter(({ file }) => url === pathToFileURL(join(mobile, file)).href);
    if (edits.length === 0) return loaded;
    const source = edits.reduce((text, { file, find, replace }) => {
      if (text.split(find).length !== 2) throw new Error(`${fault.name}: what is to be broken is not once in ${file}`);
      return text.replace(find, () => replace);
    }, textOf(loaded.source));
    return { ...loaded, source };
  },
});

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray | null | undefined): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source ?? new Uint8Array());
}
