const CHECK_MS = 200;

/**
 * Ends this process when the one that started it is gone. SST's CLI puts its engine into a process group of its own, so that ending
 * the CLI, or the CLI's crash, would leave the engine and the program waiting for each other for ever.
 *
 * @param cleanUp called before, synchronously
 */
export function endWithParent(cleanUp: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    cleanUp();
    process.exit(1);
  }, CHECK_MS).unref();
}
