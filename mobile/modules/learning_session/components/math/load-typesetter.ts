/** Only lessons with formulas need it: in the browser it is a file of its own, on the device with the shell. */
export async function loadTypesetter() {
  return (await import('katex')).default;
}
