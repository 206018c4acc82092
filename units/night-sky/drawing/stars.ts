/** Right ascension in hours, declination in degrees (J2000), apparent magnitude: Hipparcos / Bright Star Catalogue, rounded. */
export interface Star {
  ra: number;
  dec: number;
  magnitude: number;
}

const star = (hours: number, minutes: number, dec: number, magnitude: number): Star => ({
  ra: hours + minutes / 60,
  dec,
  magnitude,
});

export const STARS = {
  // The Plough / Big Dipper (Ursa Major)
  dubhe: star(11, 3.73, 61.75, 1.79),
  merak: star(11, 1.84, 56.38, 2.37),
  phecda: star(11, 53.83, 53.69, 2.44),
  megrez: star(12, 15.43, 57.03, 3.31),
  alioth: star(12, 54.03, 55.96, 1.77),
  mizar: star(13, 23.93, 54.93, 2.27),
  alkaid: star(13, 47.54, 49.31, 1.86),
  // Ursa Minor
  polaris: star(2, 31.82, 89.264, 1.98),
  yildun: star(17, 32.22, 86.586, 4.36),
  epsilonUmi: star(16, 45.97, 82.037, 4.23),
  zetaUmi: star(15, 44.06, 77.794, 4.32),
  kochab: star(14, 50.71, 74.156, 2.08),
  pherkad: star(15, 20.73, 71.834, 3.05),
  etaUmi: star(16, 17.5, 75.755, 4.95),
  // Cassiopeia
  caph: star(0, 9.18, 59.15, 2.27),
  schedar: star(0, 40.51, 56.537, 2.23),
  gammaCas: star(0, 56.71, 60.717, 2.47),
  ruchbah: star(1, 25.82, 60.235, 2.68),
  segin: star(1, 54.4, 63.67, 3.37),
  // Perseus
  mirfak: star(3, 24.32, 49.861, 1.79),
  algol: star(3, 8.17, 40.956, 2.12),
  gammaPer: star(3, 4.8, 53.506, 2.93),
  deltaPer: star(3, 42.92, 47.788, 3.01),
  epsilonPer: star(3, 57.85, 40.01, 2.89),
  zetaPer: star(3, 54.13, 31.884, 2.85),
  etaPer: star(2, 50.7, 55.896, 3.76),
  capella: star(5, 16.69, 45.998, 0.08),
  // Orion and his neighbours
  betelgeuse: star(5, 55.17, 7.407, 0.5),
  bellatrix: star(5, 25.13, 6.35, 1.64),
  meissa: star(5, 35.14, 9.934, 3.33),
  mintaka: star(5, 32.01, -0.299, 2.23),
  alnilam: star(5, 36.21, -1.202, 1.69),
  alnitak: star(5, 40.76, -1.943, 1.77),
  saiph: star(5, 47.76, -9.67, 2.06),
  rigel: star(5, 14.54, -8.202, 0.13),
  sirius: star(6, 45.15, -16.716, -1.46),
  aldebaran: star(4, 35.92, 16.509, 0.86),
  elnath: star(5, 26.29, 28.608, 1.65),
  procyon: star(7, 39.3, 5.225, 0.34),
  alcyone: star(3, 47.48, 24.105, 2.87),
  // The Southern Cross, its Pointers, Achernar
  acrux: star(12, 26.6, -63.099, 0.76),
  mimosa: star(12, 47.72, -59.689, 1.25),
  gacrux: star(12, 31.17, -57.113, 1.64),
  imai: star(12, 15.15, -58.749, 2.79),
  ginan: star(12, 21.36, -60.401, 3.59),
  rigilKentaurus: star(14, 39.61, -60.834, -0.27),
  hadar: star(14, 3.82, -60.373, 0.61),
  achernar: star(1, 37.71, -57.237, 0.46),
  canopus: star(6, 23.95, -52.696, -0.74),
  // The False Cross (Vela and Carina)
  avior: star(8, 22.51, -59.51, 1.86),
  aspidiske: star(9, 17.09, -59.275, 2.21),
  alsephina: star(8, 44.71, -54.709, 1.93),
  markeb: star(9, 22.12, -55.011, 2.47),
} as const satisfies Record<string, Star>;

export type StarName = keyof typeof STARS;

/** Figures as the stars to join, in order. */
export const FIGURES = {
  plough: ['alkaid', 'mizar', 'alioth', 'megrez', 'dubhe', 'merak', 'phecda', 'megrez'],
  littleBear: ['polaris', 'yildun', 'epsilonUmi', 'zetaUmi', 'kochab', 'pherkad', 'etaUmi', 'zetaUmi'],
  cassiopeia: ['caph', 'schedar', 'gammaCas', 'ruchbah', 'segin'],
  perseus: ['etaPer', 'gammaPer', 'mirfak', 'deltaPer', 'epsilonPer', 'zetaPer'],
  orion: ['betelgeuse', 'alnitak', 'saiph', 'rigel', 'mintaka', 'bellatrix', 'meissa', 'betelgeuse'],
  belt: ['mintaka', 'alnilam', 'alnitak'],
} as const satisfies Record<string, readonly StarName[]>;
