/** Writing boxes: ISO/IEC 14496-12, 4.2. */
import { bigEndian32, joinBytes, latin1Bytes } from '../../../bytes/bytes.ts';

export function box(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes(data);
  return joinBytes([bigEndian32(body.length + 8), latin1Bytes(type), body]);
}

/** A box whose payload begins with version and flags (4.2.2). */
export function fullBox(type: string, version: number, flags: number, ...data: readonly Uint8Array[]): Uint8Array {
  return box(type, bigEndian32(version * 2 ** 24 + flags), ...data);
}
