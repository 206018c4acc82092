import { useState, type ReactNode } from 'react';
import { StyleSheet, View } from 'react-native';
import { Card, Heading, space } from '../modules/ui_system/public.ts';

/** A named part of the gallery. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <View style={styles.part}>
      <Heading level={2}>{title}</Heading>
      <Card style={styles.items}>{children}</Card>
    </View>
  );
}

/** Things of a kind beside each other, as many as fit. */
export function Line({ children }: { children: ReactNode }) {
  return <View style={styles.line}>{children}</View>;
}

/** Holds what a component would tell its parent. */
export function Held<Value>(props: { initial: Value; children(value: Value, set: (next: Value) => void): ReactNode }) {
  const [value, set] = useState(props.initial);
  return props.children(value, set);
}

const styles = StyleSheet.create({
  part: { gap: space.m, marginTop: space.l },
  items: { gap: space.l },
  line: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.m },
});
