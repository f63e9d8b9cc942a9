/** What a browser's decoder gives of a picture before it makes RGB of it; it is there in a worker of a browser alone. */
import type { InputFormat } from '../../image/inspection.ts';

export interface BrowserPlanes {
  /** Stored size in pixels; nothing is turned or cropped. */
  readonly width: number;
  readonly height: number;
  /** WebCodecs' name: I420 has chroma of half the width and height, I422 of half the width, I444 of all. 8 bits a sample. */
  readonly format: 'I420' | 'I422' | 'I444';
  /** Luma, then both of chroma, each row-major and without gaps. @returns false where the browser can't */
  copyTo(target: Uint8Array<ArrayBuffer>): Promise<boolean>;
  close(): void;
}

/** @returns null for whatever it cannot read, or not so. */
export type OpenPlanes = (bytes: Uint8Array<ArrayBuffer>, format: InputFormat) => Promise<BrowserPlanes | null>;
