import { ALL_LEVELS, LEVELS } from './levels.ts';
import type { CaseResult } from './results.ts';

/** The results as Markdown: how many cases pass each level, altogether and by feature. */
export function formatTable(title: string, results: readonly CaseResult[]): string {
  const head = ['', 'cases', ...ALL_LEVELS.map((level) => `${level} ${LEVELS[level]}`)];
  const rows = [row('all', results)];
  const features = [...new Set(results.flatMap((result) => result.features))].sort();
  for (const feature of features) {
    rows.push(
      row(
        feature,
        results.filter((result) => result.features.includes(feature)),
      ),
    );
  }
  const lines = [head, head.map((_cell, index) => (index === 0 ? '---' : '--:')), ...rows];
  return `## ${title}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function row(label: string, results: readonly CaseResult[]): string[] {
  const counts = ALL_LEVELS.map((level) => results.filter(({ passed }) => passed.includes(level)).length);
  const percent = counts.map((count) =>
    results.length === 0 ? '-' : `${((count / results.length) * 100).toFixed(1)} %`,
  );
  return [label, String(results.length), ...percent];
}
