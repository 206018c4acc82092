import { useI18n, usePalette } from '../../ui_system/public.ts';
import { clockText } from './clock-text.ts';
import type { PositionSliderProps } from './position-slider-props.ts';

/** The browser's own slider: keys, drag and screen readers work as their users are used to. */
export function PositionSlider({ positionSeconds, durationSeconds, stepSeconds, onSeek }: PositionSliderProps) {
  const palette = usePalette();
  const i18n = useI18n();
  return (
    <input
      type="range"
      aria-label={i18n.t('Position')}
      aria-valuetext={i18n.t('{done} of {total}', {
        done: clockText(positionSeconds),
        total: clockText(durationSeconds),
      })}
      min={0}
      max={Math.max(1, durationSeconds)}
      step={stepSeconds}
      value={positionSeconds}
      onChange={(event) => onSeek(Number(event.currentTarget.value))}
      style={{ flex: 1, minWidth: 0, height: 44, margin: 0, accentColor: palette.accent, cursor: 'pointer' }}
    />
  );
}
