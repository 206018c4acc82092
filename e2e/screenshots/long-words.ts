/** What a publisher may write, at its worst: long, with a word that no line holds at large sizes, and in another direction. */
export const LONG_TITLE =
  'Understanding the watershed: how rain, snowmelt and groundwater become the rivers that we drink from, and what Wasserversorgungsgesellschaften do about it';
export const LONG_TEXT =
  'From the first drop on a leaf to the tap in the kitchen: springs, wells, aquifers, reservoirs and treatment works, who looks after them, what goes wrong when nobody does, and what a village can measure with a bucket, a bottle and a watch. With exercises after each page, for groups and for one person alone.';
export const ARABIC_TITLE = 'مياه الشرب الآمنة في القرى الصغيرة';
