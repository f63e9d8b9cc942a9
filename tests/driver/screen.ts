/**
 * A screen for real windows: a virtual one (Xvfb with the openbox window manager) or the person's own display.
 * The virtual screen keeps its pixels in a file, so taking a picture of everything on it, native menus
 * included, needs no other program.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import sharp from 'sharp';
import { end, start } from './processes.ts';
import { openShell, type Shell } from './shell.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './waiting.ts';

export interface Screen {
  /** What `DISPLAY` is for programs on this screen. */
  readonly display: string;
  readonly width: number;
  readonly height: number;
  readonly env: NodeJS.ProcessEnv;
  /** Runs xdotool on this screen and returns what it printed. */
  xdotool(...args: readonly (string | number)[]): Promise<string>;
  /** All that is on the screen now, as a PNG; with a name, also written to that file. */
  screenshot(file?: string): Promise<Buffer>;
  /** The colours (0xRRGGBB) of one column of px, downwards; null on a person's own display, which is not looked at. */
  column(x: number, y: number, height: number): Promise<number[] | null>;
  close(): Promise<void>;
}

export interface ScreenOptions {
  /** A display that is there, such as `:0`. Without it a virtual screen is started. */
  readonly display?: string | undefined;
  /** Size of a virtual screen in px. */
  readonly width?: number;
  readonly height?: number;
}

export async function openScreen(options: ScreenOptions = {}): Promise<Screen> {
  return options.display === undefined ? openVirtualScreen(options) : openExistingScreen(options.display);
}

/** No decoration and no key bindings: every pixel and every key belongs to the browser. */
const OPENBOX_SETTINGS = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse><raiseOnFocus>no</raiseOnFocus></focus>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <keyboard/><mouse/>
  <applications><application class="*" type="normal"><decor>no</decor></application></applications>
</openbox_config>
`;

async function openVirtualScreen({ width = 1280, height = 900 }: ScreenOptions): Promise<Screen> {
  const folder = await temporaryFolder('screen');
  const dump = join(folder.path, 'Xvfb_screen0');
  const server = await start(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-fbdir', folder.path, '-nolisten', 'tcp', '-noreset'],
    { extraPipes: 1 },
  );
  const display = `:${await firstLine(server.child.stdio[3] as Readable, server.ended, 'Xvfb')}`;
  const env: NodeJS.ProcessEnv = { ...process.env, DISPLAY: display };
  delete env['WAYLAND_DISPLAY'];
  const settings = join(folder.path, 'openbox.xml');
  await writeFile(settings, OPENBOX_SETTINGS);
  const windowManager = await start('openbox', ['--sm-disable', '--config-file', settings], { env });
  const shell = openShell(env);
  const xdotool = xdotoolOn(shell);
  await until('the window manager', () =>
    xdotool('get_num_desktops').then(
      () => true,
      () => false,
    ),
  );
  return {
    display,
    width,
    height,
    env,
    xdotool,
    screenshot: async (file) => toPng(await dumped(dump), file),
    column: async (x, y, rows) => {
      const { bytes, at } = await dumped(dump);
      return Array.from({ length: rows }, (_, row) => bytes.readUInt32LE(at(x, y + row)) & 0xffffff);
    },
    async close() {
      await shell.close();
      await end(windowManager);
      await end(server);
      await folder.remove();
    },
  };
}

async function openExistingScreen(display: string): Promise<Screen> {
  const env = { ...process.env, DISPLAY: display };
  const shell = openShell(env);
  const xdotool = xdotoolOn(shell);
  const [width = 0, height = 0] = (await xdotool('getdisplaygeometry')).trim().split(' ').map(Number);
  return {
    display,
    width,
    height,
    env,
    xdotool,
    screenshot: () => Promise.reject(new Error("a picture is taken of a virtual screen only, never of a person's own")),
    column: () => Promise.resolve(null),
    close: () => shell.close(),
  };
}

function xdotoolOn(shell: Shell): Screen['xdotool'] {
  return (...args) => shell.run('xdotool', args.map(String));
}

function firstLine(stream: Readable, ended: Promise<void>, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes('\n')) resolve(text.trim());
    });
    void ended.then(() => reject(new Error(`${name} ended before it was ready`)));
  });
}

interface Dump {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  /** Where in the bytes a pixel is: blue, green, red and one byte of nothing. */
  readonly at: (x: number, y: number) => number;
}

/**
 * The X window dump that Xvfb keeps (XWDFile.h, version 7): a header of 25 big-endian words, a colour map of
 * 12 bytes an entry, then rows of 32-bit pixels.
 */
async function dumped(file: string): Promise<Dump> {
  const bytes = await readFile(file);
  const word = (index: number): number => bytes.readUInt32BE(index * 4);
  const [headerSize, width, height, bitsPerPixel, bytesPerLine, colours] = [
    word(0),
    word(4),
    word(5),
    word(11),
    word(12),
    word(19),
  ];
  if (bitsPerPixel !== 32) throw new Error(`the screen has ${bitsPerPixel} bits a pixel, not 32`);
  const start = headerSize + colours * 12;
  return { bytes, width, height, at: (x, y) => start + y * bytesPerLine + x * 4 };
}

async function toPng({ bytes, width, height, at }: Dump, file: string | undefined): Promise<Buffer> {
  const rgb = Buffer.allocUnsafe(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = at(0, y); x < width; x++, from += 4) {
      rgb[to++] = bytes[from + 2]!;
      rgb[to++] = bytes[from + 1]!;
      rgb[to++] = bytes[from]!;
    }
  }
  const png = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  if (file !== undefined) await writeFile(file, png);
  return png;
}
