/** Everything that the extension keeps, as rows of one table. Pure. */
import { numberFormat } from '../../lib/core/texts/number-format.ts';
import { hostOf, hostOfPattern } from '../../lib/core/model/host.ts';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { RUNNING, type Job } from '../../lib/core/model/job.ts';
import type { Everything as Kept } from '../../lib/storage/everything.ts';
import { ageOf } from '../../lib/storage/job-deadline.ts';
import type { Settings, SettingsField } from '../../lib/storage/settings/schema.ts';
import type { Bucket } from '../../lib/storage/statistics/figures.ts';
import { effectiveDeadline } from '../../lib/storage/vault/deadline.ts';
import type { HeldItem, LedgerEntry } from '../../lib/storage/vault/item.ts';
import type { ViewTexts } from '../view-texts.ts';
import { monthText } from './month-text.ts';

export interface KeptRow {
  readonly key: string;
  readonly what: string;
  readonly facts: readonly string[];
  /** ms since the epoch, or in words. */
  readonly until: number | string;
  /** Of the item that the row can purge. */
  readonly item: string | null;
}

export interface KeptGroup {
  readonly id: 'images' | 'jobs' | 'ledger' | 'statistics' | 'settings';
  readonly title: string;
  readonly rows: readonly KeptRow[];
  /** What is said when there are no rows. */
  readonly empty: string;
}

/** Of all rows that have one, in ms since the epoch. */
export function deadlinesOf(groups: readonly KeptGroup[]): number[] {
  return groups.flatMap(({ rows }) => rows.flatMap(({ until }) => (typeof until === 'number' ? [until] : [])));
}

/** Items that are past their deadline are among them: `stillKept` leaves them out. */
export function keptGroups(kept: Kept, viewTexts: ViewTexts): KeptGroup[] {
  const { t } = viewTexts;
  const jobs = new Map(kept.jobs.map((job) => [job.id, job]));
  const holding = new Set(kept.items.map(({ jobId }) => jobId));
  const time = new Intl.DateTimeFormat(t('language_tag'), { timeStyle: 'medium' });
  return [
    {
      id: 'images',
      title: t('kept.images'),
      rows: kept.items.map((item) => itemRow(item, jobs.get(item.jobId), viewTexts)),
      empty: t('kept.images_none'),
    },
    {
      id: 'jobs',
      title: t('kept.jobs'),
      rows: [
        ...waitingRows(kept.waiting, viewTexts),
        ...kept.jobs.map((job) => jobRow(job, holding.has(job.id), kept.settings, viewTexts)),
      ],
      empty: t('kept.jobs_none'),
    },
    {
      id: 'ledger',
      title: t('kept.ledger'),
      rows: kept.ledger.map((entry, index) => ledgerRow(entry, index, time, viewTexts)).reverse(),
      empty: t('kept.ledger_none'),
    },
    {
      id: 'statistics',
      title: t('kept.statistics'),
      rows: kept.statistics.map((bucket, index) => bucketRow(bucket, index, viewTexts)),
      empty: kept.settings.statistics.enabled ? t('kept.statistics_none') : t('kept.statistics_off'),
    },
    { id: 'settings', title: t('kept.settings'), rows: settingRows(kept.settings, viewTexts), empty: '' },
  ];
}

/** Without the items that are past their deadline: nobody can read them any more. */
export function stillKept(groups: readonly KeptGroup[], now: number): KeptGroup[] {
  return groups.map((group) =>
    group.id === 'images' ? { ...group, rows: group.rows.filter((row) => !isPast(row, now)) } : group,
  );
}

/** How many of the items are past their deadline. */
export function pastItems(groups: readonly KeptGroup[], now: number): number {
  const images = groups.find(({ id }) => id === 'images');
  return images?.rows.filter((row) => isPast(row, now)).length ?? 0;
}

function isPast({ until }: KeptRow, now: number): boolean {
  return typeof until === 'number' && until <= now;
}

/** Proper names, the same in every language. */
const SYSTEM_NAMES: Readonly<Record<NonNullable<Bucket['system']>, string>> = {
  windows: 'Windows',
  macos: 'macOS',
  linux: 'Linux',
  chromeos: 'ChromeOS',
  android: 'Android',
  other: '?',
};

function itemRow(item: HeldItem, job: Job | undefined, { t, texts }: ViewTexts): KeptRow {
  const name = job ? nameOf(job) : t('kept.an_image');
  return {
    key: item.id,
    what: t('kept.item', [name, t(`kept.part_${item.part}`)]),
    facts: [
      ...(item.format ? [texts.formatLabel(item.format)] : []),
      texts.bytesText(item.bytes),
      t(`kept.why_${item.why}`),
    ],
    until: item.deadline,
    item: item.id,
  };
}

/** Of these, only the number is kept outside of the view. */
function waitingRows(count: number, { t }: ViewTexts): KeptRow[] {
  const text = numberFormat(t('language_tag')).format(count);
  return count === 0
    ? []
    : [
        {
          key: 'waiting',
          what: t('kept.waiting', [text], count),
          facts: [t('panel.waiting')],
          until: t('kept.until_taken'),
          item: null,
        },
      ];
}

function jobRow(job: Job, holds: boolean, settings: Settings, { t }: ViewTexts): KeptRow {
  const { origin } = job;
  const from =
    origin.kind === 'page'
      ? t('kept.from_page', [hostOf(origin.url) || hostOf(origin.pageUrl) || t('some_site')])
      : t(`kept.from_${origin.kind}`);
  return {
    key: job.id,
    what: nameOf(job),
    facts: [t(`popup.state_${job.state}`), from],
    until:
      RUNNING.has(job.state) || holds
        ? t('kept.with_images')
        : effectiveDeadline(ageOf(job), settings.idleMinutes * 60_000),
    item: null,
  };
}

function ledgerRow(
  { time, rule, part, format, bytes }: LedgerEntry,
  index: number,
  timeFormat: Intl.DateTimeFormat,
  { t, texts }: ViewTexts,
): KeptRow {
  return {
    key: String(index),
    what: t('kept.purged', [t(`kept.part_${part}`)]),
    facts: [
      timeFormat.format(time),
      t(`kept.rule_${rule.replaceAll('-', '_')}`),
      ...(format ? [texts.formatLabel(format)] : []),
      texts.bytesText(bytes),
    ],
    until: t('kept.until_restart'),
    item: null,
  };
}

function bucketRow(
  { month, formats, browser, system, cores, count, sizes, ratio, milliseconds }: Bucket,
  index: number,
  { t, texts }: ViewTexts,
): KeptRow {
  const number = (value: number): string => numberFormat(t('language_tag'), { maximumFractionDigits: 1 }).format(value);
  const pair = (from: string, to: string): string => t('statistics.from_to', [from, to]);
  return {
    key: String(index),
    what: [...(month === undefined ? [] : [monthText(month, t)]), t('kept.images_count', [number(count)], count)].join(
      ', ',
    ),
    facts: [
      ...(formats ? [pair(texts.formatLabel(formats.input), texts.formatLabel(formats.output))] : []),
      ...(sizes ? [pair(texts.bytesText(sizes.before), texts.bytesText(sizes.after))] : []),
      ...(ratio ? [t('statistics.mean_ratio', [number((ratio.sum / ratio.count) * 100)])] : []),
      ...(milliseconds ? [t('statistics.mean_time', [number(milliseconds.sum / milliseconds.count / 1000)])] : []),
      ...(browser ? [`${browser.name} ${browser.version}`] : []),
      ...(system ? [SYSTEM_NAMES[system]] : []),
      ...(cores === undefined ? [] : [t('statistics.cores', [number(cores)], cores)]),
    ],
    until: t('kept.until_deleted'),
    item: null,
  };
}

function settingRows(settings: Settings, viewTexts: ViewTexts): KeptRow[] {
  const { t } = viewTexts;
  const values: Record<SettingsField, string> = {
    recipe: recipeText(settings.recipe, viewTexts),
    presets: settings.presets.length === 0 ? t('kept.nothing') : settings.presets.map(({ name }) => name).join(', '),
    idleMinutes: String(settings.idleMinutes),
    statistics: t(settings.statistics.enabled ? 'kept.on' : 'kept.off'),
    nameTemplate: settings.nameTemplate,
    kilobyte: t('kept.kilobyte', [String(settings.kilobyte)]),
    toast: t(settings.toast ? 'kept.on' : 'kept.off'),
    uploadSites:
      settings.uploadSites.length === 0 ? t('kept.nothing') : settings.uploadSites.map(hostOfPattern).join(', '),
    menu: settings.menu.recipe ? recipeText(settings.menu.recipe, viewTexts) : t('kept.menu_as_panel'),
    keepSaved: t(settings.keepSaved ? 'kept.on' : 'kept.off'),
    grid: t(settings.grid ? 'kept.on' : 'kept.off'),
    policy: settings.policy ? t('kept.policy_seen', [settings.policy.version]) : t('kept.nothing'),
  };
  return (Object.keys(values) as SettingsField[]).map((field) => ({
    key: field,
    what: t(`kept.setting_${field}`),
    facts: [values[field]],
    until: t('kept.until_deleted'),
    item: null,
  }));
}

function recipeText({ format, aim, metadata }: Recipe, { t, texts }: ViewTexts): string {
  const aimed =
    aim.kind === 'quality'
      ? t('kept.recipe_quality', [String(aim.quality)])
      : aim.kind === 'look'
        ? t('kept.recipe_look', [String(aim.look)])
        : aim.kind === 'size'
          ? t('kept.recipe_size', [String(aim.bytes / 1000)])
          : t(`kept.recipe_${aim.kind}`);
  return t('kept.recipe', [
    format === 'same' || format === 'auto' ? t(`kept.recipe_${format}`) : texts.formatLabel(format),
    aimed,
    t(`kept.recipe_${metadata}`),
  ]);
}

function nameOf(job: Job): string {
  return 'fileName' in job ? job.fileName : job.name;
}
