export { backUp, findCopy, OBJECTS, restore } from './service.ts';
