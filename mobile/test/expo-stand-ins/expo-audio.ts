import { useEffect, useReducer, useState } from 'react';

/** A recording of 80 seconds that is silent and whose time stands still: no speaker and no decoder under Jest. */
export class SilentPlayer {
  readonly duration = 80;
  currentTime = 0;
  playing = false;
  playbackRate = 1;
  readonly listeners = new Set<() => void>();

  play(): void {
    this.playing = true;
    this.changed();
  }
  pause(): void {
    this.playing = false;
    this.changed();
  }
  async seekTo(seconds: number): Promise<void> {
    this.currentTime = seconds;
    this.changed();
  }
  setPlaybackRate(rate: number): void {
    this.playbackRate = rate;
  }
  setActiveForLockScreen(): void {}
  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

export function useAudioPlayer(): SilentPlayer {
  const [player] = useState(() => new SilentPlayer());
  return player;
}

export function useAudioPlayerStatus(player: SilentPlayer) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    player.listeners.add(redraw);
    return () => void player.listeners.delete(redraw);
  }, [player]);
  const { duration, currentTime, playing } = player;
  return { isLoaded: true, duration, currentTime, playing, error: null };
}

export async function setAudioModeAsync(): Promise<void> {}
