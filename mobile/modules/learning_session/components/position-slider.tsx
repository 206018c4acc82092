import { useState } from 'react';
import { StyleSheet, View, type AccessibilityActionEvent, type GestureResponderEvent } from 'react-native';
import { radius, useI18n, usePalette } from '../../ui_system/public.ts';
import { clockText } from './clock-text.ts';
import type { PositionSliderProps } from './position-slider-props.ts';

/** Where one is in a recording: drag, or the screen reader's up and down. The browser has its own file. */
export function PositionSlider({ positionSeconds, durationSeconds, stepSeconds, onSeek }: PositionSliderProps) {
  const palette = usePalette();
  const i18n = useI18n();
  const [width, setWidth] = useState(0);
  const share = durationSeconds > 0 ? Math.min(1, positionSeconds / durationSeconds) : 0;
  const seekTo = (event: GestureResponderEvent) => {
    if (width > 0) onSeek((Math.min(Math.max(0, event.nativeEvent.locationX), width) / width) * durationSeconds);
  };
  const onAction = (event: AccessibilityActionEvent) => {
    const direction = event.nativeEvent.actionName === 'increment' ? 1 : -1;
    onSeek(positionSeconds + direction * stepSeconds);
  };
  return (
    <View
      accessible
      role="slider"
      aria-label={i18n.t('Position')}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationSeconds)}
      aria-valuenow={Math.round(positionSeconds)}
      aria-valuetext={i18n.t('{done} of {total}', {
        done: clockText(positionSeconds),
        total: clockText(durationSeconds),
      })}
      accessibilityActions={[{ name: 'increment' }, { name: 'decrement' }]}
      onAccessibilityAction={onAction}
      onLayout={(event) => setWidth(event.nativeEvent.layout.width)}
      onStartShouldSetResponder={() => true}
      onMoveShouldSetResponder={() => true}
      onResponderGrant={seekTo}
      onResponderMove={seekTo}
      style={styles.touch}
    >
      <View pointerEvents="none" style={[styles.track, { backgroundColor: palette.outline }]}>
        <View style={[styles.played, { backgroundColor: palette.accent, width: `${share * 100}%` }]} />
      </View>
      <View pointerEvents="none" style={[styles.thumb, { backgroundColor: palette.accent, left: `${share * 100}%` }]} />
    </View>
  );
}

const styles = StyleSheet.create({
  touch: { flex: 1, height: 44, justifyContent: 'center' },
  track: { height: 4, borderRadius: radius.pill, overflow: 'hidden' },
  played: { height: 4 },
  thumb: { position: 'absolute', width: 16, height: 16, borderRadius: 8, marginLeft: -8 },
});
