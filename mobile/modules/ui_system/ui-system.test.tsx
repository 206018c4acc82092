import { act, fireEvent, render, screen } from '@testing-library/react-native';
import { useState } from 'react';
import { Button } from './components/button.tsx';
import { ErrorBoundary } from './components/error-boundary.tsx';
import { RadioGroup } from './components/radio-group.tsx';
import { Text } from './components/text.tsx';
import { TextField } from './components/text-field.tsx';
import { ToastProvider, useToast, useToastRoom } from './components/toast.tsx';
import { createI18n } from './i18n/i18n.ts';
import { darkPalette, lightPalette, type Palette } from './theme/tokens.ts';

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

const TEXT_PAIRS: readonly [keyof Palette, keyof Palette][] = [
  ...(['ink', 'muted', 'accent', 'danger'] as const).flatMap((tone) =>
    (['background', 'surface', 'sunken'] as const).map((ground): [keyof Palette, keyof Palette] => [tone, ground]),
  ),
  ['onAccent', 'accent'],
  ['ink', 'accentSoft'],
  ['ink', 'successSoft'],
  ['ink', 'dangerSoft'],
  ['success', 'successSoft'],
  ['success', 'surface'],
  ['warning', 'warningSoft'],
  ['danger', 'dangerSoft'],
];

describe.each([
  ['light', lightPalette],
  ['dark', darkPalette],
])('the %s palette', (_name, palette) => {
  it.each(TEXT_PAIRS)('[UI-2] %s on %s is read by all (4.5 : 1)', (text, ground) => {
    expect(contrast(String(palette[text]), String(palette[ground]))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['background', 'surface'] as const)('[UI-2] edges of controls are seen on %s (3 : 1)', (ground) => {
    expect(contrast(palette.outline, palette[ground])).toBeGreaterThanOrEqual(3);
  });
});

it('[UI-2] a field is found by its label, and its error is announced', async () => {
  await render(<TextField label="Email" value="" onChangeText={() => undefined} error="Write it." />);
  expect(screen.getByLabelText('Email')).toBeTruthy();
  expect(screen.getByText('Write it.').parent?.props['role']).toBe('alert');
});

it('[UI-2] a busy button says so and does nothing, but is not disabled: that would take the focus from it', async () => {
  const onPress = jest.fn();
  await render(<Button label="Sign out" onPress={onPress} isBusy />);
  const button = screen.getByRole('button', { name: 'Sign out' });
  await fireEvent.press(button);
  expect(onPress).not.toHaveBeenCalled();
  expect(button).toBeBusy();
  expect(button).toBeEnabled();
});

it('[UI-2] of a radio group one is chosen, and none once it is disabled', async () => {
  const onChange = jest.fn();
  const options = [
    { value: 'a', label: 'Butter' },
    { value: 'b', label: 'Water' },
  ];
  const { rerender } = await render(<RadioGroup label="Burns" options={options} value="a" onChange={onChange} />);
  expect(screen.getByRole('radio', { name: 'Butter' })).toBeChecked();
  await fireEvent.press(screen.getByRole('radio', { name: 'Water' }));
  expect(onChange).toHaveBeenCalledWith('b');
  await rerender(<RadioGroup label="Burns" options={options} value="b" onChange={onChange} isDisabled />);
  await fireEvent.press(screen.getByRole('radio', { name: 'Butter' }));
  expect(onChange).toHaveBeenCalledTimes(1);
});

it('[UI-1] a fault of drawing stays where it is, and Try again draws anew', async () => {
  const silenced = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  let isBroken = true;
  function Part() {
    if (isBroken) throw new Error('broken');
    return <Text>Whole</Text>;
  }
  await render(
    <ErrorBoundary>
      <Part />
    </ErrorBoundary>,
  );
  expect(screen.getByText('This page could not be shown')).toBeTruthy();
  isBroken = false;
  await fireEvent.press(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.getByText('Whole')).toBeTruthy();
  silenced.mockRestore();
});

it('[UI-1] a toast goes by itself', async () => {
  jest.useFakeTimers();
  function Part() {
    const toast = useToast();
    const [isDone, setIsDone] = useState(false);
    if (!isDone) setTimeout(() => (setIsDone(true), toast({ text: 'Removed' })), 1);
    return null;
  }
  await render(
    <ToastProvider>
      <Part />
    </ToastProvider>,
  );
  await act(async () => jest.advanceTimersByTime(10));
  expect(screen.getByText('Removed')).toBeTruthy();
  await act(async () => jest.advanceTimersByTime(6_000));
  expect(screen.queryByText('Removed')).toBeNull();
  jest.useRealTimers();
});

it('[UI-1] what a toast covers can be scrolled free while it is there', async () => {
  function Part() {
    const toast = useToast();
    return (
      <>
        <Text>{`room ${useToastRoom()}`}</Text>
        <Button label="Remove" onPress={() => toast({ text: 'Removed' })} />
      </>
    );
  }
  await render(
    <ToastProvider>
      <Part />
    </ToastProvider>,
  );
  expect(screen.getByText('room 0')).toBeTruthy();
  await fireEvent.press(screen.getByRole('button', { name: 'Remove' }));
  await fireEvent(screen.getByText('Removed'), 'layout', { nativeEvent: { layout: { height: 84 } } });
  expect(screen.getByText('room 100')).toBeTruthy();
  await fireEvent.press(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.getByText('room 0')).toBeTruthy();
});

it('[UI-1] says sizes, counts, lengths and moments in words', () => {
  const i18n = createI18n({ language: 'en', tag: 'en' });
  expect([0, 999, 1_000, 66_400, 2_940_000, 10_700_000_000].map(i18n.bytes)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '66 kB',
    '2.9 MB',
    '10.7 GB',
  ]);
  const lessons = '{count, plural, one {# lesson} other {# lessons}}';
  expect([1, 1_200].map((count) => i18n.t(lessons, { count }))).toEqual(['1 lesson', '1,200 lessons']);
  expect([5, 60, 100, 420].map(i18n.duration)).toEqual(['1 min', '1 min', '2 min', '7 min']);
  const now = Date.UTC(2026, 10, 24, 12);
  const minute = 60_000;
  const ago = [-5, 0.5, 1, 59, 60, 23 * 60].map((minutes) => i18n.moment(now - minutes * minute, now));
  expect(ago).toEqual(['just now', 'just now', '1 minute ago', '59 minutes ago', '1 hour ago', '23 hours ago']);
  expect(i18n.moment(now - 3 * 24 * 60 * minute, now)).toMatch(/November/);
});
