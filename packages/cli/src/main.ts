// The program `holdfast`. Everything else is loaded after the compile cache is on, so that it is compiled once only.
// Taken as it is: importing a module of Node by name reads everything that it exports.
const cache = ownCacheFolder();
if (cache !== undefined) process.getBuiltinModule('node:module').enableCompileCache(cache);
void main(process.argv.slice(2));

/**
 * In the home that the user database names. What is in the cache is run: in Node's default, a folder in /tmp, or one that
 * the environment names, somebody else may have prepared it for the administrator.
 */
function ownCacheFolder(): string | undefined {
  try {
    return `${process.getBuiltinModule('node:os').userInfo().homedir}/.cache/holdfast`;
  } catch {
    // A user without an entry has no home, and does without the cache.
    return undefined;
  }
}

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
