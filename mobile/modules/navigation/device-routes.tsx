import type { NativeStackScreenProps } from '@react-navigation/native-stack';
import { CacheManagementScreen, DownloadSettingsCard, NeedsAttentionScreen } from '../offline_cache/public-ui.ts';
import { SettingsScreen } from '../user/public-ui.ts';
import { hrefTo, type Routes } from './routes.ts';

type Props<Name extends keyof Routes> = NativeStackScreenProps<Routes, Name>;

export function DownloadsRoute({ navigation }: Props<'Downloads'>) {
  return (
    <CacheManagementScreen
      onBack={() => navigation.popTo('Units')}
      needsAttentionHref={hrefTo('NeedsAttention')}
      onNeedsAttention={() => navigation.navigate('NeedsAttention')}
      settingsHref={hrefTo('Settings')}
      onSettings={() => navigation.navigate('Settings')}
    />
  );
}

export function NeedsAttentionRoute({ navigation }: Props<'NeedsAttention'>) {
  return <NeedsAttentionScreen onBack={() => navigation.popTo('Downloads')} />;
}

export function SettingsRoute({ navigation }: Props<'Settings'>) {
  return (
    <SettingsScreen onBack={() => navigation.popTo('Units')}>
      <DownloadSettingsCard />
    </SettingsScreen>
  );
}
