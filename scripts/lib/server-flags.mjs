/**
 * For every process that serves; the Dockerfile says the same. V8 would keep up to 32 MB per half of its young generation for
 * objects that live for one request: with 4 a node is 50 MB smaller, and no slower by the benchmark (decision 0025).
 */
export const SERVER_FLAGS = ['--max-semi-space-size=4'];
