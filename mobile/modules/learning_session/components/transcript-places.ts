/** Paragraphs of a transcript, as their author parted them. */
export function paragraphsOf(transcript: string): string[] {
  return transcript
    .split(/\n\s*\n/u)
    .map((paragraph) => paragraph.replace(/\s+/gu, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}

/**
 * Which paragraph is being spoken when so much (0 to 1) of the recording has been heard. A recording brings no times along, so it goes
 * by how long the paragraphs are: one voice reads at one pace. Null before anything was heard.
 */
export function spokenParagraph(paragraphs: readonly string[], share: number): number | null {
  if (share <= 0 || paragraphs.length === 0) return null;
  const spoken = share * paragraphs.reduce((sum, { length }) => sum + length, 0);
  let end = 0;
  const index = paragraphs.findIndex(({ length }) => (end += length) >= spoken);
  return index === -1 ? paragraphs.length - 1 : index;
}
