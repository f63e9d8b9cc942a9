/** What a person lets be counted. */
import * as v from 'valibot';

/**
 * Each has its own switch. formats: of the input and the output. sizes: bytes before and after. ratio: output by input.
 * milliseconds: the work's time. browser: its name and major version. system: the operating system. cores: how many
 * the browser tells of. month: the calendar month. Nothing else is ever counted.
 */
export const STATISTICS_FIELDS = [
  'formats',
  'sizes',
  'ratio',
  'milliseconds',
  'browser',
  'system',
  'cores',
  'month',
] as const;
export type StatisticsField = (typeof STATISTICS_FIELDS)[number];

export const statisticsChoiceSchema = v.strictObject({
  /** Off until the person switches it on. */
  enabled: v.boolean(),
  fields: v.strictObject({
    formats: v.boolean(),
    sizes: v.boolean(),
    ratio: v.boolean(),
    milliseconds: v.boolean(),
    browser: v.boolean(),
    system: v.boolean(),
    cores: v.boolean(),
    month: v.boolean(),
  } satisfies Record<StatisticsField, unknown>),
});
export type StatisticsChoice = v.InferOutput<typeof statisticsChoiceSchema>;

export const DEFAULT_STATISTICS_CHOICE: StatisticsChoice = {
  enabled: false,
  fields: {
    formats: true,
    sizes: true,
    ratio: true,
    milliseconds: true,
    browser: true,
    system: true,
    cores: true,
    month: true,
  },
};
