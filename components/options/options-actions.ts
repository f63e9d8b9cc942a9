/** What a person can do on the options page; each takes effect in every open view. */
import type { Settings } from '../../lib/storage/settings/schema.ts';
import type { StatisticsChoice } from '../../lib/storage/statistics/choice.ts';

export interface OptionsActions {
  readonly change: (change: Partial<Settings>) => void;
  readonly chooseStatistics: (choice: StatisticsChoice) => void;
  readonly exportPresets: () => void;
  /** Resolves to what is to be said of it. */
  readonly importPresets: (file: File) => Promise<string>;
  readonly setKeys: () => void;
  readonly purge: (item: string) => void;
  readonly exportAll: () => void;
  readonly deleteEverything: () => Promise<void>;
  readonly deleteSettings: () => Promise<void>;
  readonly policyRead: () => void;
}
