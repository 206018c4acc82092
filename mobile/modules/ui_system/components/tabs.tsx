import { Pressable, StyleSheet, View } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { radius, space, TARGET_MIN_SIZE } from '../theme/tokens.ts';
import { useRovingFocus } from './roving.ts';
import { Text } from './text.tsx';
import { webProps } from './web-props.ts';

/** Tabs that filter what is below them. One is in the tab order; arrow keys move between them. */
export function Tabs<Key extends string>(props: {
  label: string;
  tabs: readonly { key: Key; label: string }[];
  selected: Key;
  onSelect(key: Key): void;
}) {
  const { label, tabs, selected, onSelect } = props;
  const palette = usePalette();
  const roving = useRovingFocus(
    tabs.map((tab) => tab.key),
    onSelect,
  );
  return (
    <View role="tablist" aria-label={label} style={[styles.list, { backgroundColor: palette.sunken }]}>
      {tabs.map(({ key, label: name }) => {
        const isSelected = key === selected;
        return (
          <Pressable
            key={key}
            ref={roving.register(key)}
            role="tab"
            aria-label={name}
            aria-selected={isSelected}
            tabIndex={isSelected ? 0 : -1}
            onPress={() => onSelect(key)}
            style={[styles.tab, isSelected && { backgroundColor: palette.surface, borderColor: palette.border }]}
            {...webProps({ onKeyDown: roving.onKeyDown(key) })}
          >
            <Text variant="label" tone={isSelected ? 'ink' : 'muted'} align="center">
              {name}
            </Text>
          </Pressable>
        );
      })}
    </View>
  );
}

const styles = StyleSheet.create({
  list: { flexDirection: 'row', borderRadius: radius.pill, padding: space.xs, alignSelf: 'stretch' },
  tab: {
    flex: 1,
    minHeight: TARGET_MIN_SIZE - 4,
    justifyContent: 'center',
    paddingHorizontal: space.s,
    borderRadius: radius.pill,
    borderWidth: 1,
    borderColor: 'transparent',
  },
});
