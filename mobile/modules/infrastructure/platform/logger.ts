import type { Logger } from '../models.ts';

export function createLogger(): Logger {
  return { warn: (message, fields = {}) => console.warn(message, fields) };
}
