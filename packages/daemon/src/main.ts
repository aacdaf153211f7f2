// holdfastd: the cluster daemon of one machine.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXIT } from '@holdfast/model';
import { ClusterNode, STATUS_TOPIC } from '@holdfast/node';
import { DEFAULT_CONFIGURATION_PATH } from './configuration/local-configuration.ts';
import { hostAdapters, type ProgramFiles } from './lifecycle/host-adapters.ts';
import { networkAdapters } from './lifecycle/network-adapters.ts';
import { runDaemon } from './lifecycle/run-daemon.ts';
import { DAEMON_VERSION } from './lifecycle/version.ts';

const USAGE = `usage: holdfastd [--config FILE]

Runs the cluster daemon of this machine in the foreground.
  --config FILE  local configuration [${DEFAULT_CONFIGURATION_PATH}]
  --version      print the version
  --help         print this
`;

/** Beside the bundle are the other bundles; in the sources are their sources. */
function programFiles(): ProgramFiles {
  if (import.meta.url.endsWith('.ts')) {
    return { policyWorker: new URL('./policy/policy-worker.ts', import.meta.url) };
  }
  return {
    policyWorker: new URL('./policy-worker.mjs', import.meta.url),
    spawner: fileURLToPath(new URL('./spawner.mjs', import.meta.url)),
  };
}

function readArguments(): { config: string; version: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: 'string', default: DEFAULT_CONFIGURATION_PATH },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exit(EXIT.usage);
  }
}

const values = readArguments();
if (values.version) process.stdout.write(`holdfastd ${DAEMON_VERSION}\n`);
else if (values.help) process.stdout.write(USAGE);
else {
  await runDaemon(values.config, {
    ...networkAdapters([STATUS_TOPIC]),
    ...hostAdapters(programFiles()),
    createCore: (options) => new ClusterNode(options),
  });
}
