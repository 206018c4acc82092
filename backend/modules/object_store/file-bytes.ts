import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';

const PIECE_BYTES = 128 * 1024;
const IDLE_PIECES_MAX = 64;
/** Buffers that nobody reads into or writes from. */
const idle: Buffer[] = [];

/**
 * A file's bytes from `start` to `end`, both included. Piped, it fills one buffer again and again, when the writer has said that
 * its bytes have left, and then leaves it to the next: new ones would lie about until V8 has tens of MB of them to collect. Read
 * in another way it is as any stream. Ends with an error where the file cannot be read.
 */
export class FileBytes extends Readable {
  readonly #opened: Promise<FileHandle>;
  readonly #end: number;
  #position: number;

  constructor(path: string, { start = 0, end = Infinity }: { start?: number; end?: number } = {}) {
    super({ highWaterMark: PIECE_BYTES });
    this.#opened = open(path);
    this.#opened.catch((error: Error) => this.destroy(error));
    this.#position = start;
    this.#end = end;
  }

  override pipe<Writer extends NodeJS.WritableStream>(writer: Writer): Writer {
    this.#writeAllTo(writer).catch((error: Error) => this.destroy(error));
    return writer;
  }

  override _read(): void {
    this.#next(Buffer.allocUnsafeSlow(PIECE_BYTES)).then(
      (bytes) => this.push(bytes),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#opened
      .then((file) => file.close())
      .then(
        () => callback(error),
        (failure: Error) => callback(error ?? failure),
      );
  }

  /** Null at the end. */
  async #next(buffer: Buffer): Promise<Buffer | null> {
    const file = await this.#opened;
    const wanted = Math.min(buffer.length, this.#end + 1 - this.#position);
    const { bytesRead } = await file.read(buffer, 0, wanted, this.#position);
    this.#position += bytesRead;
    return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
  }

  async #writeAllTo(writer: NodeJS.WritableStream): Promise<void> {
    const piece = idle.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
    for (let bytes = await this.#next(piece); bytes !== null; bytes = await this.#next(piece)) {
      await this.#write(writer, bytes);
      if (this.destroyed) return;
    }
    if (idle.length < IDLE_PIECES_MAX) idle.push(piece);
    writer.end();
    this.push(null);
    this.resume();
  }

  /** Resolves when the writer needs the bytes no more. A reader who has gone is the writer's to tell. */
  #write(writer: NodeJS.WritableStream, bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      writer.write(bytes, (error) => {
        if (error) this.destroy();
        resolve();
      });
    });
  }
}
