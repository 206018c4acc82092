import { parseArgs } from 'node:util';
import { makeMedia } from './media/make-media.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: 'boolean', default: false } } });
const [command, ...folders] = positionals;
if (command === 'media') for (const folder of folders) makeMedia(folder, { all: values.all, log: console.log });
