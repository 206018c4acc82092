import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { StyleSheet, View } from 'react-native';
import { useSyncNow, useSyncStatus } from '../../offline_cache/public-ui.ts';
import {
  APP_NAME,
  Button,
  Link,
  Screen,
  space,
  Tabs,
  Text,
  TextField,
  useI18n,
  usePreference,
  useTextScale,
  Badge,
  Logo,
  type I18n,
} from '../../ui_system/public.ts';
import { NothingListed } from '../components/nothing-listed.tsx';
import { searchUnits, selectScope, unitsOf } from '../components/select-units.ts';
import { UnitsList } from '../components/units-list.tsx';
import { UnitsNotices } from '../components/units-notices.tsx';
import type { UnitProgress, UnitsNavigation } from '../components/view-models.ts';
import type { UnitScope } from '../models.ts';
import { useUserUnitCollections } from '../queries.tsx';

/** Home: the learner's units and all others, each with its offline state. */
export function UnitsScreen(props: { navigation: UnitsNavigation; progress: UnitProgress; notice?: ReactNode }) {
  const { navigation, progress, notice } = props;
  const i18n = useI18n();
  const lists = useUserUnitCollections();
  const sync = useSyncNow();
  const status = useSyncStatus();
  const [remembered, remember] = usePreference('units-tab', 'my');
  const [chosenNow, setChosenNow] = useState<UnitScope | null>(null);
  const [search, setSearch] = useState('');
  const scope = selectScope(chosenNow, remembered, unitsOf(lists.my.data).length === 0);
  const list = lists[scope];
  // What is typed is shown at once, and what it finds when there is time: the next key does not wait for the list.
  const sought = useDeferredValue(search);
  const { data } = list;
  const found = useMemo(() => searchUnits(unitsOf(data), sought), [data, sought]);
  const choose = (next: UnitScope) => {
    setChosenNow(next);
    remember(next);
  };
  const retry = () => void Promise.all([lists.my.refetch(), lists.all.refetch()]);

  return (
    <Screen
      title={i18n.t('Units')}
      isWide
      hasOwnScroll
      eyebrow={<Eyebrow isOnline={status.isOnline} />}
      actions={
        <>
          <Button kind="secondary" icon="download" label={i18n.t('Downloads')} isCompact onPress={navigation.onOpenDownloads} />
          <Link
            icon="settings"
            label={i18n.t('Settings')}
            isIconOnly
            href={navigation.settingsHref}
            onPress={navigation.onOpenSettings}
          />
        </>
      }
      notice={
        <UnitsNotices list={lists.all.data} onSignInAgain={navigation.onSignInAgain}>
          {notice}
        </UnitsNotices>
      }
    >
      <UnitsList
        units={found}
        progress={progress}
        navigation={navigation}
        onRefresh={() => sync.mutate()}
        isRefreshing={sync.isPending}
        header={<Filters search={search} onSearch={setSearch} scope={scope} onChoose={choose} />}
        empty={
          <NothingListed
            list={list.data}
            hasFailed={list.isError}
            scope={scope}
            search={sought}
            onRetry={retry}
            onSeeAll={() => choose('all')}
          />
        }
      />
    </Screen>
  );
}

function Filters(props: { search: string; onSearch(search: string): void; scope: UnitScope; onChoose(scope: UnitScope): void }) {
  const i18n = useI18n();
  return (
    <View style={styles.filters}>
      <View style={styles.search}>
        <TextField
          label={i18n.t('Search units')}
          kind="search"
          icon="search"
          isLabelHidden
          value={props.search}
          onChangeText={props.onSearch}
        />
      </View>
      <View style={styles.tabs}>
        <Tabs label={i18n.t('Which units')} tabs={tabsIn(i18n)} selected={props.scope} onSelect={props.onChoose} />
      </View>
    </View>
  );
}

function tabsIn(i18n: I18n) {
  return [
    { key: 'my', label: i18n.t('My units') },
    { key: 'all', label: i18n.t('All units') },
  ] as const;
}

/** Always the same height, online or not. */
function Eyebrow({ isOnline }: { isOnline: boolean }) {
  const i18n = useI18n();
  const height = EYEBROW_HEIGHT * useTextScale();
  return (
    <View style={[styles.eyebrow, { height }]}>
      <Logo size={24} />
      {isOnline ? (
        <Text variant="smallStrong" tone="muted">
          {APP_NAME}
        </Text>
      ) : (
        <Badge label={i18n.t('Offline')} icon="offline" tone="warning" isLive />
      )}
    </View>
  );
}

const EYEBROW_HEIGHT = 30;

const styles = StyleSheet.create({
  filters: { flexDirection: 'row', flexWrap: 'wrap', gap: space.l, paddingHorizontal: space.s, paddingBottom: space.s },
  search: { flexGrow: 2, flexBasis: 300 },
  tabs: { flexGrow: 1, flexBasis: 300 },
  eyebrow: { flexDirection: 'row', alignItems: 'center', gap: space.s },
});
