/**
 * Copies the drawings that the app uses out of Material Design Icons into `icon-paths.ts`: the package is one module of 7,000 icons,
 * and Metro would put all of them (2.8 MB) into the app. Run it again after changing the list.
 */
import * as icons from '@mdi/js';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const USED: Readonly<Record<string, Exclude<keyof typeof icons, 'default'>>> = {
  account: 'mdiAccountOutline',
  alert: 'mdiAlertCircleOutline',
  back: 'mdiArrowLeft',
  forward: 'mdiArrowRight',
  book: 'mdiBookOpenPageVariantOutline',
  check: 'mdiCheck',
  right: 'mdiCheckCircleOutline',
  wrong: 'mdiCloseCircleOutline',
  close: 'mdiClose',
  offline: 'mdiCloudOffOutline',
  settings: 'mdiCogOutline',
  download: 'mdiDownloadOutline',
  export: 'mdiExportVariant',
  forward15: 'mdiFastForward15',
  back15: 'mdiRewind15',
  headphones: 'mdiHeadphones',
  image: 'mdiImageOutline',
  info: 'mdiInformationOutline',
  search: 'mdiMagnify',
  pause: 'mdiPause',
  play: 'mdiPlay',
  plus: 'mdiPlus',
  refresh: 'mdiRefresh',
  speed: 'mdiSpeedometer',
  transcript: 'mdiTextBoxOutline',
  trash: 'mdiTrashCanOutline',
};

const target = path.join(import.meta.dirname, '../modules/ui_system/components/icon-paths.ts');
const lines = Object.entries(USED).map(([name, icon]) => `  ${name}: '${icons[icon]}',`);
writeFileSync(
  target,
  `/** SVG paths on a 24 × 24 grid, from Material Design Icons (pictogrammers.com, Apache-2.0); made by \`scripts/make-icon-paths.ts\`. */
export const ICON_PATHS = {
${lines.join('\n')}
} as const;
`,
);
process.stdout.write(`${path.relative(process.cwd(), target)}: ${lines.length} drawings\n`);
