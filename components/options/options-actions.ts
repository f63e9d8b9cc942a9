/** What a person can do on the options page; each takes effect in every open view. */
import type { NotificationAccess } from '../../lib/platform/notifications.ts';
import type { SiteAccessControl } from '../../lib/platform/site-access.ts';
import type { Settings } from '../../lib/storage/settings/schema.ts';
import type { StatisticsChoice } from '../../lib/storage/statistics/choice.ts';

export interface OptionsActions {
  /** From what is set at the time. Resolves with whether it could be used; else nothing is changed. */
  readonly change: (change: (now: Settings) => Partial<Settings>) => Promise<boolean>;
  readonly chooseStatistics: (change: (choice: StatisticsChoice) => StatisticsChoice) => void;
  /** A text as a file in Downloads. */
  readonly saveText: (fileName: string, text: string) => void;
  readonly setKeys: () => void;
  readonly siteAccess: SiteAccessControl;
  /** Null in a private window. */
  readonly notifications: NotificationAccess | null;
  readonly purge: (item: string) => void;
  readonly exportAll: () => Promise<void>;
  readonly deleteEverything: () => Promise<void>;
  readonly deleteSettings: () => Promise<void>;
  readonly policyRead: () => void;
}
