/** Phones draw focus and selection themselves. */
export function installGlobalStyle(): void {}
