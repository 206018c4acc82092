export { registerApiDescription, registerApiDocs } from './api-docs.ts';
export { matchesEtag, sendEncoded, sendPage } from './conditional.ts';
export { type Config, loadConfig } from './config.ts';
export {
  createDatabase,
  createListenerOpener,
  createPool,
  isLockTimeout,
  type Listener,
  type OpenListener,
  translateFault,
} from './database.ts';
export { createDrain, type Drain } from './drain.ts';
export { describeError, sendProblem } from './errors-http.ts';
export { type App, createHttp, registerNotFound, requirePerson, watchRoutes } from './http.ts';
export { createKeyedWritesData, type KeyedWrite, readKeyedWrite, runOnce } from './idempotency.ts';
export { loadInstallation, renewFeed } from './installation.ts';
export { canonicalJson, findHostileJson, isStorable, sha256 } from './json.ts';
export { createJsonHead, type JsonHead, type JsonParts, withTail } from './json-pages.ts';
export { createLogger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { serveMetrics } from './metrics-server.ts';
export { migrate, type Migration, readMigrations } from './migrations.ts';
export {
  ApiError,
  type Clock,
  type Database,
  type Ids,
  type Installation,
  type Logger,
  notFound,
  type Person,
  type Queryable,
  StartError,
  UnavailableError,
} from './models.ts';
export { eraseRows, type PersonalData, type PersonalPart, tablePart } from './personal-data.ts';
export { problem } from './problems.ts';
export type { Outcome } from './request-record.ts';
export { registerHealth } from './routes.ts';
export type { S3Settings } from './s3-settings.ts';
export { unknownSettings } from './settings.ts';
export type { ShortAnswer, Shortcut } from './shortcut.ts';
export { createChecker } from './validation.ts';
export { registerWebApp } from './web-app.ts';
export { canonicalTime, formatWireTime, wireTime } from './wire-time.ts';
