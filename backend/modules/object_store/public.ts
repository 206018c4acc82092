export { type Collected, type Collector, createCollector } from './collector.ts';
export { createDiskStore } from './disk-store.ts';
export { ChecksumMismatch, type ObjectStore } from './models.ts';
export { openObjectStore } from './open-store.ts';
export { registerObjectRoutes } from './routes.ts';
export { createObjectService, type ObjectService } from './service.ts';
