/**
 * A plugin of Stryker. What is written to the log is for people, and no test holds its wording; whether something is logged is still
 * mutated.
 */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'logging',
    value: {
      /** @param {{ node: object, parent: { type: string, callee?: Callee } | null }} path */
      shouldIgnore({ node, parent }) {
        const callee = parent?.type === 'CallExpression' ? parent.callee : undefined;
        if (!callee || callee === node) return undefined;
        return callee.object?.name === 'logger' || callee.object?.property?.name === 'logger' ? 'words of a log line' : undefined;
      },
    },
  },
];

/** @typedef {{ object?: { name?: string, property?: { name?: string } } }} Callee */
