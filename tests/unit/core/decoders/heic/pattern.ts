/** The pixels that the HEIC files of this folder hold: RGBA8, row-major. */
export const SIZE = { width: 80, height: 72 };

export function pattern(alpha: boolean): Uint8Array<ArrayBuffer> {
  const { width, height } = SIZE;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = x < 20 && y < 18;
      data.set(
        [corner ? 255 : x * 3, corner ? 0 : y * 3, ((x * 7 + y * 13) % 64) + 60, alpha ? 55 + x + y : 255],
        (y * width + x) * 4,
      );
    }
  }
  return data;
}
