/** Whether a zstd file is whole, by walking its frames (RFC 8878); DuckDB reads a file that is cut short without a word. */
import { open } from 'node:fs/promises';

const frameMagic = 0xfd2fb528;
/** Dictionary id and content size fields by their flags, in bytes. */
const dictionaryBytes = [0, 1, 2, 4];
const contentSizeBytes = [0, 2, 4, 8];
const rleBlock = 1;

/** Returns false when the file ends inside a frame. */
export async function isWholeZstd(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (position: number, length: number): Promise<Buffer> =>
      (await file.read(Buffer.alloc(length), 0, length, position)).buffer;
    let at = 0;
    while (at < size) {
      const start = await read(at, 8);
      const magic = start.readUInt32LE(0);
      if (magic >>> 4 === 0x184d2a5) {
        at += 8 + start.readUInt32LE(4); // a skippable frame
        continue;
      }
      if (magic !== frameMagic) return false;
      const descriptor = start[4] ?? 0;
      const isSingleSegment = (descriptor & 0x20) !== 0;
      const sizeFlag = descriptor >>> 6;
      at += 5 + (isSingleSegment ? 0 : 1) + (dictionaryBytes[descriptor & 3] ?? 0);
      at += sizeFlag === 0 && isSingleSegment ? 1 : (contentSizeBytes[sizeFlag] ?? 0);
      let isLast = false;
      while (!isLast) {
        if (at + 3 > size) return false;
        const header = (await read(at, 3)).readUIntLE(0, 3);
        isLast = (header & 1) === 1;
        at += 3 + (((header >>> 1) & 3) === rleBlock ? 1 : header >>> 3);
      }
      if ((descriptor & 4) !== 0) at += 4; // checksum of the content
    }
    return at === size;
  } finally {
    await file.close();
  }
}
