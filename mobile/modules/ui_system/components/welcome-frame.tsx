import type { ReactNode } from 'react';
import { ScrollView, StyleSheet, View } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { space } from '../theme/tokens.ts';
import { Logo } from './logo.tsx';
import { Scene } from './scene.tsx';
import { useHasRoomForTwo } from './two-columns.tsx';
import { useSafeArea } from './safe-area.ts';
import { Heading, Text } from './text.tsx';

/** The page of one who is not inside yet (sign-in, start, cannot start): the bag, a heading, one narrow column; beside it, where there is room, the way. */
export function WelcomeFrame({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  const palette = usePalette();
  const insets = useSafeArea();
  const hasRoom = useHasRoomForTwo();
  return (
    <View role="main" style={[styles.fill, styles.beside, { backgroundColor: palette.background }]}>
      {hasRoom ? (
        <View aria-hidden style={[styles.picture, { backgroundColor: palette.sunken }]}>
          <Scene name="bag" width="100%" />
        </View>
      ) : null}
      <ScrollView
        style={styles.fill}
        keyboardShouldPersistTaps="handled"
        contentContainerStyle={[styles.content, { paddingTop: insets.top + space.xxl, paddingBottom: insets.bottom + space.xxl }]}
      >
        <View style={styles.column}>
          <View style={styles.head}>
            <Logo size={72} />
            <Heading level={1} variant="display" align="center">
              {title}
            </Heading>
            {text === undefined ? null : (
              <Text tone="muted" align="center">
                {text}
              </Text>
            )}
          </View>
          {children}
        </View>
      </ScrollView>
    </View>
  );
}

const styles = StyleSheet.create({
  fill: { flex: 1, minHeight: 0 },
  beside: { flexDirection: 'row' },
  picture: { flex: 1, justifyContent: 'flex-end' },
  content: { flexGrow: 1, alignItems: 'center', justifyContent: 'center', paddingHorizontal: space.l },
  column: { width: '100%', maxWidth: 440, gap: space.xl },
  head: { alignItems: 'center', gap: space.m },
});
