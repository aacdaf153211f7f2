import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HoldfastError } from '@holdfast/model';
import { computeTransition, simulateDocument, unpackCluster } from '@holdfast/policy-engine';
import { parseCrmSimulate } from './crm-simulate-arguments.ts';

export interface BatchOptions {
  /** Folder with NAME.xml and perhaps cases.json, a list of `{ name, args }`. */
  readonly folder: string;
  /** Where NAME.summary, NAME.exp, NAME.scores and NAME.dot go. */
  readonly out: string;
  /** Wall clock for inputs without a date, epoch seconds. */
  readonly nowSeconds: number;
}

export interface BatchResult {
  readonly done: number;
  /** Inputs that could not be simulated, with why. */
  readonly failed: readonly { readonly name: string; readonly problem: string }[];
}

/** Simulates every document of a folder in this process. @throws HoldfastError FILE_UNREADABLE for the folder itself */
export function runBatch({ folder, out, nowSeconds }: BatchOptions): BatchResult {
  const names = listCases(folder);
  mkdirSync(out, { recursive: true });
  const failed: { name: string; problem: string }[] = [];
  for (const { name, args } of names)
    try {
      const call = parseCrmSimulate(args);
      const now = call.kind === 'simulate' ? call.request.now : undefined;
      const document = readFileSync(join(folder, `${name}.xml`));
      const texts = simulateDocument(
        document,
        { computeTransition, unpackCluster },
        { fallbackSeconds: nowSeconds, ...(now === undefined ? {} : { now }) },
      );
      writeFileSync(join(out, `${name}.summary`), texts.summary);
      writeFileSync(join(out, `${name}.exp`), texts.graph);
      writeFileSync(join(out, `${name}.scores`), texts.scores);
      writeFileSync(join(out, `${name}.dot`), texts.dot);
    } catch (error) {
      failed.push({ name, problem: error instanceof Error ? error.message : String(error) });
    }
  return { done: names.length - failed.length, failed };
}

function listCases(folder: string): { name: string; args: readonly string[] }[] {
  if (!existsSync(folder)) throw new HoldfastError('FILE_UNREADABLE', { path: folder });
  const given = new Map(readArguments(folder));
  return readdirSync(folder)
    .filter((file) => file.endsWith('.xml'))
    .sort()
    .map((file) => ({ name: basename(file, '.xml'), args: given.get(basename(file, '.xml')) ?? [] }));
}

/** Arguments per case: from cases.json in the folder, or beside a folder named `xml`. */
function readArguments(folder: string): [string, readonly string[]][] {
  const path = [join(folder, 'cases.json'), join(folder, '..', 'cases.json')].find((each) =>
    existsSync(each),
  );
  if (path === undefined) return [];
  const cases = JSON.parse(readFileSync(path, 'utf8')) as readonly {
    name: string;
    args?: readonly string[];
  }[];
  return cases.map(({ name, args }) => [name, args ?? []]);
}
