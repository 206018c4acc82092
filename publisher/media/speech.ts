import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

/** Speaking rate against the voice's own; 0.9 gives about 140 words a minute, an easy pace for a lesson. */
const RATE = 0.9;
const PAUSE_BETWEEN_PARAGRAPHS_S = 0.8;
const PAUSE_AT_THE_ENDS_S = 0.4;
/** What speech on phones is mastered to (EBU R 128 s2: −16 LUFS for mono-compatible streaming), with room for the encoder. */
const LOUDNESS_LUFS = -16;
const TRUE_PEAK_DB = -1.5;
const SAMPLE_RATE_HZ = 24_000;
const BIT_RATE = '40k';

const festivalSettings = [
  '(voice_cmu_us_slt_arctic_hts)',
  `(set! hts_engine_params (append hts_engine_params (list (list "-r" ${RATE}))))`,
];

/**
 * Speaks a transcript (paragraphs parted by empty lines) into a mono MP3 of even loudness, without time stamps or versions
 * inside, so that the same text gives the same bytes with the same tools. Returns its size in bytes.
 */
export function makeSpeech(transcriptPath: string, mp3Path: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'haversack-speech-'));
  try {
    const paragraphs = toSpeakable(readFileSync(transcriptPath, 'utf8'), transcriptPath);
    const joined = join(folder, 'joined.wav');
    joinParagraphs(
      paragraphs.map((text, index) => speak(text, join(folder, `${index}.wav`))),
      joined,
    );
    const partial = `${mp3Path}.partial`;
    encode(joined, partial, measureLoudness(joined));
    renameSync(partial, mp3Path);
    return statSync(mp3Path).size;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Festival reads plain ASCII; typographic signs become what a reader would do at them, anything else is a fault with its line. */
export function toSpeakable(transcript: string, path: string): string[] {
  const plain = transcript
    .replace(/\r\n/gu, '\n')
    .replace(/[‘’]/gu, "'")
    .replace(/[“”]/gu, '"')
    .replace(/\s*[–—]\s*/gu, ', ')
    .replace(/…/gu, '.')
    .replace(/ ?°C/gu, ' degrees Celsius')
    .replace(/°/gu, ' degrees');
  for (const [index, line] of plain.split('\n').entries()) {
    const odd = /[^\x20-\x7e\t]/u.exec(line);
    if (odd) throw new Error(`${path}:${index + 1}: the voice cannot read "${odd[0]}"; write it as a word`);
  }
  const paragraphs = plain.split(/\n\s*\n/u).map((text) => text.replace(/\s+/gu, ' ').trim());
  return paragraphs.filter((text) => text !== '');
}

function speak(text: string, wavPath: string): string {
  const textPath = `${wavPath}.txt`;
  writeFileSync(textPath, `${text}\n`);
  run('text2wave', [textPath, '-o', wavPath, ...festivalSettings.flatMap((setting) => ['-eval', setting])]);
  return wavPath;
}

/** Joins the paragraphs in order, each followed by a pause. */
function joinParagraphs(wavPaths: string[], joinedPath: string): void {
  const inputs = wavPaths.flatMap((path) => ['-i', path]);
  const padded = wavPaths.map((_, index) => {
    const pause = index === wavPaths.length - 1 ? PAUSE_AT_THE_ENDS_S : PAUSE_BETWEEN_PARAGRAPHS_S;
    return `[${index}:a]apad=pad_dur=${pause}[p${index}]`;
  });
  const order = wavPaths.map((_, index) => `[p${index}]`).join('');
  const delay = `adelay=${PAUSE_AT_THE_ENDS_S * 1000}`;
  const graph = `${padded.join(';')};${order}concat=n=${wavPaths.length}:v=0:a=1,${delay}[out]`;
  run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...inputs, '-filter_complex', graph, '-map', '[out]', joinedPath]);
}

const target = `I=${LOUDNESS_LUFS}:TP=${TRUE_PEAK_DB}:LRA=11`;

/** First pass of loudnorm; its measures make the second pass one constant gain instead of a moving one. */
function measureLoudness(wavPath: string): string {
  const filter = `loudnorm=${target}:print_format=json`;
  const { stderr } = run('ffmpeg', ['-nostdin', '-hide_banner', '-i', wavPath, '-af', filter, '-f', 'null', '-']);
  const measured: unknown = JSON.parse(stderr.slice(stderr.lastIndexOf('{'), stderr.lastIndexOf('}') + 1));
  const value = (name: string): string => {
    if (typeof measured !== 'object' || measured === null || !(name in measured)) throw new Error(`ffmpeg did not say ${name}`);
    return String(Object.entries(measured).find(([key]) => key === name)?.[1]);
  };
  const names = { measured_I: 'input_i', measured_TP: 'input_tp', measured_LRA: 'input_lra', measured_thresh: 'input_thresh' };
  return Object.entries({ ...names, offset: 'target_offset' })
    .map(([option, name]) => `${option}=${value(name)}`)
    .join(':');
}

function encode(wavPath: string, mp3Path: string, measured: string): void {
  const filter = `loudnorm=${target}:linear=true:${measured},aresample=${SAMPLE_RATE_HZ}`;
  const sound = ['-ac', '1', '-c:a', 'libmp3lame', '-b:a', BIT_RATE, '-compression_level', '0'];
  const plain = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact', '-id3v2_version', '0', '-f', 'mp3'];
  run('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-i', wavPath, '-af', filter, ...sound, ...plain, mp3Path]);
}
