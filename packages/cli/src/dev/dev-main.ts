// Program behind `npm start`: the `dev` commands alone.
import { HoldfastError } from '@holdfast/model';
import { runDev } from './run-dev.ts';

try {
  process.exitCode = await runDev(process.argv.slice(2), (line) => void process.stdout.write(`${line}\n`));
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error;
  process.stderr.write(`${error.message}\n${error.why}\n${error.action}\n`);
  process.exitCode = error.exitCode;
}
process.exit();
