/** The languages of the browser, the most wanted first. The same array until it changes. */
export function deviceLanguages(): readonly string[] {
  return navigator.languages;
}

export function onDeviceLanguages(listener: () => void): () => void {
  addEventListener('languagechange', listener);
  return () => removeEventListener('languagechange', listener);
}
