/** What an animation's file says of its pictures, their times, their places and their order: all that cleaning must not change. Apart from the code under test. */
import type { MovieName } from './tagged.ts';

export function codedFrames(bytes: Uint8Array, format: MovieName): Buffer {
  const file = Buffer.from(bytes);
  return Buffer.concat(format === 'gif' ? gifBlocks(file) : format === 'png' ? pngChunks(file) : webpChunks(file));
}

/** Screen, tables, pictures, their controls and the loop count: GIF89a, 17 to 26. */
function gifBlocks(file: Buffer): Buffer[] {
  const table = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  const chainEnd = (from: number): number => {
    let at = from;
    while (file[at]) at += 1 + file[at]!;
    return at + 1;
  };
  let at = 13 + table(file[10]!);
  const parts = [file.subarray(0, at)];
  while (file[at] !== 0x3b) {
    const end = file[at] === 0x2c ? chainEnd(at + 11 + table(file[at + 9]!)) : chainEnd(at + 2);
    const isLoop = file.toString('latin1', at + 3, at + 14) === 'NETSCAPE2.0';
    if (file[at] === 0x2c || file[at + 1] === 0xf9 || isLoop) parts.push(file.subarray(at, end));
    at = end;
  }
  return parts;
}

function pngChunks(file: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (['IHDR', 'PLTE', 'tRNS', 'acTL', 'fcTL', 'IDAT', 'fdAT'].includes(file.toString('latin1', at + 4, at + 8)))
      parts.push(file.subarray(at, at + 12 + file.readUInt32BE(at)));
  }
  return parts;
}

function webpChunks(file: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 12; at < file.length; at += 8 + file.readUInt32LE(at + 4) + (file.readUInt32LE(at + 4) & 1)) {
    if (['ANIM', 'ANMF'].includes(file.toString('latin1', at, at + 4)))
      parts.push(file.subarray(at, at + 8 + file.readUInt32LE(at + 4)));
  }
  return parts;
}
