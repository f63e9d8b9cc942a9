/** How `npm start` tells what became of each image: a table for people, or a line of JSON for programs. */
import { basename } from 'node:path';
import { saving } from '../lib/core/model/receipt.ts';
import type { Texts } from '../lib/core/texts/texts.ts';
import type { ImageReport } from './main-job.ts';

export interface Report {
  readonly add: (report: ImageReport) => void;
  /** Called once, when all is done. */
  readonly end: () => void;
}

export function reportAsJson(): Report {
  return {
    add: (report) => {
      process.stdout.write(`${JSON.stringify(report)}\n`);
    },
    end: () => undefined,
  };
}

/** Rows appear as the images are done, so the width of the first column is made for all names beforehand. */
export function reportAsTable(texts: Texts, names: readonly string[], folder: string): Report {
  const widths = [Math.min(40, Math.max(5, ...names.map((name) => name.length))), 17, 10, 10, 9, 8];
  const line = (cells: readonly string[]): void => {
    const padded = cells.map((cell, index) =>
      index < 2 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
    );
    process.stdout.write(`${padded.join('  ').trimEnd()}\n`);
  };
  let headed = false;
  let saved = 0;
  return {
    add(report) {
      if (!headed) line(['image', 'format', 'before', 'after', 'saving', 'time']);
      headed = true;
      if (report.error) process.stdout.write(`${nameIn(report, widths[0] ?? 0)}  failed: ${report.error.message}\n`);
      else {
        line(cellsOf(report, texts, widths[0] ?? 0));
        saved++;
      }
    },
    end: () => {
      if (saved > 0) process.stdout.write(`Saved in ${folder}\n`);
    },
  };
}

function cellsOf(report: ImageReport, texts: Texts, width: number): string[] {
  const from = texts.formatLabel(report.inputFormat ?? ''),
    to = texts.formatLabel(report.outputFormat ?? '');
  return [
    nameIn(report, width),
    from === to ? from : `${from} to ${to}`,
    texts.bytesText(report.inputBytes ?? 0),
    texts.bytesText(report.outputBytes ?? 0),
    savingOf(report, texts),
    `${((report.milliseconds ?? 0) / 1000).toFixed(1)} s`,
  ];
}

function savingOf({ receipt }: ImageReport, texts: Texts): string {
  if (!receipt || receipt.outcome === 'original') return 'original';
  const share = saving(receipt);
  return `${share < 0 ? '+' : ''}${texts.percentText(share)} %`;
}

function nameIn({ source }: ImageReport, width: number): string {
  const name = basename(source);
  return (name.length > width ? `${name.slice(0, width - 1)}…` : name).padEnd(width);
}
