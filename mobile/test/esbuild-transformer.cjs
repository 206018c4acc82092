/** Jest transform for code that runs in plain Node: types stripped, ESM made CommonJS, source maps kept. */
const { createHash } = require('node:crypto');
const { transformSync, version } = require('esbuild');

const LOADER_BY_ENDING = { ts: 'ts', tsx: 'tsx', js: 'js', mjs: 'js', jsx: 'jsx' };

module.exports = {
  getCacheKey: (source, path) => createHash('sha256').update(`${version}\0${path}\0${source}`).digest('hex'),
  process(source, path) {
    const loader = LOADER_BY_ENDING[path.slice(path.lastIndexOf('.') + 1)] ?? 'js';
    const { code, map } = transformSync(source, {
      loader,
      format: 'cjs',
      target: 'node24',
      jsx: 'automatic',
      sourcemap: 'external',
      sourcefile: path,
    });
    return { code, map };
  },
};
