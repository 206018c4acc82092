import { useState } from 'react';
import { Pressable, StyleSheet, View, useWindowDimensions } from 'react-native';
import { Button, Directed, Icon, IconButton, Text, radius, space, useI18n, usePalette } from '../../ui_system/public.ts';
import { useResolvedAsset } from '../../offline_cache/public-ui.ts';
import { useAudioPlace } from '../queries.ts';
import { missingAssetWords } from './asset-words.ts';
import { clockText } from './clock-text.ts';
import { PositionSlider } from './position-slider';
import { Transcript } from './transcript.tsx';
import { SKIP_SECONDS, useLessonAudio, type LessonAudio } from './use-lesson-audio.ts';

interface AudioBarProps {
  assetId: string;
  /** Of the lesson, for the lock screen. */
  title: string;
  /** What is spoken; it is part of the lesson and readable where the recording is missing. */
  transcript: string | null;
}

/** A recording runs as its tape did, from left to right, where reading goes the other way too (Material Design, Apple's guidelines). */
const TAPE = 'ltr';

/** From here on everything fits beside each other. */
export const ONE_LINE_MIN_WIDTH = 640;

/** The recording of a lesson: stays in reach below the text while one reads. */
export function AudioBar({ assetId, title, transcript }: AudioBarProps) {
  const { asset, retry } = useResolvedAsset(assetId);
  const i18n = useI18n();
  const [isTranscriptShown, setIsTranscriptShown] = useState(false);
  const shownTranscript = isTranscriptShown ? transcript : null;
  const transcriptButton =
    transcript === null ? null : (
      <Button
        kind="quiet"
        isCompact
        label={isTranscriptShown ? i18n.t('Hide transcript') : i18n.t('Show transcript')}
        isExpanded={isTranscriptShown}
        onPress={() => setIsTranscriptShown((before) => !before)}
      />
    );
  return (
    <View role="region" aria-label={i18n.t('Audio')} style={styles.bar}>
      {asset.kind === 'shown' ? (
        <AudioControls assetId={assetId} uri={asset.uri} title={title} transcript={shownTranscript} onReload={retry}>
          {transcriptButton}
        </AudioControls>
      ) : (
        <MissingAudio
          words={
            asset.kind === 'loading' ? i18n.t('Fetching the recording…') : missingAssetWords(i18n, 'recording', asset.reason)
          }
          transcript={shownTranscript}
          {...(asset.kind === 'placeholder' && { onRetry: retry })}
        >
          {transcriptButton}
        </MissingAudio>
      )}
    </View>
  );
}

interface AudioControlsProps {
  assetId: string;
  uri: string;
  title: string;
  /** Null while it is not to be seen. */
  transcript: string | null;
  onReload(): void;
  children: React.ReactNode;
}

function AudioControls(props: AudioControlsProps) {
  const { place, remember } = useAudioPlace(props.assetId);
  const audio = useLessonAudio(props.uri, props.title, place, remember);
  const palette = usePalette();
  const i18n = useI18n();
  const isWide = useWindowDimensions().width >= ONE_LINE_MIN_WIDTH;
  if (audio.isBroken) {
    return (
      <MissingAudio words={i18n.t('The recording could not be played.')} transcript={props.transcript} onRetry={props.onReload}>
        {props.children}
      </MissingAudio>
    );
  }
  const buttons = (
    <>
      <IconButton icon="back15" label={i18n.t('Back 15 seconds')} onPress={() => audio.skip(-SKIP_SECONDS)} />
      <Pressable
        role="button"
        aria-label={audio.isPlaying ? i18n.t('Pause') : i18n.t('Play')}
        onPress={audio.toggle}
        style={({ pressed }) => [styles.play, { backgroundColor: palette.accent }, pressed && styles.pressed]}
      >
        <Icon name={audio.isPlaying ? 'pause' : 'play'} tone="onAccent" size={28} />
      </Pressable>
      <IconButton icon="forward15" label={i18n.t('Forward 15 seconds')} onPress={() => audio.skip(SKIP_SECONDS)} />
    </>
  );
  const speed = (
    <Button
      kind="quiet"
      isCompact
      label={i18n.t('{factor}×', { factor: i18n.number(audio.speed) })}
      name={i18n.t('{factor}× speed', { factor: i18n.number(audio.speed) })}
      onPress={audio.nextSpeed}
    />
  );
  const share = audio.durationSeconds > 0 ? audio.positionSeconds / audio.durationSeconds : 0;
  const transcript =
    props.transcript === null ? null : <Transcript text={props.transcript} share={share} isPlaying={audio.isPlaying} />;
  if (isWide) {
    return (
      <>
        {transcript}
        <Directed direction={TAPE} style={styles.line}>
          {buttons}
          <Timeline audio={audio} />
          {speed}
          {props.children}
        </Directed>
      </>
    );
  }
  return (
    <>
      {transcript}
      <Directed direction={TAPE} style={styles.line}>
        <Timeline audio={audio} />
        {speed}
      </Directed>
      <Directed direction={TAPE} style={[styles.line, styles.controls]}>
        {buttons}
        <View style={styles.spring} />
        {props.children}
      </Directed>
    </>
  );
}

function Timeline({ audio }: { audio: LessonAudio }) {
  return (
    <>
      <PositionSlider
        positionSeconds={audio.positionSeconds}
        durationSeconds={audio.durationSeconds}
        stepSeconds={1}
        onSeek={audio.seek}
      />
      <View role="timer">
        <Text variant="small" tone="muted" dir="ltr" style={styles.clock}>
          {`${clockText(audio.positionSeconds)} / ${clockText(audio.durationSeconds)}`}
        </Text>
      </View>
    </>
  );
}

interface MissingAudioProps {
  words: string;
  transcript: string | null;
  onRetry?: () => void;
  children: React.ReactNode;
}

function MissingAudio({ words, transcript, onRetry, children }: MissingAudioProps) {
  const i18n = useI18n();
  return (
    <>
      {transcript === null ? null : <Transcript text={transcript} share={0} isPlaying={false} />}
      <View style={[styles.line, styles.missing]}>
        <Icon name="headphones" tone="muted" />
        <View role="status" style={styles.words}>
          <Text variant="small" tone="muted">
            {words}
          </Text>
        </View>
        {onRetry === undefined ? null : <Button kind="secondary" icon="refresh" label={i18n.t('Try again')} onPress={onRetry} />}
        {children}
      </View>
    </>
  );
}

const styles = StyleSheet.create({
  bar: { gap: space.xs },
  line: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  controls: { flexWrap: 'wrap', gap: space.xs },
  clock: { fontVariant: ['tabular-nums'] },
  play: { width: 52, height: 52, borderRadius: radius.pill, alignItems: 'center', justifyContent: 'center' },
  pressed: { opacity: 0.8 },
  spring: { flex: 1 },
  missing: { flexWrap: 'wrap', minHeight: 52 },
  words: { flex: 1, minWidth: 160 },
});
