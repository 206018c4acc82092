import {
  mdiAccountOutline,
  mdiAlertCircleOutline,
  mdiArrowLeft,
  mdiArrowRight,
  mdiBookOpenPageVariantOutline,
  mdiCheck,
  mdiCheckCircleOutline,
  mdiClose,
  mdiCloseCircleOutline,
  mdiCloudOffOutline,
  mdiCogOutline,
  mdiDownloadOutline,
  mdiFastForward15,
  mdiHeadphones,
  mdiImageOutline,
  mdiInformationOutline,
  mdiMagnify,
  mdiPause,
  mdiPlay,
  mdiPlus,
  mdiRefresh,
  mdiRewind15,
  mdiSpeedometer,
  mdiTextBoxOutline,
  mdiTrashCanOutline,
} from '@mdi/js';
import { View } from 'react-native';
import Svg, { Path } from 'react-native-svg';
import { usePalette } from '../theme/theme.tsx';
import { toneColor, type TextTone } from './text.tsx';

const PATHS = {
  account: mdiAccountOutline,
  alert: mdiAlertCircleOutline,
  back: mdiArrowLeft,
  forward: mdiArrowRight,
  book: mdiBookOpenPageVariantOutline,
  check: mdiCheck,
  right: mdiCheckCircleOutline,
  wrong: mdiCloseCircleOutline,
  close: mdiClose,
  offline: mdiCloudOffOutline,
  settings: mdiCogOutline,
  download: mdiDownloadOutline,
  forward15: mdiFastForward15,
  back15: mdiRewind15,
  headphones: mdiHeadphones,
  image: mdiImageOutline,
  info: mdiInformationOutline,
  search: mdiMagnify,
  pause: mdiPause,
  play: mdiPlay,
  plus: mdiPlus,
  refresh: mdiRefresh,
  speed: mdiSpeedometer,
  transcript: mdiTextBoxOutline,
  trash: mdiTrashCanOutline,
} as const;
export type IconName = keyof typeof PATHS;

/** A drawing beside words that already say it; hidden from screen readers. */
export function Icon({ name, size = 24, tone = 'ink' }: { name: IconName; size?: number; tone?: TextTone }) {
  const palette = usePalette();
  return (
    <View aria-hidden style={{ width: size, height: size }}>
      <Svg width={size} height={size} viewBox="0 0 24 24">
        <Path d={PATHS[name]} fill={toneColor(palette, tone)} />
      </Svg>
    </View>
  );
}
