import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const MOST_LINES = 500;
const LONGEST_LINE = 120;

const FOLDERS = ['packages', 'resource-agents', 'test', 'examples'];

describe('sizes and shape of files', () => {
  const files = sourceFiles(...FOLDERS);

  it(`no file has more than ${MOST_LINES} lines`, () => {
    const long = files.filter((file) => file.lines.length > MOST_LINES + 1);
    expect(long.map((file) => `${file.path}: ${file.lines.length}`)).toEqual([]);
  });

  it(`no line is longer than ${LONGEST_LINE} characters outside of texts`, () => {
    const long = files.flatMap((file) =>
      file.lines
        .map((line, index) => ({ line, index }))
        .filter(({ line }) => line.length > LONGEST_LINE && !/['"`]/.test(line))
        .map(({ line, index }) => `${file.path}:${index + 1} has ${line.length}`),
    );
    expect(long).toEqual([]);
  });

  it('file names are kebab-case and say what is inside', () => {
    const wrong = files
      .map((file) => file.path)
      .filter((path) => /(^|\/)(utils?|helpers?|misc|common)(\/|\.)/.test(path) || /[A-Z_ ]/.test(path));
    expect(wrong).toEqual([]);
  });

  it('packages have no default exports', () => {
    const wrong = files.filter(
      (file) =>
        file.path.startsWith('packages/') && /\/src\//.test(file.path) && /^export default /m.test(file.text),
    );
    expect(
      wrong.map((file) => file.path).filter((path) => !path.startsWith('packages/cli/src/commands/')),
    ).toEqual([]);
  });

  it('no check is silenced and nothing is left unfinished', () => {
    const pattern = /@ts-(ignore|nocheck|expect-error)|\bas any\b|\b(TODO|FIXME|XXX)\b/;
    const wrong = files
      .filter((file) => !file.path.startsWith('test/structure/'))
      .flatMap((file) =>
        file.lines.flatMap((line, index) =>
          pattern.test(line) ? [`${file.path}:${index + 1} ${line.trim()}`] : [],
        ),
      );
    expect(wrong).toEqual([]);
  });
});
