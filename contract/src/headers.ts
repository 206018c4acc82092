/** Every answer of the API carries this header with the `feed_id`; a reply without it is not ours (captive portal, proxy, CDN). */
export const SERVER_HEADER = 'haversack-server';

/** Sent with a keyed write and echoed by the server (draft-ietf-httpapi-idempotency-key-header). */
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

/**
 * Optional: the id of the person whose database the request comes from. It gives no right and names nobody; the server answers
 * 401 `wrong_person` when the token is somebody else's, so that a queue is never sent under another person's cookie (rule OC-5).
 */
export const PERSON_HEADER = 'haversack-person';

export const API_BASE_PATH = '/api/v1';
