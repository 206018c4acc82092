/** Written so in every language. */
export const APP_NAME = 'Haversack';
