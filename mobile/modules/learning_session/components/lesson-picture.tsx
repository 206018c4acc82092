import { Image } from 'expo-image';
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Button, Icon, Skeleton, Text, radius, space, useI18n, usePalette } from '../../ui_system/public.ts';
import { useResolvedAsset } from '../../offline_cache/public-ui.ts';
import { missingAssetWords } from './asset-words.ts';

/** Until the picture says its own, so that the text below moves little; where it was seen once, not at all. */
const ASSUMED_ASPECT_RATIO = 16 / 9;
const seenAspectRatios = new Map<string, number>();

/** A picture of the lesson from this device, its words where it is missing, and a way to fetch it. */
export function LessonPicture({ assetId, alt }: { assetId: string | null; alt: string }) {
  const i18n = useI18n();
  if (assetId === null) return <Placeholder alt={alt} words={i18n.t('This picture is not part of the lesson.')} />;
  return <AssetPicture assetId={assetId} alt={alt} />;
}

function AssetPicture({ assetId, alt }: { assetId: string; alt: string }) {
  const { asset, retry } = useResolvedAsset(assetId);
  const i18n = useI18n();
  const [aspectRatio, setAspectRatio] = useState(seenAspectRatios.get(assetId) ?? ASSUMED_ASPECT_RATIO);
  const [isBroken, setIsBroken] = useState(false);
  const tryAgain = () => {
    setIsBroken(false);
    retry();
  };
  if (asset.kind === 'loading')
    return (
      <View style={{ aspectRatio }}>
        <Skeleton height="100%" />
      </View>
    );
  if (asset.kind === 'placeholder') {
    return <Placeholder alt={alt} words={missingAssetWords(i18n, 'picture', asset.reason)} onRetry={tryAgain} />;
  }
  if (isBroken) return <Placeholder alt={alt} words={i18n.t('The picture could not be shown.')} onRetry={tryAgain} />;
  return (
    <Image
      source={{ uri: asset.uri }}
      {...(alt === '' ? { accessible: false, alt: '' } : { accessible: true, alt, accessibilityLabel: alt })}
      contentFit="contain"
      style={[styles.picture, { aspectRatio }]}
      onLoad={({ source }) => {
        if (source.width === 0 || source.height === 0) return;
        seenAspectRatios.set(assetId, source.width / source.height);
        setAspectRatio(source.width / source.height);
      }}
      onError={() => setIsBroken(true)}
    />
  );
}

function Placeholder({ alt, words, onRetry }: { alt: string; words: string; onRetry?: () => void }) {
  const palette = usePalette();
  const i18n = useI18n();
  return (
    <View style={[styles.placeholder, { borderColor: palette.outline, backgroundColor: palette.surface }]}>
      <Icon name="image" size={32} tone="muted" />
      {alt === '' ? null : (
        <Text variant="body" align="center" dir="auto">
          {alt}
        </Text>
      )}
      <Text variant="small" tone="muted" align="center">
        {words}
      </Text>
      {onRetry === undefined ? null : <Button kind="secondary" icon="refresh" label={i18n.t('Try again')} onPress={onRetry} />}
    </View>
  );
}

const styles = StyleSheet.create({
  picture: { width: '100%', borderRadius: radius.m },
  placeholder: {
    alignItems: 'center',
    gap: space.s,
    padding: space.xl,
    borderWidth: 1,
    borderStyle: 'dashed',
    borderRadius: radius.m,
  },
});
