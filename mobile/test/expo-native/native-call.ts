/** What a native function throws, as JavaScript sees it: an error of this realm whose message names the function and the cause. */
export function nativeCall<T>(functionName: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { message } = error as { message: string };
    throw new Error(`Calling the '${functionName}' function has failed\n→ Caused by: ${message}`, { cause: error });
  }
}
