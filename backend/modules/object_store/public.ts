export { createDiskStore } from './disk-store.ts';
export { ChecksumMismatch, type ObjectStore } from './models.ts';
export { registerObjectRoutes } from './routes.ts';
export { createObjectService, type ObjectService } from './service.ts';
