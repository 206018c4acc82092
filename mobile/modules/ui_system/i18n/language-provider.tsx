import { createContext, useContext, useLayoutEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { StyleSheet } from 'react-native';
import { usePreference } from '../theme/preferences.tsx';
import { webProps } from '../components/web-props.ts';
import { deviceLanguages, onDeviceLanguages } from './device-languages';
import { Directed } from './directed.tsx';
import { createI18n, type I18n } from './i18n.ts';
import { LANGUAGES, pickLocale, type LanguageChoice } from './languages.ts';
import { showLanguage } from './show-language';

const ENGLISH = createI18n({ language: 'en', tag: 'en' });
const I18nContext = createContext<I18n>(ENGLISH);

/** Words, numbers and direction for all that is below; the reader's choice is a preference and outlives the app. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [choice] = useLanguageChoice();
  const device = useSyncExternalStore(onDeviceLanguages, () => deviceLanguages().join(','));
  const i18n = useMemo(() => createI18n(pickLocale(choice, device.split(','))), [choice, device]);
  const { language, direction } = i18n;
  useLayoutEffect(() => showLanguage(language, direction), [language, direction]);
  return (
    <I18nContext value={i18n}>
      <Directed direction={direction} style={styles.fill} {...webProps({ lang: language })}>
        {children}
      </Directed>
    </I18nContext>
  );
}

/** Outside a provider (an error above it): English. */
export function useI18n(): I18n {
  return useContext(I18nContext);
}

export function useLanguageChoice(): [LanguageChoice, (choice: LanguageChoice) => void] {
  const [stored, setChoice] = usePreference('language', 'system');
  return [LANGUAGES.find((known) => known === stored) ?? 'system', setChoice];
}

const styles = StyleSheet.create({ fill: { flex: 1, minHeight: 0 } });
