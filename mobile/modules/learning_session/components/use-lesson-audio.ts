import { setAudioModeAsync, useAudioPlayer, useAudioPlayerStatus } from 'expo-audio';
import { useCallback, useEffect, useRef, useState } from 'react';
import { AppState } from 'react-native';
import { usePreference } from '../../ui_system/public.ts';

/** Slow enough to follow in a second language, fast enough for a second hearing. */
export const SPEEDS = [0.75, 1, 1.25, 1.5, 2] as const;
export const SKIP_SECONDS = 15;
/** How often the clock moves. */
const UPDATE_INTERVAL_MS = 250;
/** So long nobody has moved the position when the player follows. */
const SEEK_AFTER_MS = 150;
/** Nearer to the end than this, **Play** begins again. */
const END_SECONDS = 0.3;

export interface LessonAudio {
  positionSeconds: number;
  durationSeconds: number;
  isPlaying: boolean;
  /** The file is there but cannot be played. */
  isBroken: boolean;
  speed: number;
  toggle(): void;
  skip(seconds: number): void;
  seek(seconds: number): void;
  nextSpeed(): void;
}

/** Plays one file of this device. `startAtSeconds` is where one stopped (null: not known yet); `onPlace` keeps where one is. */
export function useLessonAudio(
  uri: string,
  title: string,
  startAtSeconds: number | null,
  onPlace: (positionSeconds: number) => void,
): LessonAudio {
  const player = useAudioPlayer(uri, { updateInterval: UPDATE_INTERVAL_MS });
  const status = useAudioPlayerStatus(player);
  const [speedText, setSpeedText] = usePreference('audio-speed', '1');
  const speed = SPEEDS.find((known) => String(known) === speedText) ?? 1;

  const [positionSeconds, seek] = usePosition(player, status);
  useStartPosition(player, status.isLoaded, startAtSeconds);
  useKeepPlace({ ...status, currentTime: positionSeconds }, startAtSeconds !== null, onPlace);
  useEffect(() => player.setPlaybackRate(speed, 'high'), [player, speed, status.isLoaded]);

  const duration = status.duration;
  const toggle = () => {
    if (status.playing) return player.pause();
    if (duration > 0 && player.currentTime >= duration - END_SECONDS) void player.seekTo(0);
    playInBackground(player, title);
  };
  return {
    positionSeconds,
    durationSeconds: duration,
    isPlaying: status.playing,
    isBroken: status.error !== null && status.error !== undefined,
    speed,
    toggle,
    seek,
    skip: (seconds) => seek(positionSeconds + seconds),
    nextSpeed: () => setSpeedText(String(SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length])),
  };
}

type Player = ReturnType<typeof useAudioPlayer>;

/**
 * Where one is, and a way to move it. The position moves at once, so that each press of a key counts from the last one; the player
 * follows with one seek when the presses pause, for Chromium's stops for good where one seek comes into another.
 */
function usePosition(player: Player, { currentTime, duration }: Status): [number, (seconds: number) => void] {
  const [target, setTarget] = useState<number | null>(null);
  const reached = useRef<number | null>(null);
  useEffect(() => {
    if (target === null) return;
    let isWanted = true;
    const moved = () => {
      if (isWanted) reached.current = target;
    };
    const timer = setTimeout(() => void player.seekTo(target).then(moved, moved), SEEK_AFTER_MS);
    return () => {
      isWanted = false;
      reached.current = null;
      clearTimeout(timer);
    };
  }, [player, target]);
  // What the player says next is where it is, unless a press has come in between.
  useEffect(() => {
    const at = reached.current;
    if (at !== null) setTarget((latest) => (latest === at ? null : latest));
  }, [currentTime]);
  const seek = useCallback((seconds: number) => setTarget(Math.min(Math.max(0, seconds), Math.max(0, duration))), [duration]);
  return [target ?? currentTime, seek];
}

/** The lock screen's controls are also what keeps Android playing for more than three minutes in the background. */
function playInBackground(player: Player, title: string): void {
  setAudioModeAsync({ playsInSilentMode: true, shouldPlayInBackground: true, interruptionMode: 'doNotMix' }).catch(
    () => undefined,
  );
  player.setActiveForLockScreen(true, { title, artist: 'Haversack' }, { showSeekBackward: true, showSeekForward: true });
  player.play();
}

/** Once for each player, and not before it has loaded: phones forget a seek that comes earlier. */
function useStartPosition(player: Player, isLoaded: boolean, startAtSeconds: number | null): void {
  const movedPlayer = useRef<Player | null>(null);
  useEffect(() => {
    if (!isLoaded || startAtSeconds === null || movedPlayer.current === player) return;
    movedPlayer.current = player;
    if (startAtSeconds > 0) void player.seekTo(startAtSeconds);
  }, [player, isLoaded, startAtSeconds]);
}

/** How often the place is kept while it moves: so much of a recording is heard twice after the app died. */
const KEEP_EVERY_MS = 5_000;

/** Now and then while it plays, when it stops, when the app goes to the background, and when the player goes. The end is the beginning. */
function useKeepPlace(
  { isLoaded, playing, currentTime, duration }: Status,
  isKnown: boolean,
  onPlace: (seconds: number) => void,
): void {
  const latest = useRef(() => {});
  useEffect(() => {
    latest.current = () => {
      if (isLoaded && isKnown) onPlace(currentTime >= duration - END_SECONDS ? 0 : currentTime);
    };
  });
  useEffect(() => {
    const keep = () => latest.current();
    const timer = playing ? setInterval(keep, KEEP_EVERY_MS) : undefined;
    const hiding = AppState.addEventListener('change', keep);
    return () => {
      clearInterval(timer);
      hiding.remove();
      keep();
    };
  }, [playing]);
}

type Status = Pick<ReturnType<typeof useAudioPlayerStatus>, 'isLoaded' | 'playing' | 'currentTime' | 'duration'>;
