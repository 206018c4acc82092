export { Button, ButtonRow, IconButton, type ButtonKind, type ButtonProps } from './components/button.tsx';
export { Cover } from './components/cover.tsx';
export { Dialog } from './components/dialog.tsx';
export { ErrorBoundary } from './components/error-boundary.tsx';
export { Icon, type IconName } from './components/icon.tsx';
export { Link, LinkCard } from './components/link.tsx';
export { ProgressBar, Skeleton, SkeletonGroup } from './components/progress.tsx';
export { RadioGroup, type RadioOption } from './components/radio-group.tsx';
export { columnStyle, Screen, type ScreenProps } from './components/screen.tsx';
export { Badge, Banner, Card, EmptyState, type Tone } from './components/surfaces.tsx';
export { Scene, type SceneName } from './components/scene.tsx';
export { Switch } from './components/switch.tsx';
export { Tabs } from './components/tabs.tsx';
export { TextField, type TextFieldProps } from './components/text-field.tsx';
export { Heading, Text, type TextProps, type TextTone } from './components/text.tsx';
export { TOAST_WITH_ACTION_MS, ToastProvider, useToast, useToastRoom, type Toast } from './components/toast.tsx';
export { TwoColumns, useHasRoomForTwo } from './components/two-columns.tsx';
export { webProps } from './components/web-props.ts';
export { Logo } from './components/logo.tsx';
export { WelcomeFrame } from './components/welcome-frame.tsx';
export { APP_NAME } from './app-name.ts';
export { installGlobalStyle } from './global-style';
export { Directed } from './i18n/directed.tsx';
export type { I18n } from './i18n/i18n.ts';
export { LanguageProvider, useI18n, useLanguageChoice } from './i18n/language-provider.tsx';
export { LANGUAGE_NAMES, LANGUAGES, type Direction, type LanguageChoice } from './i18n/languages.ts';
export { textDirection } from './i18n/text-direction.ts';
export {
  PREFERENCE_KEYS,
  PreferencesProvider,
  usePreference,
  type PreferenceKey,
  type Preferences,
} from './theme/preferences.tsx';
export { ThemeProvider, usePalette, useThemeChoice, type ThemeChoice } from './theme/theme.tsx';
export { useTextScale } from './theme/text-size';
export { useNow } from './theme/use-now.ts';
export { READING_SIZE, radius, space, type as typeScale, type Palette, type TextVariant } from './theme/tokens.ts';
