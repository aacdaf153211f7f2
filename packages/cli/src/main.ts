// The program `holdfast`. Everything else is loaded after the compile cache is on, so that it is compiled once only.
// Taken as it is: importing a module of Node by name reads everything that it exports.
process.getBuiltinModule('node:module').enableCompileCache();
void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  const isQuick = argv[0] === 'status' && !process.env.HOLDFAST_CALLED_AS;
  if (isQuick) {
    const { quickStatus } = await import('./status/quick-status.ts');
    if (await quickStatus(argv)) return;
  }
  // By that name it is asked for every question a script has, so it starts without the rest.
  if (process.env.HOLDFAST_CALLED_AS === 'crm-simulate') {
    const { quickCrmSimulate } = await import('./simulate/quick-crm-simulate.ts');
    return quickCrmSimulate(argv);
  }
  const { runCli } = await import('./run-cli.ts');
  await runCli(argv);
}
