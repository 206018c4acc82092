/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Does long work while saying how long it has taken: once a second on a terminal, every ten seconds into a file.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @param {() => string} detail what has been done so far, in a few words
 * @returns {Promise<T>}
 */
export async function withProgress(label, work, detail = () => '') {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const onTerminal = process.stdout.isTTY === true;
  const show = () => {
    const words = detail();
    const line = `${label} … ${seconds()} s${words && `, ${words}`}`;
    if (onTerminal) process.stdout.write(`\r\x1b[K${line}`);
    else say(line);
  };
  if (onTerminal) show();
  else say(`${label} …`);
  const timer = setInterval(show, onTerminal ? 1000 : 10_000);
  let outcome = 'not done';
  try {
    const result = await work();
    outcome = 'done';
    return result;
  } finally {
    clearInterval(timer);
    say(`${onTerminal ? '\r\x1b[K' : ''}${label}: ${outcome} after ${seconds()} s`);
  }
}
