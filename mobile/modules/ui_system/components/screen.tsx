import { useRef, type ReactNode, type Ref } from 'react';
import { RefreshControl, ScrollView, StyleSheet, View, type Text as NativeText, type ViewStyle } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { useTextScale } from '../theme/text-size';
import { COLUMN_MAX_WIDTH, space, TARGET_MIN_SIZE, WIDE_COLUMN_MAX_WIDTH } from '../theme/tokens.ts';
import { IconButton } from './button.tsx';
import { useKeepHeadingFocus } from './keep-focus';
import { useI18n } from '../i18n/language-provider.tsx';
import { useSafeArea } from './safe-area.ts';
import { Heading } from './text.tsx';
import { useToastRoom } from './toast.tsx';

export interface ScreenProps {
  /** Heading of level 1. */
  title: string;
  /** The title is a unit's or lesson's own and runs as its words do. */
  isTitleContent?: boolean;
  /** Absent on screens that one cannot go back from. */
  onBack?: () => void;
  /** Right of the title: buttons and links of the whole screen. */
  actions?: ReactNode;
  /** Between header and content, always of the same place (badges, banners). */
  notice?: ReactNode;
  /** Stays below while the content scrolls. */
  footer?: ReactNode;
  /** Pull to refresh, on phones. */
  onRefresh?: () => void;
  isRefreshing?: boolean;
  /** For screens that move what they scroll. */
  scrollRef?: Ref<ScrollView>;
  /** Nothing in the content takes focus: then the scrolling itself does, for those who scroll with keys. */
  isScrollInTabOrder?: boolean;
  /** Above the title, of constant height. */
  eyebrow?: ReactNode;
  /** The content scrolls by itself (a long list); on what it scrolls it sets `columnStyle(isWide)` and leaves `useToastRoom()`. */
  hasOwnScroll?: boolean;
  /** A grid or two columns rather than a text: the whole may be wider. */
  isWide?: boolean;
  children: ReactNode;
}

/** In the header it would leave no room for what it is the title of, so it scrolls with that; none is ever cut. */
const LONG_TITLE_CHARS = 56;

/** Header, one readable column in the middle, safe areas. Landmarks: banner, main. */
export function Screen(props: ScreenProps) {
  const palette = usePalette();
  const insets = useSafeArea();
  const isLong = props.title.length * useTextScale() > LONG_TITLE_CHARS && props.hasOwnScroll !== true;
  const title = <Title {...props} />;
  return (
    <View style={[styles.fill, { backgroundColor: palette.background, paddingTop: insets.top }]}>
      <ScreenHeader {...props}>{isLong ? null : title}</ScreenHeader>
      <View role="main" style={styles.fill}>
        {props.hasOwnScroll === true ? props.children : <ScrollingContent {...props} longTitle={isLong ? title : null} />}
      </View>
      {props.footer === undefined ? null : (
        <View
          style={[
            styles.footer,
            { borderColor: palette.border, backgroundColor: palette.surface, paddingBottom: insets.bottom + space.m },
          ]}
        >
          <View style={columnStyle(false)}>{props.footer}</View>
        </View>
      )}
    </View>
  );
}

function Title({ title, isTitleContent = false }: ScreenProps) {
  const heading = useRef<NativeText>(null);
  useKeepHeadingFocus(heading);
  return (
    <Heading ref={heading} level={1} variant="title" {...(isTitleContent && { dir: 'auto' as const })}>
      {title}
    </Heading>
  );
}

function ScreenHeader({ onBack, actions, notice, eyebrow, isWide = false, children }: ScreenProps) {
  const i18n = useI18n();
  const palette = usePalette();
  return (
    <View role="banner" style={[styles.header, { borderColor: palette.border }]}>
      <View style={[columnStyle(isWide), styles.headerLine]}>
        {onBack === undefined ? null : (
          <View style={styles.back}>
            <IconButton icon="back" label={i18n.t('Back')} onPress={onBack} />
          </View>
        )}
        <View style={styles.title}>
          {eyebrow}
          {children}
        </View>
        {actions === undefined ? null : <View style={styles.actions}>{actions}</View>}
      </View>
      {notice === undefined ? null : <View style={[columnStyle(isWide), styles.notice]}>{notice}</View>}
    </View>
  );
}

function ScrollingContent({
  children,
  onRefresh,
  isRefreshing = false,
  footer,
  scrollRef,
  isScrollInTabOrder = false,
  isWide = false,
  longTitle,
}: ScreenProps & { longTitle: ReactNode }) {
  const insets = useSafeArea();
  const bottom = space.xxl + useToastRoom() + (footer === undefined ? insets.bottom : 0);
  return (
    <ScrollView
      {...(scrollRef !== undefined && { ref: scrollRef })}
      {...(isScrollInTabOrder && { tabIndex: 0 as const })}
      style={styles.fill}
      keyboardShouldPersistTaps="handled"
      contentContainerStyle={[columnStyle(isWide), styles.content, { paddingBottom: bottom }]}
      {...(onRefresh !== undefined && {
        refreshControl: <RefreshControl refreshing={isRefreshing} onRefresh={onRefresh} />,
      })}
    >
      {longTitle}
      {children}
    </ScrollView>
  );
}

/** One column in the middle with the screen's margins. */
export function columnStyle(isWide: boolean): ViewStyle {
  return isWide ? styles.wideColumn : styles.column;
}

const column = { width: '100%', alignSelf: 'center', paddingHorizontal: space.l } as const;
const styles = StyleSheet.create({
  fill: { flex: 1, minHeight: 0 },
  column: { ...column, maxWidth: COLUMN_MAX_WIDTH + 2 * space.l },
  wideColumn: { ...column, maxWidth: WIDE_COLUMN_MAX_WIDTH + 2 * space.l },
  header: { borderBottomWidth: 1, paddingVertical: space.s },
  headerLine: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    alignContent: 'center',
    gap: space.s,
    minHeight: TARGET_MIN_SIZE + space.s,
  },
  /** The drawing, not the target around it, stands on the margin. */
  back: { marginStart: -space.m },
  title: { flex: 1, minWidth: 96 },
  actions: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.s },
  notice: { gap: space.s, paddingTop: space.xs },
  content: { gap: space.l, paddingTop: space.l, flexGrow: 1 },
  footer: { borderTopWidth: 1, paddingTop: space.m },
});
