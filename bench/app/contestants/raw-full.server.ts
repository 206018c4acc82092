export { default } from './raw.server.ts';
