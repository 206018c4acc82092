const path = require('node:path');
const { buildSync } = require('esbuild');
const { getDefaultConfig } = require('expo/metro-config');

const config = getDefaultConfig(__dirname);
const resolveAsUsual = config.resolver.resolveRequest;

/** Metro takes a package whole; of TypeBox (400 modules, 40 languages of messages) the app uses a fifth (docs/decisions/0030). */
const typebox = path.join(__dirname, '.expo/typebox.js');
buildSync({
  entryPoints: [path.join(__dirname, 'typebox-used.js')],
  outfile: typebox,
  bundle: true,
  format: 'esm',
  target: 'es2020',
  legalComments: 'none',
  logLevel: 'warning',
});
config.resolver.resolveRequest = (context, name, platform) =>
  name === 'typebox' || name === 'typebox/value'
    ? { type: 'sourceFile', filePath: typebox }
    : (resolveAsUsual ?? context.resolveRequest)(context, name, platform);

/** A module runs when it is first used: what a lesson needs costs the start nothing. */
config.transformer.getTransformOptions = () =>
  Promise.resolve({ transform: { experimentalImportSupport: true, inlineRequires: true } });

module.exports = config;
