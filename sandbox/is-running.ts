/** Whether a process of this machine runs, whoever it belongs to. What cannot be the id of a process does not. */
export function isRunning(pid: number): boolean {
  // Zero and negative numbers mean groups of processes.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
