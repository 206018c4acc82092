import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { StyleSheet, View } from 'react-native';
import { useI18n } from '../i18n/language-provider.tsx';
import { useSafeArea } from './safe-area.ts';
import { usePalette } from '../theme/theme.tsx';
import { radius, space } from '../theme/tokens.ts';
import { Button, IconButton } from './button.tsx';
import { Text } from './text.tsx';

export interface Toast {
  text: string;
  /** For instance **Undo**. The toast goes when it is pressed. */
  action?: { label: string; onPress(): void };
}
interface Shown extends Toast {
  id: number;
}

/** Long enough to read twenty words and reach the button; one with an action stays longer. */
const TOAST_MS = 6_000;
export const TOAST_WITH_ACTION_MS = 12_000;

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);
const ToastRoomContext = createContext(0);

/** Shows a line for some seconds and has it read aloud politely. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}

/** What a toast covers at the foot of the screen: what scrolls there ends so much higher, and all of it can be reached. */
export function useToastRoom(): number {
  return useContext(ToastRoomContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [height, setHeight] = useState(0);
  const show = useCallback((toast: Toast) => setShown((before) => ({ ...toast, id: (before?.id ?? 0) + 1 })), []);
  const hide = useCallback(() => setShown(null), []);
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(hide, shown.action === undefined ? TOAST_MS : TOAST_WITH_ACTION_MS);
    return () => clearTimeout(timer);
  }, [shown, hide]);
  const content = useMemo(() => children, [children]);
  return (
    <ToastContext value={show}>
      <ToastRoomContext value={shown === null ? 0 : height + space.l}>{content}</ToastRoomContext>
      <ToastLine toast={shown} onHide={hide} onHeight={setHeight} />
    </ToastContext>
  );
}

/** The live region is always there, so that screen readers notice what is put into it. */
function ToastLine({ toast, onHide, onHeight }: { toast: Shown | null; onHide(): void; onHeight(height: number): void }) {
  const palette = usePalette();
  const i18n = useI18n();
  const insets = useSafeArea();
  return (
    <View style={[styles.place, { bottom: insets.bottom + space.l }]} pointerEvents="box-none" aria-live="polite" role="status">
      {toast === null ? null : (
        <View
          key={toast.id}
          onLayout={({ nativeEvent }) => onHeight(nativeEvent.layout.height)}
          style={[styles.toast, { backgroundColor: palette.surface, borderColor: palette.outline }]}
        >
          <Text style={styles.text}>{toast.text}</Text>
          <View style={styles.actions}>
            {toast.action === undefined ? null : (
              <Button
                kind="quiet"
                label={toast.action.label}
                onPress={() => {
                  toast.action?.onPress();
                  onHide();
                }}
              />
            )}
            <IconButton icon="close" label={i18n.t('Dismiss')} onPress={onHide} tone="muted" />
          </View>
        </View>
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  place: { position: 'absolute', left: space.l, right: space.l, alignItems: 'center' },
  toast: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'flex-end',
    columnGap: space.s,
    maxWidth: 560,
    borderRadius: radius.m,
    borderWidth: 1,
    paddingStart: space.l,
    paddingEnd: space.xs,
    paddingVertical: space.xs,
    boxShadow: '0 6px 24px rgba(0, 0, 0, 0.22)',
  },
  actions: { flexDirection: 'row', alignItems: 'center' },
  text: { flexGrow: 1, flexShrink: 1, flexBasis: 160, paddingVertical: space.s },
});
