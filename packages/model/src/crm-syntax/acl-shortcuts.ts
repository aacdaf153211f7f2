/** What an abbreviation stands for: without arguments, with one, with two. `R` and `A` are the arguments. */
type Forms = readonly [none: string | undefined, one: string | undefined, two?: string];

const SHORTCUTS: ReadonlyMap<string, Forms> = new Map<string, Forms>([
  ['meta', [undefined, '//*[@id="R"]/meta_attributes', '//*[@id="R"]/meta_attributes/nvpair[@name="A"]']],
  [
    'params',
    [undefined, '//*[@id="R"]/instance_attributes', '//*[@id="R"]/instance_attributes/nvpair[@name="A"]'],
  ],
  ['utilization', [undefined, '//*[@id="R"]/utilization']],
  ['location', [undefined, '//rsc_location[@rsc="R"]']],
  ['property', ['//crm_config//nvpair', '//crm_config//nvpair[@name="R"]']],
  ['nodeattr', ['//nodes/node/instance_attributes', '//nodes/node/instance_attributes/nvpair[@name="R"]']],
  ['nodeutil', ['//nodes/node/utilization', '//nodes/node[@uname="R"]/utilization']],
  ['node', ['//nodes/node', '//nodes/node[@uname="R"]']],
  ['status', ['/cib/status', undefined]],
  ['cib', ['/cib', undefined]],
]);

/** The XPath an abbreviated permission (`meta:web:target-role`) stands for; undefined when it is none. */
export function shortcutToXpath(name: string, argument: string): string | undefined {
  const forms = SHORTCUTS.get(name);
  const [first = '', second] = argument.split(':');
  const form = forms?.[second !== undefined ? 2 : first === '' ? 0 : 1];
  if (form === undefined || /["']/.test(argument)) return undefined;
  return form.replace('"R"', () => `"${first}"`).replace('"A"', () => `"${second ?? ''}"`);
}

/** The abbreviation of an XPath; undefined when there is none. */
export function xpathToShortcut(xpath: string): string | undefined {
  for (const [name, forms] of SHORTCUTS)
    for (const form of forms) {
      const argument = form === undefined ? undefined : argumentsOf(form, xpath);
      if (argument !== undefined) return argument === '' ? name : `${name}:${argument}`;
    }
  return undefined;
}

function argumentsOf(form: string, xpath: string): string | undefined {
  const escaped = form.replace(/[[\]*().]/g, '\\$&').replace(/"[RA]"/g, '"([^":]+)"');
  const found = new RegExp(`^${escaped}$`).exec(xpath);
  return found ? found.slice(1).join(':') : undefined;
}
