import { StyleSheet, useWindowDimensions, View } from 'react-native';
import type { AssetView } from '../../offline_cache/public-ui.ts';
import { Button, Card, Heading, Icon, radius, space, Text, useToast } from '../../ui_system/public.ts';
import type { UnitDetail } from '../models.ts';
import { useMyUnitsAction } from '../queries.tsx';
import { UnitArt } from './unit-art.tsx';
import { unitFacts } from './unit-card.tsx';

/** Art, what the unit is about and what one will be able to do. */
export function UnitOverview({ unit, art }: { unit: UnitDetail; art: AssetView }) {
  const { width, height } = useWindowDimensions();
  return (
    <>
      <UnitArt art={art} label={`Cover of ${unit.title}`} style={[styles.art, width > height && styles.wideArt]} />
      <View style={styles.lead}>
        <Text variant="smallStrong" tone="muted">
          {unitFacts(unit)}
        </Text>
        <Text variant="reading">{unit.description}</Text>
        <MyUnitsButton unit={unit} />
      </View>
    </>
  );
}

export function UnitObjectives({ unit }: { unit: UnitDetail }) {
  if (unit.objectives.length === 0) return null;
  return (
    <Card>
      <Heading level={2}>What you will learn</Heading>
      <View role="list" style={styles.objectives}>
        {unit.objectives.map((objective) => (
          <View key={objective.id} role="listitem" style={styles.objective}>
            <Icon name="check" size={20} tone="accent" />
            <Text style={styles.objectiveText}>{objective.title}</Text>
          </View>
        ))}
      </View>
    </Card>
  );
}

function MyUnitsButton({ unit }: { unit: UnitDetail }) {
  const toast = useToast();
  const change = useMyUnitsAction(() => toast({ text: 'This device could not keep that. Try again.' }));
  const join = !unit.isInMyUnits;
  return (
    <View style={styles.myUnits}>
      <Button
        kind="secondary"
        {...(join && { icon: 'plus' as const })}
        label={join ? 'Add to my units' : 'Remove from my units'}
        isBusy={change.isPending}
        onPress={() => change.mutate({ unitId: unit.id, join })}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  art: { borderRadius: radius.l },
  /** On a wide, low window the picture leaves room for what it is about. */
  wideArt: { aspectRatio: 21 / 9 },
  lead: { gap: space.m },
  myUnits: { flexDirection: 'row' },
  objectives: { gap: space.m },
  objective: { flexDirection: 'row', gap: space.m, alignItems: 'flex-start' },
  objectiveText: { flex: 1 },
});
