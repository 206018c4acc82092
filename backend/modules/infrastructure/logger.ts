import { pino, type Logger as Pino } from 'pino';
import type { LogLevel } from './config.ts';

/** One JSON line an entry. What might name a person or open a door is struck out wherever it turns up (rule SE-3). */
export function createLogger(level: LogLevel): Pino {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Fastify would log addresses; ours are signed.
    serializers: { req: () => undefined, res: () => undefined },
    redact: {
      paths: [
        'authorization',
        'cookie',
        'password',
        'token',
        'email',
        'url',
        '*.authorization',
        '*.cookie',
        '*.password',
        '*.token',
        '*.email',
        '*.url',
      ],
      remove: true,
    },
  });
}
