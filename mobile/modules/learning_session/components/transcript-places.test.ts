import { paragraphsOf, spokenParagraph } from './transcript-places.ts';

it('[UI-3] a transcript has the paragraphs that its author parted', () => {
  expect(paragraphsOf('One\nline.\n\n \nTwo.\n\n\nThree.\n')).toEqual(['One line.', 'Two.', 'Three.']);
  expect(paragraphsOf(' \n\n ')).toEqual([]);
});

it('[UI-3] what is spoken follows by the length of the paragraphs', () => {
  const paragraphs = ['a'.repeat(10), 'b'.repeat(70), 'c'.repeat(20)];
  expect([0, 0.05, 0.1, 0.11, 0.5, 0.8, 0.81, 1, 1.2].map((share) => spokenParagraph(paragraphs, share))).toEqual([
    null,
    0,
    0,
    1,
    1,
    1,
    2,
    2,
    2,
  ]);
  expect(spokenParagraph([], 0.5)).toBeNull();
});
