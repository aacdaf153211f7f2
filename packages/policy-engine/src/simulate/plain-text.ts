/**
 * The report without its layout, as the reference prints it beside scores: no headings, bullets or indent, and no
 * blank line where a section shows nothing but its heading.
 */
export function withoutLayout(text: string): string {
  return text
    .split('\n')
    .filter((line) => !isHeading(line))
    .map((line) => line.replace(/^ *\* /, '').replace(NODE_LIST, '['))
    .join('\n');
}

/** Lists of nodes lose their label, but not those of a clone's instances. */
const NODE_LIST = /^(Online|OFFLINE|RemoteOnline|RemoteOFFLINE|GuestOnline): \[/;

/** Headings end in a colon, as only lines of nodes without capacities and resources without needs do besides. */
function isHeading(line: string): boolean {
  return /:$/.test(line) && !/ (capacity|utilization on \S+):$/.test(line);
}
