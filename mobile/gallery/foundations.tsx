import { StyleSheet, View } from 'react-native';
import {
  Cover,
  Icon,
  Logo,
  radius,
  Scene,
  space,
  Text,
  typeScale,
  usePalette,
  type SceneName,
  type TextVariant,
} from '../modules/ui_system/public.ts';
import { ICON_PATHS } from '../modules/ui_system/components/icon-paths.ts';
import { Line, Part } from './part.tsx';

const SCENES: readonly SceneName[] = ['bag', 'cloud', 'signpost', 'flag', 'book', 'lens'];
const SEEDS = ['first-aid', 'map', 'water', 'sky', 'bread', 'bees'];

/** Colours, type, drawings. */
export function Foundations() {
  const palette = usePalette();
  const colors = Object.entries(palette).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return (
    <>
      <Part title="Colours">
        <Line>
          {colors.map(([name, color]) => (
            <View key={name} style={styles.color}>
              <View aria-hidden style={[styles.swatch, { backgroundColor: color, borderColor: palette.outline }]} />
              <Text variant="small">{name}</Text>
            </View>
          ))}
        </Line>
      </Part>
      <Part title="Type">
        {Object.keys(typeScale).map((variant) => (
          <Text key={variant} variant={variant as TextVariant}>
            {`${variant}: Wherever you are, أينما كنت`}
          </Text>
        ))}
      </Part>
      <Part title="Icons">
        <Line>
          {(Object.keys(ICON_PATHS) as (keyof typeof ICON_PATHS)[]).map((name) => (
            <View key={name} style={styles.icon}>
              <Icon name={name} />
              <Text variant="small">{name}</Text>
            </View>
          ))}
        </Line>
      </Part>
      <Part title="Drawings">
        <Line>
          <Logo size={72} />
          {SCENES.map((name) => (
            <Scene key={name} name={name} width={200} />
          ))}
        </Line>
      </Part>
      <Part title="Covers that stand in">
        <Line>
          {SEEDS.map((seed) => (
            <View key={seed} style={styles.cover}>
              <Cover seed={seed} />
            </View>
          ))}
        </Line>
      </Part>
    </>
  );
}

const styles = StyleSheet.create({
  /** Cells grow with the words in them. */
  color: { minWidth: 104, gap: space.xs },
  swatch: { height: 44, borderRadius: radius.s, borderWidth: 1 },
  icon: { minWidth: 88, alignItems: 'center', gap: space.xs },
  cover: { width: 240, height: 135, borderRadius: radius.m, overflow: 'hidden' },
});
