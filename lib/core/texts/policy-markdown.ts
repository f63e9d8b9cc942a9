/** The privacy policy as Markdown, for `docs/PRIVACY.md`. */
import type { Policy } from './policy-text.ts';

/** Lines of a document are no longer than this, where words allow it. */
const WIDTH = 120;

export function policyMarkdown({ version, date, change, summary, sections }: Policy): string {
  const blocks = sections.flatMap(({ title, content }) => [
    `## ${title}`,
    ...content.map((block) =>
      typeof block === 'string' ? wrapped(block, '') : block.map((line) => wrapped(`- ${line}`, '  ')).join('\n'),
    ),
  ]);
  return `${['# Privacy policy', `Version ${version}, ${date}. ${change}`, wrapped(summary, ''), ...blocks].join('\n\n')}\n`;
}

function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
