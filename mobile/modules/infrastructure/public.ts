export * from './api-client.ts';
export * from './backoff.ts';
export * from './changes.ts';
export * from './models.ts';
export * from './sqlite-database-provider.ts';
