export interface PositionSliderProps {
  positionSeconds: number;
  /** 0 until it is known. */
  durationSeconds: number;
  /** How far one step of keyboard or screen reader goes. */
  stepSeconds: number;
  onSeek(seconds: number): void;
}
