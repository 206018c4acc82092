/** The languages of the phone, the most wanted first; Intl knows the first alone. */
export function deviceLanguages(): readonly string[] {
  return [new Intl.DateTimeFormat().resolvedOptions().locale];
}

/** A phone whose language is changed starts its apps anew. */
export function onDeviceLanguages(_listener: () => void): () => void {
  return () => undefined;
}
