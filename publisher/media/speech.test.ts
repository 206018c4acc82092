import { expect, it } from 'vitest';
import { toSpeakable } from './speech.ts';

it('parts a transcript into paragraphs that the voice reads as they are meant', () => {
  const transcript = 'It’s “hot” — 60 °C…\r\nStill.\r\n\r\n\r\nNext\n paragraph.\n';
  expect(toSpeakable(transcript, 'a.txt')).toEqual(['It\'s "hot", 60 degrees Celsius. Still.', 'Next paragraph.']);
});

it('names the line of what the voice cannot read', () => {
  expect(() => toSpeakable('Fine.\n\n5 × 3', 'a.txt')).toThrow('a.txt:3: the voice cannot read "×"; write it as a word');
});
