import type { HttpReply } from '../infrastructure/models.ts';
import { CHUNK_BYTES, judgeChunk, rangeHeaders } from './chunk.ts';

function reply(status: number, length: number, headers: Record<string, string> = {}): HttpReply {
  return { status, headers, body: new Uint8Array(length) };
}
const part = (range: string, length: number, headers: Record<string, string> = {}): HttpReply =>
  reply(206, length, { 'content-range': range, ...headers });

describe('[DL-3] what is asked of the object store', () => {
  it('is a chunk, or what is left of the object, and for what is there already only if it is still the same', () => {
    expect(rangeHeaders(0, 1_000_000, null)).toEqual({ range: 'bytes=0-262143' });
    expect(rangeHeaders(CHUNK_BYTES, 1_000_000, '"tag"')).toEqual({ range: 'bytes=262144-524287', 'if-range': '"tag"' });
    expect(rangeHeaders(12, 20, null)).toEqual({ range: 'bytes=12-19' });
  });
});

describe('[DL-2] what the object store’s answer means', () => {
  it.each([
    [500, 'try_later'],
    [503, 'try_later'],
    [408, 'try_later'],
    [425, 'try_later'],
    [429, 'try_later'],
    [401, 'sign_again'],
    [403, 'sign_again'],
    [410, 'sign_again'],
    [404, 'gone'],
    [412, 'restart'],
    [416, 'restart'],
    [204, 'not_ours'],
    [302, 'not_ours'],
    [499, 'not_ours'],
  ])('status %d: %s', (status, kind) => {
    expect(judgeChunk(reply(status, 20, { 'content-range': 'bytes 0-19/20' }), 0, 20)).toEqual({ kind });
  });

  it('the whole object is one that has the right size', () => {
    const whole = reply(200, 20, { etag: '"tag"' });
    expect(judgeChunk(whole, 10, 20)).toEqual({ kind: 'bytes', bytes: whole.body, isWhole: true, etag: '"tag"' });
    expect(judgeChunk(reply(200, 19), 0, 20)).toEqual({ kind: 'not_ours' });
    expect(judgeChunk(reply(200, 21), 0, 20)).toEqual({ kind: 'not_ours' });
  });

  it('a part is exactly the part that was asked for', () => {
    const asked = part('bytes 10-14/200', 5, { etag: '"tag"' });
    expect(judgeChunk(asked, 10, 200)).toEqual({ kind: 'bytes', bytes: asked.body, isWhole: false, etag: '"tag"' });
    expect(judgeChunk(part('bytes 10-14/*', 5), 10, 200)).toMatchObject({ kind: 'bytes' });
    expect(judgeChunk(part('bytes 0-19/20', 20), 0, 20)).toMatchObject({ kind: 'bytes' });
    expect(judgeChunk(part('bytes 18-19/20', 2), 18, 20)).toMatchObject({ kind: 'bytes' });
  });

  it.each([
    ['no range at all', reply(206, 5)],
    ['another unit', part('items 10-14/20', 5)],
    ['words before it', part('x bytes 10-14/20', 5)],
    ['words after it', part('bytes 10-14/20 x', 5)],
    ['no total', part('bytes 10-14/', 5)],
    ['another total', part('bytes 10-14/21', 5)],
    ['another beginning', part('bytes 11-15/20', 5)],
    ['another beginning, though its end is right', part('bytes 3-14/20', 5)],
    ['fewer bytes than it says', part('bytes 10-15/20', 5)],
    ['more bytes than it says', part('bytes 10-13/20', 5)],
    ['no byte', part('bytes 10-9/20', 0)],
    ['an end behind the object’s', part('bytes 10-20/*', 11)],
  ])('a part with %s is nobody’s bytes', (_, answer) => {
    expect(judgeChunk(answer, 10, 20)).toEqual({ kind: 'not_ours' });
  });

  it('[DL-3] only a strong tag is kept for If-Range', () => {
    const tagOf = (headers: Record<string, string>) => {
      const verdict = judgeChunk(reply(200, 20, headers), 0, 20);
      return verdict.kind === 'bytes' ? verdict.etag : 'no bytes';
    };
    expect(tagOf({ etag: '"strong"' })).toBe('"strong"');
    expect(tagOf({ etag: 'W/"weak"' })).toBeNull();
    expect(tagOf({})).toBeNull();
  });
});
