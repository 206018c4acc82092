/** A closed page does nothing; the next visit sends what waits (rule SY-1). */
export async function registerBackgroundSync(_sync: () => Promise<void>): Promise<void> {}
