import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  ConfigurationDraft,
  canonicalStatement,
  configurationOf,
  type ParsedStatement,
  parseCib,
  parseStatement,
  parseStatements,
  printConfiguration,
  printObject,
  printStatement,
  readEntities,
  showObjects,
} from '@holdfast/model';
import { type Check, type CrmCase, loadCases, SHARED } from './cases.ts';
import { runEffect } from './run-effect.ts';
import { objectsOf, ShellSession } from './run-session.ts';
import { canonical, type Element, membersAsRefs, readElement, statementElement } from './xml-view.ts';
import { evaluate } from './xpath.ts';

/** The result of one case: undefined is a pass, a text says what differs. */
export type Outcome = string | undefined;

/** Runs a case of the kinds that need no session. */
export function runCase(test: CrmCase): Outcome {
  try {
    const run = RUNNERS[test.kind];
    return run ? run(test) : 'not run';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

const RUNNERS: Readonly<Record<string, (test: CrmCase) => Outcome>> = {
  exact: (test) => differ(canonical(parsed(test)), canonical(readElement(test.xml ?? ''))),
  render: (test) => differ(shownOneLine(test.xml ?? '', String(test.cli)), String(test.cli)),
  roundtrip: (test) =>
    differ(oneLine(printStatement(parseStatement(String(test.cli)).statement)), oneLine(test.expect ?? '')),
  checks: (test) => firstOf(test.checks ?? [], (check) => runCheck(parsed(test), check)),
  accept: (test) => (parsed(test) ? undefined : 'not accepted'),
  reject: runReject,
  object: runObjectOfSession,
  effect: runEffect,
  session: runSession,
  session_show: runSessionShow,
  cts_object: runObject,
  cts_cib: runCib,
};

function parsed(test: CrmCase): Element {
  return statementElement(parseStatement(String(test.cli)).statement);
}

function runReject(test: CrmCase): Outcome {
  try {
    parseStatement(String(test.cli));
  } catch {
    return undefined;
  }
  return 'accepted';
}

function runCheck(element: Element, check: Check): Outcome {
  if (check.tag !== undefined && element.name !== check.tag) return `tag ${element.name}`;
  if (
    check.children !== undefined &&
    element.children.filter((each) => each.name !== 'instance_attributes').length !== check.children
  )
    if (element.children.length !== check.children) return `${element.children.length} children`;
  if (check.attr !== undefined) {
    const actual = element.attributes[check.attr] ?? null;
    return actual === check.equals ? undefined : `${check.attr} is ${String(actual)}`;
  }
  if (check.xpath === undefined) return undefined;
  const found = evaluate(element, check.xpath);
  if (check.count !== undefined) return found.length === check.count ? undefined : `${found.length} found`;
  return differ(JSON.stringify(found), JSON.stringify(check.equals));
}

/** One object of a CIB: the statement gives the element, and the element gives the statement. */
function runObject(test: CrmCase): Outcome {
  const cli = String(test.cli);
  const options = { ignoreInnerIds: true };
  const element = hidden(readElement(test.xml ?? ''));
  const made = statementElement(parseStatement(cli).statement);
  const unwrapped = made.name.endsWith('_defaults') ? (made.children[0] as Element) : made;
  const forward = differ(
    canonical(unwrapped, options),
    canonical(withNodeId(membersAsRefs(element), unwrapped), options),
  );
  return forward ?? differ(shownOneLine(test.xml ?? '', cli), oneLine(cli));
}

/** Passwords as the reference showed them. */
function hidden(element: Element): Element {
  const secret = element.name === 'nvpair' && /^passw/.test(element.attributes.name ?? '');
  return {
    ...element,
    attributes: secret ? { ...element.attributes, value: '******' } : element.attributes,
    children: element.children.map(hidden),
  };
}

/** A node's id is left out of a statement when it is its name. */
function withNodeId(element: Element, made: Element): Element {
  if (element.name !== 'node' || made.attributes.id !== undefined) return element;
  const { id: _, ...attributes } = element.attributes;
  return { ...element, attributes };
}

function shownOneLine(xml: string, cli: string): string {
  const keyword = cli.split(/\s/)[0];
  const text =
    /^<meta_attributes/.test(xml) && keyword === 'op_defaults' ? `<op_defaults>${xml}</op_defaults>` : xml;
  const shown = showObjects(configurationOf(readEntities(text, { upgrade: false })));
  const last = shown.at(-1);
  return last ? oneLine(printObject(last, { oneLine: true, hide: ['passw*'] })) : '';
}

function played(test: CrmCase, fill: boolean): ShellSession {
  const session = new ShellSession(fill);
  for (const line of typeof test.cli === 'string' ? [test.cli] : test.cli) session.run(line);
  return session;
}

/** One object at the end of a session, ids included. Objects of sessions that are not there are played alone. */
function runObjectOfSession(test: CrmCase): Outcome {
  const [name] = test.source.split('#');
  const session = loadCases('session').find((each) => each.source === name);
  const { configuration } = played(session ?? test, test.source.includes('testcases'));
  const [wanted = ''] = objectsOf(configurationOf(readEntities(test.xml ?? ''))).slice(-1);
  const id = (/"id":"([^"]*)"[^{}]*}$/.exec(wanted) ?? [])[1];
  const ours = objectsOf(configuration);
  if (ours.includes(wanted)) return undefined;
  return `want ${wanted}\n      got ${ours.find((each) => id !== undefined && each.includes(`"id":"${id}"`)) ?? ours.join()}`;
}

/** A session ends with the recorded CIB, ids included. The older recordings are without the agents' advice. */
function runSession(test: CrmCase): Outcome {
  const wanted = objectsOf(parseCib(test.xml ?? '').configuration);
  const preset = test.source.includes('testcases') ? ['property fencing-enabled=false'] : [];
  const ours = objectsOf(
    played({ ...test, cli: [...preset, ...test.cli] }, test.source.includes('testcases')).configuration,
  );
  const missing = wanted.filter((each) => !ours.includes(each));
  const extra = ours.filter((each) => !wanted.includes(each));
  if (missing.length + extra.length === 0) return undefined;
  return `missing ${missing[0] ?? '-'}\n      extra ${extra[0] ?? '-'} (${missing.length}/${extra.length})`;
}

function runSessionShow(test: CrmCase): Outcome {
  // This recording began with one node; the others erase everything first.
  const preset = test.source.includes('bugs.exp') ? ['node node1'] : [];
  const { shown } = played({ ...test, cli: [...preset, ...test.cli] }, true);
  const plain = (text: string): string => oneLine(text.trim().replace(/\\\n\s*/g, ' '));
  return differ(plain(shown), plain(test.expect ?? ''));
}

/**
 * The whole text of a CIB. Where the document is at hand, what we print of it must mean what the reference printed.
 * Always, the text must give a configuration that is printed so again.
 */
function runCib(test: CrmCase): Outcome {
  const theirs = String(test.cli)
    .split('\n')
    // Warnings of the reference, comments, and a topology without levels say nothing about the configuration.
    .filter((line) => !/^\S*\[33mWARNING|^#|^fencing_topology$/.test(line))
    .join('\n');
  const wanted = parseStatements(theirs);
  const draft = new ConfigurationDraft();
  draft.replaceSelection([], wanted);
  const again = compareMeanings(printConfiguration(draft.configuration()), wanted);
  const file = join(SHARED, 'scheduler-cases/xml', basename(test.xml_file ?? '-'));
  if (again !== undefined || !existsSync(file)) return again;
  const { configuration } = parseCib(readFileSync(file, 'utf8'));
  return compareMeanings(printConfiguration(configuration, { hide: ['passw*'] }), wanted);
}

function compareMeanings(ours: string, wanted: readonly ParsedStatement[]): Outcome {
  const back = meanings(parseStatements(ours));
  const want = meanings(wanted);
  const missing = want.filter((each) => !back.includes(each));
  const extra = back.filter((each) => !want.includes(each));
  if (missing.length + extra.length === 0) return undefined;
  const show = (text: string | undefined): string => text?.slice(0, 600) ?? '-';
  return `missing ${show(missing[0])}\n      extra ${show(extra[0])} (${missing.length}/${extra.length})`;
}

function meanings(statements: readonly ParsedStatement[]): string[] {
  return statements.flatMap(({ statement }) =>
    statement.kind === 'xml'
      ? showObjects(configurationOf(statement.entities))
          .slice(-1)
          .map((each) => canonicalStatement(each.statement))
      : [canonicalStatement(statement)],
  );
}

/** Joins continued lines and runs of blanks. */
export function oneLine(text: string): string {
  return text
    .replace(/ *\\\n\s*/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim();
}

function differ(actual: string, expected: string): Outcome {
  return actual === expected ? undefined : `got ${actual}\n      want ${expected}`;
}

function firstOf<T>(items: readonly T[], run: (item: T) => Outcome): Outcome {
  for (const item of items) {
    const outcome = run(item);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}
