/**
 * The privacy policy: the one source of the extension's own page and of `docs/PRIVACY.md` (written by
 * `npx tsx scripts/privacy-policy.ts`; a test holds that they are the same). Its version is in `policy-version.ts`.
 */
import { POLICY_VERSION } from './policy-version.ts';

export interface PolicySection {
  readonly title: string;
  /** A paragraph, or a list. */
  readonly content: readonly (string | readonly string[])[];
}

export interface Policy {
  readonly version: string;
  /** ISO 8601. */
  readonly date: string;
  /** What is new in this version, in a sentence or two. */
  readonly change: string;
  readonly contact: string;
  readonly summary: string;
  readonly sections: readonly PolicySection[];
}

export const POLICY: Policy = {
  ...POLICY_VERSION,
  contact: 'privacy@compressimage.run',
  summary:
    'Your images stay on your machine. CompressImage works on them here and holds them encrypted, until they are saved or you have not used them for an hour. Then they are gone. Nothing about you or them is sent to anyone.',
  sections: [
    {
      title: 'Everything is local',
      content: [
        'Images are read, made smaller and shown by the extension itself, in your browser. There is no server of ours that they could go to, and no code that could send them.',
        'The only requests that the extension makes are for the images that you point at or list, and for what a drawing shows (fonts, styles, pictures in it), to the sites that serve them, as your browser would do to show them; mostly its cache answers. Those sites can see such a request like any other. Files that you choose, drop or paste make no request at all.',
      ],
    },
    {
      title: 'What is held, and for how long',
      content: [
        'While the extension works for you, it holds:',
        [
          "The image as it came and the smaller one, encrypted (AES-GCM, 256 bits) in the extension's own storage. The key is in memory only.",
          'What the image is called, where it came from, and what was done with it, in memory only; also what is still to be said of it, where a page lets no message be seen.',
          'While images that you gave it wait to be read, or to be written into a ZIP: how many, until you know of it. No names.',
          'A ledger of what was purged in this session: when, by which rule, in which format, how many bytes. No names and no addresses.',
          'Your settings and presets, until you delete them. Among them is the list of the sites whose uploads you want to be made smaller: the only sites that the extension writes down. Which sites you have allowed it to read, the browser keeps.',
          'Technical figures, only if you switch them on.',
        ],
        "Hosts that you refused are remembered in memory until the browser closes, so that nothing asks again. You see the images, names, addresses, the ledger, figures and settings, as they are at this moment, on the Privacy page of the extension's options.",
      ],
    },
    {
      title: 'When images are purged',
      content: [
        'An image is gone from the extension, whichever comes first:',
        [
          'when its download is complete (a cancelled or failed download keeps it, so that you can save it again); if you choose so, 5 minutes after it, so that you can compare it or have it in another format at once;',
          'after 60 minutes in which you did nothing with it and it was not being worked on (to wait for its turn counts as work); you can choose a shorter time, from 5 minutes, but no longer one;',
          "when the browser is closed, crashes or is ended: the key goes with it, what is left on disk can't be read by anyone, and the next start deletes it first of all;",
          'when you say so: one image, or all of them at once;',
          'when room is needed: above 1 GB the oldest finished results go first.',
        ],
        'The name and the address of an image go with it: from the ledger at once, from the list of this session at the latest when the same time has passed.',
        'The file that you saved is yours, in your download folder. Your browser keeps its own list of downloads and its own cache of the pages that you visit; a purge does not touch them.',
      ],
    },
    {
      title: 'Private windows',
      content: [
        "The extension works in a private window only if you allow it in the browser's settings. Then what it holds for that window is in memory only, is kept apart from your other windows, is never counted, and is gone when the last private window closes. A site that you allow there, and settings that you change, stay, as in any window.",
      ],
    },
    {
      title: 'Statistics',
      content: [
        'They are off until you switch them on, and they never leave your machine: there is no code that could send them. They are sums of technical figures: formats, sizes, ratio, time of the work, browser and its version, operating system, number of cores, and month. Each can be switched off by itself, and then it is removed from what was counted before, too.',
        'There is never an address, a site, a file name, a pixel, a fingerprint of an image, a place, or anything that names you or your machine in them.',
      ],
    },
    {
      title: 'Your rights',
      content: [
        'You need to ask nobody. On the Privacy page you can:',
        [
          'see what is held of your images, and take it along as one file (access and portability);',
          'delete one image, or everything at once (deletion);',
          'leave the statistics off, or switch them off again (objection);',
          'switch off single figures (restriction).',
        ],
        'These are the rights that the GDPR and the CCPA give you. Because we receive no personal data, we have none that we could show, sell, share or delete. We do not know who you are, so we can treat nobody differently. The extension is safe for children in the sense of COPPA: it collects nothing from anyone of any age.',
      ],
    },
    {
      title: 'No third parties, no training, no payment, no account',
      content: [
        'No third party takes part in this. There are no advertisements, no trackers and no analytics. Your images train no model. There is nothing to pay and no account to make.',
      ],
    },
    {
      title: 'Permissions',
      content: [
        "The extension reads a page only when you ask it to: the image that you choose; to list, pick or find one, which images are there, with small pictures of them; and beside a field for uploads, how large a file may be. On a site that you have put on the list of those whose uploads are to be made smaller, it also takes each image that you choose or drop there for upload; the list is in the options, and you can shorten it at any time. It asks for the permission to read a site at the moment when an image needs it, and you can take it back in the options or in the browser's settings.",
        'If you switch notifications on, what came of an image is said by your system where a page lets no message of ours be seen. Your system may keep such a notification, with the name of the file, as it does with all others. In private windows there are none.',
      ],
    },
    {
      title: 'Changes',
      content: [
        'When an update brings a newer policy, the extension says so quietly, with a summary of what is new, for 30 days or until you have read it.',
      ],
    },
    { title: 'Contact', content: ['Questions about privacy: privacy@compressimage.run'] },
  ],
};
