import { useId, type ReactNode } from 'react';
import { Modal, Pressable, ScrollView, StyleSheet, View } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { radius, space } from '../theme/tokens.ts';
import { Heading, Text } from './text.tsx';
import { webProps } from './web-props.ts';

/**
 * A question that must be answered first. Focus goes in, stays in and returns; Escape, the system's back and a press beside it mean
 * `onDismiss`, which must be the harmless answer. `children` are the buttons, the harmless one first.
 */
export function Dialog(props: { isOpen: boolean; title: string; text: string; onDismiss(): void; children: ReactNode }) {
  const { isOpen, title, text, onDismiss, children } = props;
  const palette = usePalette();
  const titleId = useId();
  const textId = useId();
  return (
    <Modal
      visible={isOpen}
      transparent
      animationType="none"
      onRequestClose={onDismiss}
      {...webProps({ 'aria-labelledby': titleId, 'aria-describedby': textId })}
    >
      <View style={styles.fill}>
        <View accessibilityViewIsModal style={[styles.box, { backgroundColor: palette.surface, borderColor: palette.border }]}>
          {/* Large words on a small phone are taller than it. */}
          <ScrollView contentContainerStyle={styles.content}>
            <Heading level={2} id={titleId}>
              {title}
            </Heading>
            <Text id={textId}>{text}</Text>
            <View style={styles.buttons}>{children}</View>
          </ScrollView>
        </View>
        {/* After the box, so that focus enters at the first button and not here. */}
        <Pressable
          aria-hidden
          tabIndex={-1}
          onPress={onDismiss}
          style={[StyleSheet.absoluteFill, { backgroundColor: palette.scrim }]}
        />
      </View>
    </Modal>
  );
}

const styles = StyleSheet.create({
  fill: { flex: 1, alignItems: 'center', justifyContent: 'center', padding: space.xl },
  box: {
    zIndex: 1,
    width: '100%',
    maxWidth: 460,
    maxHeight: '100%',
    borderRadius: radius.l,
    borderWidth: 1,
    overflow: 'hidden',
    boxShadow: '0 12px 40px rgba(0, 0, 0, 0.3)',
  },
  content: { padding: space.xl, gap: space.l },
  buttons: { flexDirection: 'row', flexWrap: 'wrap', justifyContent: 'flex-end', gap: space.m, marginTop: space.s },
});
