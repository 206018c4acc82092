import { StyleSheet, useWindowDimensions, View } from 'react-native';
import type { AssetView } from '../../offline_cache/public-ui.ts';
import { Button, Card, Heading, Icon, radius, space, Text, useHasRoomForTwo, useI18n, useToast } from '../../ui_system/public.ts';
import type { UnitDetail } from '../models.ts';
import { useMyUnitsAction } from '../queries.tsx';
import { UnitArt } from './unit-art.tsx';
import { unitFacts } from './unit-card.tsx';

/** Art, what the unit is about and what one will be able to do. */
export function UnitOverview({ unit, art }: { unit: UnitDetail; art: AssetView }) {
  const { width, height } = useWindowDimensions();
  const isBeside = useHasRoomForTwo();
  const i18n = useI18n();
  return (
    <>
      <UnitArt
        unitId={unit.id}
        art={art}
        label={i18n.t('Cover of {title}', { title: i18n.content(unit.title) })}
        style={[styles.art, width > height && !isBeside && styles.wideArt]}
      />
      <View style={styles.lead}>
        <Text variant="smallStrong" tone="muted">
          {unitFacts(i18n, unit)}
        </Text>
        <Text variant="reading" dir="auto">
          {unit.description}
        </Text>
        <MyUnitsButton unit={unit} />
      </View>
    </>
  );
}

export function UnitObjectives({ unit }: { unit: UnitDetail }) {
  const i18n = useI18n();
  if (unit.objectives.length === 0) return null;
  return (
    <Card>
      <Heading level={2}>{i18n.t('What you will learn')}</Heading>
      <View role="list" style={styles.objectives}>
        {unit.objectives.map((objective) => (
          <View key={objective.id} role="listitem" style={styles.objective}>
            <Icon name="check" size={20} tone="accent" />
            <Text style={styles.objectiveText} dir="auto">
              {objective.title}
            </Text>
          </View>
        ))}
      </View>
    </Card>
  );
}

function MyUnitsButton({ unit }: { unit: UnitDetail }) {
  const toast = useToast();
  const i18n = useI18n();
  const change = useMyUnitsAction(() => toast({ text: i18n.t('This device could not keep that. Try again.') }));
  const join = !unit.isInMyUnits;
  const press = () => {
    change.mutate({ unitId: unit.id, join });
    if (join) return;
    toast({
      text: i18n.t('Removed {title} from your units.', { title: i18n.content(unit.title) }),
      action: { label: i18n.t('Undo'), onPress: () => change.mutate({ unitId: unit.id, join: true }) },
    });
  };
  return (
    <View style={styles.myUnits}>
      <Button
        kind="secondary"
        {...(join && { icon: 'plus' as const })}
        label={join ? i18n.t('Add to my units') : i18n.t('Remove from my units')}
        isBusy={change.isPending}
        onPress={press}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  art: { borderRadius: radius.l },
  /** On a low window the picture leaves room for what it is about. */
  wideArt: { aspectRatio: 21 / 9 },
  lead: { gap: space.m },
  myUnits: { flexDirection: 'row' },
  objectives: { gap: space.m },
  objective: { flexDirection: 'row', gap: space.m, alignItems: 'flex-start' },
  objectiveText: { flex: 1 },
});
