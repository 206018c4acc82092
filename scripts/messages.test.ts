import { describe, expect, it } from 'vitest';
import { catalogueFaults, messagesOf, updated } from '../mobile/scripts/catalogues.ts';

const LESSONS = '{count, plural, one {# lesson} other {# lessons}}';

describe('messages', () => {
  it('are found where the code says them, in components and in functions', () => {
    const source = `
      // i18n.t('only talked about')
      const words = (i18n: I18n) => i18n.t('Queued');
      export const Part = () => <Button label={i18n.t('Delete {title}', { title })} hint="i18n.t('no')" />;`;
    expect(messagesOf(source, 'part.tsx')).toEqual(['Queued', 'Delete {title}']);
  });

  it('bring a catalogue up to date: the new is empty, the old goes, the rest stays', () => {
    expect(updated({ Units: 'Unidades', Gone: 'Ido' }, ['Units', 'New', 'Units'])).toEqual({ New: '', Units: 'Unidades' });
  });
});

describe('a catalogue', () => {
  const faults = (message: string, translation: string, language = 'ar') =>
    catalogueFaults(language, { [message]: translation }, [message]);

  it('that is whole has no fault', () => {
    expect(faults('Delete {title}', 'حذف {title}')).toEqual([]);
    expect(faults(LESSONS, '{count, plural, one {# lección} other {# lecciones}}', 'es')).toEqual([]);
  });

  it('fails where a message is missing, stale or not translated', () => {
    expect(catalogueFaults('es', { Old: 'Viejo' }, ['New'])).toEqual(['missing: New', 'stale, no screen says it: Old']);
    expect(faults('Units', ' ')).toEqual(['not translated: Units']);
  });

  it.each([
    ['Delete {title}', 'حذف {name}', /placeholders are \{name\} and not \{title\}/],
    ['Delete {title}', 'حذف', /placeholders are \{\} and not \{title\}/],
    [LESSONS, '{count, plural, one {درس} other {# درس}}', /plural forms are missing \(zero, two, few, many\)/],
    [LESSONS, '{count, plural, one {درس} other {# درس}', /not ICU MessageFormat/],
  ])('fails where %j is said as %j', (message, translation, fault) => {
    expect(faults(message, translation)).toEqual([expect.stringMatching(fault)]);
  });
});
