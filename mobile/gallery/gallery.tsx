import {
  installGlobalStyle,
  LanguageProvider,
  PreferencesProvider,
  RadioGroup,
  Screen,
  ThemeProvider,
  ToastProvider,
  useThemeChoice,
  type ThemeChoice,
} from '../modules/ui_system/public.ts';
import { Controls } from './controls.tsx';
import { Foundations } from './foundations.tsx';
import { Messages } from './messages.tsx';

installGlobalStyle();

/**
 * `/gallery` of a development server: every component of `ui_system` in every state, for whoever changes one. No product of the build
 * holds it, so its words are no messages of the app.
 */
export function Gallery() {
  return (
    <PreferencesProvider initial={{}} onChange={() => undefined}>
      <LanguageProvider>
        <ThemeProvider>
          <ToastProvider>
            <Screen title="Gallery" isWide isScrollInTabOrder>
              <Theme />
              <Foundations />
              <Controls />
              <Messages />
            </Screen>
          </ToastProvider>
        </ThemeProvider>
      </LanguageProvider>
    </PreferencesProvider>
  );
}

function Theme() {
  const [choice, setChoice] = useThemeChoice();
  const options: { value: ThemeChoice; label: string }[] = [
    { value: 'system', label: 'As the device' },
    { value: 'light', label: 'Light' },
    { value: 'dark', label: 'Dark' },
  ];
  return <RadioGroup label="Theme" options={options} value={choice} onChange={setChoice} />;
}
