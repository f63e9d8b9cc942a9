/** A landscape to try the product on: drawn here, so that the package carries no photograph. */

/** px. */
export const SAMPLE = { width: 1200, height: 750 } as const;

/** From far to near: hue, saturation and lightness of each ridge, and where it stands as a share of the height. */
const RIDGES = [
  { colour: [205, 32, 70], at: 0.46, rise: 0.1 },
  { colour: [196, 34, 56], at: 0.56, rise: 0.1 },
  { colour: [182, 38, 42], at: 0.68, rise: 0.09 },
  { colour: [166, 44, 29], at: 0.8, rise: 0.08 },
  { colour: [158, 50, 17], at: 0.91, rise: 0.06 },
] as const;

/** @returns a JPEG as a data: URL, of the size that a camera's settings give: about 300 kB */
export function drawSample(canvas: HTMLCanvasElement): string {
  Object.assign(canvas, SAMPLE);
  const context = canvas.getContext('2d');
  if (!context) return '';
  drawSky(context);
  RIDGES.forEach(({ colour: [hue, saturation, lightness], at, rise }, index) => {
    context.fillStyle = `hsl(${hue} ${saturation}% ${lightness}%)`;
    context.beginPath();
    context.moveTo(0, SAMPLE.height);
    for (let x = 0; x <= SAMPLE.width; x += 2) context.lineTo(x, SAMPLE.height * (at - rise * ridgeHeight(x, index)));
    context.lineTo(SAMPLE.width, SAMPLE.height);
    context.fill();
  });
  addGrain(context);
  return canvas.toDataURL('image/jpeg', 0.95);
}

function drawSky(context: CanvasRenderingContext2D): void {
  const { width, height } = SAMPLE;
  const sky = context.createLinearGradient(0, 0, 0, height * 0.65);
  sky.addColorStop(0, 'hsl(212 62% 46%)');
  sky.addColorStop(0.6, 'hsl(28 80% 78%)');
  sky.addColorStop(1, 'hsl(42 90% 86%)');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const sun = context.createRadialGradient(width * 0.7, height * 0.34, 20, width * 0.7, height * 0.34, 260);
  sun.addColorStop(0, 'hsl(48 100% 95%)');
  sun.addColorStop(0.16, 'hsl(44 100% 86% / 80%)');
  sun.addColorStop(1, 'hsl(40 100% 80% / 0%)');
  context.fillStyle = sun;
  context.fillRect(0, 0, width, height);
}

/** 0 to 1: waves of several lengths, the same at each call. */
function ridgeHeight(x: number, ridge: number): number {
  const wave = (length: number, phase: number): number => Math.sin((x / length) * Math.PI * 2 + phase + ridge * 1.7);
  return 0.5 + 0.26 * wave(760, 0.4) + 0.14 * wave(290, 2.1) + 0.06 * wave(97, 4.2) + 0.03 * wave(31, ridge);
}

/** What a camera's sensor adds: without it there is nothing to compress. */
function addGrain(context: CanvasRenderingContext2D): void {
  const picture = context.getImageData(0, 0, SAMPLE.width, SAMPLE.height);
  let state = 20_260_101;
  for (let at = 0; at < picture.data.length; at += 4) {
    // A linear congruential generator (Numerical Recipes, "Quick and Dirty Generators").
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const grain = (state / 2 ** 32 - 0.5) * 14;
    for (let channel = 0; channel < 3; channel++)
      picture.data[at + channel] = (picture.data[at + channel] ?? 0) + grain;
  }
  context.putImageData(picture, 0, 0);
}
