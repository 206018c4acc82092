import { Fragment } from 'react';
import { Linking, Platform, StyleSheet, Text as NativeText } from 'react-native';
import { usePalette, webProps } from '../../ui_system/public.ts';
import type { Inline } from './markdown-tree.ts';
import { InlineFormula } from './math/formula.tsx';

/** Parts of a line, to stand inside a `Text`, from which they take font and colour. */
export function InlineText({ parts }: { parts: readonly Inline[] }) {
  return parts.map((part, index) => <InlineView key={index} part={part} />);
}

function InlineView({ part }: { part: Inline }) {
  const palette = usePalette();
  switch (part.kind) {
    case 'text':
      return <Fragment>{part.text}</Fragment>;
    case 'break':
      return <Fragment>{'\n'}</Fragment>;
    case 'code':
      return <NativeText style={[styles.code, { backgroundColor: palette.sunken }]}>{part.text}</NativeText>;
    case 'formula':
      return <InlineFormula tex={part.tex} />;
    case 'link':
      return <OutsideLink link={part} />;
    default:
      return (
        <NativeText style={styles[part.kind]}>
          <InlineText parts={part.children} />
        </NativeText>
      );
  }
}

/** Leaves the app: another tab in the browser, which learns nothing of where it came from; the system's browser on phones. */
function OutsideLink({ link }: { link: Extract<Inline, { kind: 'link' }> }) {
  const palette = usePalette();
  return (
    <NativeText
      role="link"
      style={[styles.link, { color: palette.accent }]}
      {...(Platform.OS === 'web'
        ? webProps({ href: link.href, hrefAttrs: { target: '_blank', rel: 'noopener noreferrer' } })
        : { onPress: () => void Linking.openURL(link.href).catch(() => undefined) })}
    >
      <InlineText parts={link.children} />
    </NativeText>
  );
}

const styles = StyleSheet.create({
  code: { fontFamily: 'monospace' },
  strong: { fontWeight: '700' },
  emphasis: { fontStyle: 'italic' },
  strike: { textDecorationLine: 'line-through' },
  link: { textDecorationLine: 'underline' },
});
