/** A real browser with the extension, and what a person does with it, by names. `docs/TESTING.md` lists them. */
export { Browser, openBrowser, type BrowserOptions, type Where } from './browser.ts';
export { builtExtension, PROJECT_FOLDER } from './built.ts';
export { downloadedFiles, waitForDownloads, type DownloadedFile } from './downloads.ts';
export { extensionUrl, openExtensionPage, openPopup, setClock, shortcutOf } from './extension.ts';
export { chooseFiles, dropFiles, giveFiles } from './files.ts';
export { isEnded, readJobs, waitForJob, waitForJobs } from './jobs.ts';
export { press, typeText } from './keyboard.ts';
export { chooseMenuItem, openContextMenu, type MenuOptions, type MenuWindow } from './menu.ts';
export { click, clickAt, pointAt, type Point } from './pointer.ts';
export { allowInPrivate, openPrivateWindow } from './private-window.ts';
export { answerPermission, type AnswerOptions } from './prompt.ts';
export type { RecordedRequest, RequestRecord } from './requests.ts';
export { openScreen, type Screen, type ScreenOptions } from './screen.ts';
export { serve, Site, type Reply, type SiteOptions, type SiteRequest } from './server.ts';
export { inServiceWorker, isServiceWorkerRunning, stopServiceWorker } from './service-worker.ts';
export { imageMenu, textsAsBuilt, translateAsBuilt } from './texts.ts';
export { clickToastAction, readAnnouncements, readToasts, waitForToast, type Toast } from './toast.ts';
export { until, type WaitOptions } from './waiting.ts';
